"""What the form of a report offers: only what the viewer may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from agents.access import everybody_of, teams_of
from queues.access import queues_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from agents.models import Agent
    from reports.asked import Asked


@dataclass(frozen=True)
class Choices:
    """One drop-down: `every` is what none chosen means."""

    name: str
    label: str
    every: str
    value: str
    options: list[tuple[str, str]]
    mistakes: list[str]


def choices_for(
    viewer: Agent, asked: Asked, errors: Mapping[str, list[str]]
) -> list[Choices]:
    """Return the drop-downs of queue, team and agent, by name."""
    queues = queues_of(viewer).order_by("name", "pk").values_list("pk", "name")
    teams = teams_of(viewer).order_by("name", "pk").values_list("pk", "name")
    people = everybody_of(viewer).order_by("display_name", "pk")
    names = people.values_list("pk", "display_name")
    words: list[tuple[str, str, str, QuerySet[Any, Any]]] = [
        ("queue", gettext("Queue"), gettext("All queues"), queues),
        ("team", gettext("Team"), gettext("All teams"), teams),
        ("agent", gettext("Agent"), gettext("All agents"), names),
    ]
    return [
        Choices(
            name,
            label,
            every,
            getattr(asked, name),
            [(str(pk), called) for pk, called in rows],
            errors.get(name, []),
        )
        for name, label, every, rows in words
    ]

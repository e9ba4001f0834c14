"""Reads that span tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.models import Channel
from agents.queries import slots_of
from contacts.queries import live_shares

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from agents.models import Agent


@dataclass(frozen=True)
class Load:
    """What somebody has in hand, and can have, by channel."""

    person: Agent
    live: Mapping[str, int]
    slots: Mapping[str, int]


def loads_of(people: QuerySet[Agent]) -> list[Load]:
    """Return people with what they have in hand, in three queries."""
    rows = list(people.select_related("idle_code"))
    ids = [each.pk for each in rows]
    live, slots = live_shares(ids), slots_of(ids)
    return [
        Load(
            each,
            {name: live[each.pk][name] for name in Channel.values},
            slots[each.pk],
        )
        for each in rows
    ]

"""The page of What if: its form, and what came of a run as tables and bars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.access import teams_of
from core.errors import Invalid
from queues.access import queues_of
from queues.queries import queue_names
from reports.answers import Unit
from reports.charts.scales import BOX
from reports.simulation import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from agents.models import Agent
    from reports.models import Simulation
    from reports.simulation.words import Figure

NUMBERS = {
    "slots": _("Chats at once"),
    "acceptance": _("Seconds to accept"),
    "threshold": _("Service level within, seconds"),
}
GROUP = ("group_queue", "group_team", "group_after")
NO_SKILLS = "no_skills"
DRAWN = ("service_level", "occupancy", "asa_seconds")


def choices(viewer: Agent, typed: Mapping[str, str]) -> dict[str, Any]:
    """Return what the form offers, with what was typed."""
    return {
        "day": typed.get("day", ""),
        "teams": [
            {"name": f"agents-{team.pk}", "label": team.name}
            | {"value": typed.get(f"agents-{team.pk}", "")}
            for team in teams_of(viewer)
        ],
        "numbers": [
            {"name": name, "label": label, "value": typed.get(name, "")}
            for name, label in NUMBERS.items()
        ],
        "queues": [queue.name for queue in queues_of(viewer).order_by("name")],
        "group": {name: typed.get(name, "") for name in GROUP},
        "no_skills": NO_SKILLS in typed,
    }


def asked(viewer: Agent, typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the changes that were typed, as a scenario. Raise Invalid."""
    changes: dict[str, Any] = {}
    teams = {f"agents-{team.pk}": team.name for team in teams_of(viewer)}
    numbers = {teams[name]: _number(name, typed) for name in teams if name in typed}
    agents = {name: number for name, number in numbers.items() if number}
    if agents:
        changes["agents"] = agents
    for name in NUMBERS:
        number = _number(name, typed)
        if number is not None:
            changes[name] = number
    if any(typed.get(name) for name in GROUP):
        changes["groups"] = [
            {
                "queue": typed.get("group_queue", ""),
                "team": typed.get("group_team", ""),
                "after_seconds": _number("group_after", typed),
            }
        ]
    if NO_SKILLS in typed:
        changes["skills"] = False
    return changes


def _number(name: str, typed: Mapping[str, str]) -> int | None:
    text = typed.get(name, "").strip()
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        sentence = gettext("This must be a whole number.")
        raise Invalid(_told_beside(name), sentence) from None


def _told_beside(name: str) -> str:
    """Return what the form says mistakes of a field beside: of several at once."""
    if name in GROUP:
        return "groups"
    return "agents" if name.startswith("agents-") else name


# --- what came of it ----------------------------------------------------------------
@dataclass(frozen=True)
class Bar:
    name: str
    value: str
    width: float


@dataclass(frozen=True)
class Chart:
    name: str
    label: str
    bars: list[Bar]


def shown(run: Simulation) -> dict[str, Any]:
    """Return what the page shows of a run that is done."""
    assert run.result is not None
    [found] = run.result["scenarios"]
    runs = [run.result["really"], run.result["replayed"], found]
    heads = [gettext("Really"), gettext("Replayed unchanged"), gettext("With this")]
    return {
        "outcome": words.outcome(run.changes, found),
        "heads": heads,
        "charts": list(_charts(heads, [each["total"] for each in runs])),
        "tables": list(_tables(run, runs)),
        "contacts": run.result["contacts"],
        "is_close": _is_close(*(each["total"]["service_level"] for each in runs[:2])),
    }


def _is_close(really: float | None, replayed: float | None) -> bool:
    """Whether the unchanged replay is near enough to the day to trust others."""
    if really is None or replayed is None:
        return really == replayed
    return abs(really - replayed) <= 0.03  # noqa: PLR2004 - of docs/what-if.md


def _charts(
    heads: Sequence[str], totals: Sequence[Mapping[str, float | None]]
) -> Iterator[Chart]:
    for figure in words.FIGURES:
        if figure.name not in DRAWN:
            continue
        values = [total[figure.name] for total in totals]
        most = 1.0 if figure.unit == Unit.RATE else max(v or 0.0 for v in values) or 1.0
        bars = [
            Bar(head, words.shown(figure, value), round(BOX * (value or 0) / most))
            for head, value in zip(heads, values, strict=True)
        ]
        yield Chart(figure.name, str(figure.label), bars)


def _tables(
    run: Simulation, runs: Sequence[Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    names = queue_names(run.organisation_id)
    yield {"key": "all", "title": gettext("All queues"), "rows": _rows(runs, "total")}
    queues = {queue for each in runs for queue in each["queues"]}
    for queue in sorted(queues, key=lambda pk: names.get(int(pk), "")):
        title = names.get(int(queue), gettext("A queue that was deleted"))
        yield {"key": queue, "title": title, "rows": _rows(runs, queue)}


def _rows(runs: Sequence[Mapping[str, Any]], queue: str) -> list[dict[str, Any]]:
    figures: list[Mapping[str, float | None]] = [
        run["total"] if queue == "total" else run["queues"].get(queue, {})
        for run in runs
    ]
    listed = words.FIGURES if queue == "total" else words.OF_QUEUE
    return [_row(figure, figures) for figure in listed]


def _row(
    figure: Figure, figures: Sequence[Mapping[str, float | None]]
) -> dict[str, Any]:
    cells = [words.shown(figure, each.get(figure.name)) for each in figures]
    return {"label": figure.label, "cells": cells}

"""The reports of wrap-up codes and of time in states: parts of a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from reports.answers import Column, Unit
from reports.definitions.report import (
    Cutting,
    Figure,
    Report,
    lengths_of,
    number,
    ratio,
    seconds,
    sums_of,
)
from reports.models import AgentSums, IdleSums, WrapUpSums

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.answers import Row
    from reports.counting.tally import Table
    from reports.definitions.report import Counted, Key, Sums


def _later(counted: Counted) -> None:
    """Leave a figure to those who know all rows of its time."""


def _pareto(rows: list[Row]) -> None:
    """Put the largest first, and say which share of all it is, and those before it."""
    rows.sort(key=lambda row: -row["wrapped_up"])
    total = sum(row["wrapped_up"] for row in rows)
    running = 0
    for row in rows:
        running += row["wrapped_up"]
        row["share"] = round(row["wrapped_up"] / total, 3) if total else None
        row["running_share"] = round(running / total, 3) if total else None


WRAPUPS = Report(
    subject="code",
    seen_by="queue",
    tables={WrapUpSums: Cutting(("code",))},
    lengths=lengths_of(WrapUpSums),
    finish=_pareto,
    figures=(
        number(
            "wrapped_up",
            _("Wrap-ups"),
            _("Conversations of agents that ended with this code."),
            WrapUpSums,
        ),
        Figure(
            Column(
                "share",
                _("Share"),
                Unit.RATE,
                _("Wrap-ups with this code / all of the same time."),
            ),
            (WrapUpSums,),
            _later,
        ),
        Figure(
            Column(
                "running_share",
                _("Running share"),
                Unit.RATE,
                _("The shares of this code and of all that are more frequent."),
            ),
            (WrapUpSums,),
            _later,
        ),
        ratio(
            Column(
                "aht_seconds",
                _("Handling time (AHT)"),
                Unit.SECONDS,
                _("Time connected and in wrap-up / wrap-ups."),
            ),
            (WrapUpSums,),
            sums_of("handling"),
            sums_of("wrapped_up"),
        ),
        number(
            "automatic",
            _("By itself"),
            _("Wrap-ups whose code no agent has chosen."),
            WrapUpSums,
        ),
    ),
)


def _states(
    table: Table, subject: Key, also: Key, sums: Sums
) -> Iterator[tuple[Key, Sums]]:
    """Yield the time of each state and idle code."""
    if table is IdleSums:
        yield ("idle", *also), {"spent": sums["in_code"]}
        return
    for state in ("available", "rona"):
        yield (state, ""), {"spent": sums[f"{state}_time"]}


def _shares(rows: list[Row]) -> None:
    total = sum(row["seconds"] or 0 for row in rows)
    for row in rows:
        row["share"] = round((row["seconds"] or 0) / total, 3) if total else None


STATES = Report(
    subject="state",
    seen_by="agent",
    tables={AgentSums: Cutting(), IdleSums: Cutting(also=("idle_code",))},
    lengths=frozenset({"spent"}),
    shape=_states,
    finish=_shares,
    figures=(
        seconds(
            "seconds",
            _("Time"),
            _("Time of all agents together in the state, signed in."),
            AgentSums,
            "spent",
        ),
        Figure(
            Column(
                "share",
                _("Share"),
                Unit.RATE,
                _("Time in the state / time signed in."),
            ),
            (AgentSums,),
            _later,
        ),
    ),
)

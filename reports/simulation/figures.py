"""The figures of a day, of the real one and of a replayed one by the same code.

The formulas are those of the floor and of reports. Everything is counted on the day on
which it happened.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from contacts.figures import SHORT, mean, of_shares, of_waits, plain
from contacts.models import (
    Assignment,
    AssignmentKind,
    AssignmentState,
    QueueVisit,
    VisitOutcome,
)
from reports import counting, quarters
from reports.models import AgentSums

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contacts.figures import Figures
    from reports.simulation.day import Day


@dataclass
class Counts:
    """What is added up for a queue, and for all of them, by the names that formulas
    have for it."""

    offered: int = 0
    answered: int = 0
    waited: timedelta = timedelta()  # by those who were answered
    in_time: int = 0
    abandoned: int = 0
    short_abandoned: int = 0
    longest: timedelta = timedelta()
    offers: int = 0
    rona: int = 0
    handled: int = 0
    handling: timedelta = timedelta()

    def figures(self) -> Figures:
        return {
            "offered": self.offered,
            "answered": self.answered,
            "abandoned": self.abandoned,
            **of_waits(vars(self)),
            "longest_wait_seconds": plain(self.longest),
            "rona_rate": mean(self.rona, self.offers),
            "aht_seconds": of_shares(vars(self))["aht_seconds"],
        }


def of_day(day: Day) -> dict[str, Any]:
    """Return {"total": figures, "queues": {queue: figures}}, with the seconds of the
    day's configuration as the queues' service levels."""
    counts: defaultdict[int, Counts] = defaultdict(Counts)
    total = Counts()
    _count_visits(day, counts, total)
    _count_shares(day, counts, total)
    return {
        # Agents serve many queues: how busy they were is said of all together.
        "total": {**total.figures(), "occupancy": _occupancy(day)},
        "queues": {
            str(queue): some.figures()
            for queue, some in sorted(counts.items())
            if some.offered or some.answered or some.abandoned or some.offers
        },
    }


def _count_visits(day: Day, counts: Mapping[int, Counts], total: Counts) -> None:
    start, end = _time(day.start), _time(day.end)
    thresholds = day.thresholds
    visits = QueueVisit.objects.filter(
        Q(left_at=None) | Q(left_at__gte=start),
        queue__organisation=day.organisation,
        entered_at__lt=end,
    )
    rows = visits.order_by("pk").values_list(
        "queue", "entered_at", "left_at", "outcome"
    )
    for queue, entered, left, outcome in rows:
        is_over = left is not None and left < end
        wait = min(left or end, end) - entered
        for each in (counts[queue], total):
            each.offered += entered >= start
            each.longest = max(each.longest, wait)
            if is_over and outcome == VisitOutcome.ANSWERED:
                each.answered += 1
                each.waited += wait
                each.in_time += wait <= timedelta(seconds=thresholds[queue])
            if is_over and outcome == VisitOutcome.ABANDONED:
                each.abandoned += 1
                each.short_abandoned += wait <= SHORT


def _count_shares(day: Day, counts: Mapping[int, Counts], total: Counts) -> None:
    """Count offers and what came of them: a request to join a conference is none, and
    who takes over is not asked."""
    start, end = _time(day.start), _time(day.end)
    shares = Assignment.objects.filter(
        Q(ended_at=None) | Q(ended_at__gte=start),
        queue__organisation=day.organisation,
        offered_at__lt=end,
    ).exclude(kind=AssignmentKind.CONFERENCE)
    rows = shares.order_by("pk").values_list(
        "queue", "state", "offered_at", "rona_at", "connected_at", "ended_at"
    )
    for queue, state, offered, rona_at, connected, ended in rows:
        for each in (counts[queue], total):
            each.offers += start <= offered < rona_at
            if ended is None or ended >= end:
                continue
            each.rona += state == AssignmentState.RONA
            if connected is not None:
                each.handled += 1
                each.handling += ended - connected


def _occupancy(day: Day) -> float | None:
    """Return the share of time with contacts in that and the time Available without."""
    start, end = _time(day.start), _time(day.end)
    first, last = quarters.number(start), quarters.after(end)
    window = counting.Window(day.organisation, first, last, now=end)
    rows = counting.count(window, tables=[AgentSums]).rows[AgentSums]
    sums = sum(rows.values(), Counter[str]())
    return mean(sums["busy_time"], sums["busy_time"] + sums["free_time"])


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)

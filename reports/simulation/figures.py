"""The figures of a day, of the real one and of a replayed one by the same code.

The formulas are those of docs/what-if.md. Everything is counted on the day on which it
happened.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from django.db.models import Q

from agents.models import Agent, AgentState, StateLog
from contacts.models import (
    Assignment,
    AssignmentKind,
    AssignmentState,
    QueueVisit,
    VisitOutcome,
)
from queues.models import DistributionGroup

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

Figures: TypeAlias = "dict[str, float | None]"
Stretch: TypeAlias = "tuple[float, float]"

SHORT = 5.0  # seconds; who leaves so soon has not waited


@dataclass
class Counts:
    """What is added up for a queue, and for all of them."""

    offered: int = 0
    waits: list[float] = field(default_factory=list)  # of those who were answered
    in_time: int = 0
    abandoned: int = 0
    short_abandoned: int = 0
    longest: float = 0.0
    offers: int = 0
    rona: int = 0
    handled: int = 0
    handling: float = 0.0
    busy: float = 0.0
    free: float = 0.0

    def figures(self) -> Figures:
        answered = len(self.waits)
        reached = answered + self.abandoned - self.short_abandoned
        return {
            "offered": self.offered,
            "answered": answered,
            "abandoned": self.abandoned,
            "service_level": _share(self.in_time, reached),
            "asa_seconds": _share(sum(self.waits), answered),
            "longest_wait_seconds": round(self.longest, 3),
            "rona_rate": _share(self.rona, self.offers),
            "aht_seconds": _share(self.handling, self.handled),
            "occupancy": _share(self.busy, self.busy + self.free),
        }


def _share(part: float, whole: float) -> float | None:
    return round(part / whole, 6) if whole else None


def of_day(
    organisation_id: int,
    *,
    start: float,
    end: float,
    thresholds: Mapping[int, int],
) -> dict[str, Any]:
    """Return {"total": figures, "queues": {queue: figures}}, with these seconds as the
    queues' service levels."""
    counts: defaultdict[int, Counts] = defaultdict(Counts)
    total = Counts()
    between = (start, end)
    _count_visits(organisation_id, between, thresholds, counts, total)
    _count_shares(organisation_id, between, counts, total)
    _count_people(organisation_id, between, counts, total)
    return {
        "total": total.figures(),
        "queues": {
            str(queue): some.figures()
            for queue, some in sorted(counts.items())
            if some.offered or some.waits or some.abandoned or some.offers
        },
    }


def _count_visits(
    organisation_id: int,
    between: Stretch,
    thresholds: Mapping[int, int],
    counts: Mapping[int, Counts],
    total: Counts,
) -> None:
    start, end = map(_time, between)
    visits = QueueVisit.objects.filter(
        Q(left_at=None) | Q(left_at__gte=start),
        queue__organisation=organisation_id,
        entered_at__lt=end,
    )
    rows = visits.order_by("pk").values_list(
        "queue", "entered_at", "left_at", "outcome"
    )
    for queue, entered, left, outcome in rows:
        is_over = left is not None and left < end
        wait = (min(left or end, end) - entered).total_seconds()
        for each in (counts[queue], total):
            each.offered += entered >= start
            each.longest = max(each.longest, wait)
            if is_over and outcome == VisitOutcome.ANSWERED:
                each.waits.append(wait)
                each.in_time += wait <= thresholds[queue]
            if is_over and outcome == VisitOutcome.ABANDONED:
                each.abandoned += 1
                each.short_abandoned += wait <= SHORT


def _count_shares(
    organisation_id: int,
    between: Stretch,
    counts: Mapping[int, Counts],
    total: Counts,
) -> None:
    """Count offers and what came of them: a request to join a conference is none, and
    who takes over is not asked."""
    start, end = map(_time, between)
    shares = Assignment.objects.filter(
        Q(ended_at=None) | Q(ended_at__gte=start),
        queue__organisation=organisation_id,
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
                each.handling += (ended - connected).total_seconds()


def _count_people(
    organisation_id: int,
    between: Stretch,
    counts: Mapping[int, Counts],
    total: Counts,
) -> None:
    """Count how long agents had contacts, and how long they could have had some; of a
    queue those of the teams that serve it."""
    busy, free = _times(organisation_id, between)
    serving: defaultdict[int, set[int]] = defaultdict(set)
    groups = DistributionGroup.objects.filter(queue__organisation=organisation_id)
    for queue, agent in groups.values_list("queue", "team__agents"):
        serving[queue].add(agent)
    for queue, agents in serving.items():
        counts[queue].busy = sum(some for pk, some in busy.items() if pk in agents)
        counts[queue].free = sum(some for pk, some in free.items() if pk in agents)
    total.busy, total.free = sum(busy.values()), sum(free.values())


def _times(
    organisation_id: int, between: Stretch
) -> tuple[dict[int, float], dict[int, float]]:
    """Return per agent the seconds with a live share, and those Available without."""
    start, end = map(_time, between)
    agents = Agent.objects.filter(organisation=organisation_id).values("pk")
    shares = Assignment.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=start), agent__in=agents, offered_at__lt=end
    ).order_by("offered_at", "pk")
    states = StateLog.objects.filter(
        Q(until_at=None) | Q(until_at__gt=start),
        agent__in=agents,
        state=AgentState.AVAILABLE,
        from_at__lt=end,
    ).order_by("from_at", "pk")
    live = _stretches(shares.values_list("agent", "offered_at", "ended_at"), between)
    available = _stretches(states.values_list("agent", "from_at", "until_at"), between)
    busy = {agent: _length(some) for agent, some in sorted(live.items())}
    free = {
        agent: _length(some) - _overlap(some, live.get(agent, []))
        for agent, some in sorted(available.items())
    }
    return busy, free


def _stretches(
    rows: Iterable[tuple[int, datetime, datetime | None]], between: Stretch
) -> dict[int, list[Stretch]]:
    """Return per agent the stretches of time, in order, joined where they overlap."""
    start, end = between
    found: dict[int, list[Stretch]] = {}
    for agent, since, until in rows:
        begins = max(start, since.timestamp())
        ends = min(end, until.timestamp()) if until else end
        some = found.setdefault(agent, [])
        if some and begins <= some[-1][1]:
            some[-1] = (some[-1][0], max(some[-1][1], ends))
        else:
            some.append((begins, ends))
    return found


def _length(stretches: Collection[Stretch]) -> float:
    return sum(end - start for start, end in stretches)


def _overlap(some: list[Stretch], others: list[Stretch]) -> float:
    """Return the time that is in both; each is in order."""
    total, i, j = 0.0, 0, 0
    while i < len(some) and j < len(others):
        start = max(some[i][0], others[j][0])
        end = min(some[i][1], others[j][1])
        total += max(0.0, end - start)
        if some[i][1] < others[j][1]:
            i += 1
        else:
            j += 1
    return total


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)

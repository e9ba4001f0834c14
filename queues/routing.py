"""Who gets a waiting contact: pure decisions on plain values (domain 4.4)."""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from agents.models import BlendingMode, Channel
from queues.skills import fits_after, lacking

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from queues.skills import Skills

REAL_TIME = (Channel.VOICE, Channel.CHAT)


@dataclass(frozen=True)
class Capacity:
    """What a multimedia profile allows: slots per channel, and how they blend."""

    mode: str
    slots: Mapping[str, int]

    def free(self, channel: str, live: Mapping[str, int]) -> int:
        """Return the free slots of a channel, given the live shares per channel."""
        if self.mode == BlendingMode.EXCLUSIVE:
            return 0 if any(live.values()) else min(1, self.slots[channel])
        if self.mode == BlendingMode.BLENDED_REALTIME and channel in REAL_TIME:
            others = [other for other in REAL_TIME if other != channel]
            if any(live.get(other) for other in others):
                return 0
        return max(0, self.slots[channel] - live.get(channel, 0))


NO_CAPACITY = Capacity(BlendingMode.BLENDED, dict.fromkeys(Channel.values, 0))


@dataclass(frozen=True)
class Candidate:
    """An Available agent, as routing sees one."""

    agent_id: int
    available_since: datetime
    capacity: Capacity
    live: Mapping[str, int] = field(default_factory=dict)
    # Per queue served: seconds a contact waits there before this agent joins.
    joins_after: Mapping[int, int] = field(default_factory=dict)
    # Per skill: how well this agent has it, 1-5.
    skills: Mapping[int, int] = field(default_factory=dict)

    def with_one_more(self, channel: str) -> Candidate:
        live = {**self.live, channel: self.live.get(channel, 0) + 1}
        return replace(self, live=live)

    @property
    def live_count(self) -> int:
        return sum(self.live.values())

    @property
    def free_channels(self) -> list[str]:
        """The channels of which the agent can take one more contact."""
        slots = self.capacity.slots
        return [each for each in slots if self.capacity.free(each, self.live)]

    @property
    def turn(self) -> tuple[datetime, int, int]:
        """What the order of agents goes by: longest available, then fewest live
        shares, then id."""
        return self.available_since, self.live_count, self.agent_id


@dataclass(frozen=True)
class Waiting:
    """A contact in the line."""

    contact_id: UUID
    queue_id: int
    channel: str
    visit_started_at: datetime
    # Agents it is not offered to: they missed it, declined it or have a share in it.
    closed_to: frozenset[int] = frozenset()
    # What it asked of agents when its wait in this queue began.
    asked: Skills = ()

    def lacks(self, candidate: Candidate, *, now: datetime) -> Skills:
        """Return what it asks for now and the agent does not have."""
        waited = now - self.visit_started_at
        return lacking(self.asked, candidate.skills, waited=waited)


class WhyNot(StrEnum):
    """Why a contact is not offered to an agent now."""

    NOT_AVAILABLE = "not_available"
    NOT_SERVING = "not_serving"
    NO_SLOTS = "no_slots"
    FULL = "full"
    MISSED = "missed"
    LACKS_SKILL = "lacks_skill"
    JOINS_LATER = "joins_later"


def why_not(candidate: Candidate, *, waiting: Waiting, now: datetime) -> WhyNot | None:
    """Return why the agent does not get the contact now; None if nothing is in the
    way."""
    if waiting.queue_id not in candidate.joins_after:
        return WhyNot.NOT_SERVING
    if no_slot := _why_no_slot(candidate, waiting.channel):
        return no_slot
    if candidate.agent_id in waiting.closed_to:
        return WhyNot.MISSED
    if waiting.asked and waiting.lacks(candidate, now=now):
        return WhyNot.LACKS_SKILL
    if joins_at(candidate, waiting=waiting) > now:
        return WhyNot.JOINS_LATER
    return None


def _why_no_slot(candidate: Candidate, channel: str) -> WhyNot | None:
    if candidate.capacity.slots[channel] == 0:
        return WhyNot.NO_SLOTS
    if candidate.capacity.free(channel, candidate.live) == 0:
        return WhyNot.FULL
    return None


def joins_at(candidate: Candidate, *, waiting: Waiting) -> datetime:
    """Return when the agent's distribution group joins the search."""
    delay = candidate.joins_after[waiting.queue_id]
    return waiting.visit_started_at + timedelta(seconds=delay)


class Demand(NamedTuple):
    """What a line of agents could take."""

    channel: str
    after_seconds: int
    asked: Skills = ()


class Line:
    """Agents in the order in which they get contacts; a full one leaves it."""

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        self._order = sorted(_able(list(candidates)), key=_turn)

    def take(self, waiting: Waiting, *, now: datetime) -> Candidate | None:
        """Return who gets the contact, the routable agent available longest, whose
        slot it takes from now on; None if nobody can."""
        for place, candidate in enumerate(self._order):
            if why_not(candidate, waiting=waiting, now=now) is None:
                del self._order[place]
                busier = candidate.with_one_more(waiting.channel)
                if busier.free_channels:
                    insort(self._order, busier, key=_turn)
                return candidate
        return None

    def first(self, number: int) -> list[Candidate]:
        """Return the agents who are next."""
        return list(islice(self._order, number))

    def demand(
        self, asking: Mapping[int, Collection[Skills]] | None = None
    ) -> dict[Demand, set[int]]:
        """Return what the agents could take: queues, by what is asked for there and
        the wait after which the first of them may take it. `asking` names what contacts
        that wait ask for, by queue; who asks for nothing is always among them."""
        able: dict[tuple[int, str], list[Candidate]] = {}
        for candidate in self._order:
            for channel in candidate.free_channels:
                for queue_id in candidate.joins_after:
                    able.setdefault((queue_id, channel), []).append(candidate)
        demand: dict[Demand, set[int]] = {}
        for (queue_id, channel), agents in able.items():
            for asked in ((), *(asking or {}).get(queue_id, ())):
                seconds = _soonest(agents, queue_id, asked)
                if seconds is not None:
                    wanted = Demand(channel, seconds, asked)
                    demand.setdefault(wanted, set()).add(queue_id)
        return demand


def _able(candidates: Sequence[Candidate]) -> Iterator[Candidate]:
    """Give those who can take one more contact. Of thousands most are alike: they have
    one profile, and as much in hand. (A profile is named by its place in memory, which
    is its own while `candidates` keeps it.)"""
    alike: dict[tuple[int, tuple[tuple[str, int], ...]], bool] = {}
    for candidate in candidates:
        hands = id(candidate.capacity), tuple(candidate.live.items())
        if hands not in alike:
            alike[hands] = bool(candidate.free_channels)
        if alike[hands]:
            yield candidate


def _soonest(agents: Iterable[Candidate], queue_id: int, asked: Skills) -> int | None:
    """Return the wait in a queue after which the first of these agents may take what
    asks for this; None: none ever may."""
    soonest: int | None = None
    for agent in agents:
        joins_after = agent.joins_after[queue_id]
        if soonest is not None and soonest <= joins_after:
            continue
        seconds = fits_after(asked, agent.skills)
        if seconds is not None:
            wait = max(joins_after, seconds)
            soonest = wait if soonest is None else min(soonest, wait)
    return soonest


def _turn(candidate: Candidate) -> tuple[datetime, int, int]:
    return candidate.turn

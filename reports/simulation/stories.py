"""What happened to one contact: from rows to waits and talks in turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from contacts.models import AssignmentOutcome, VisitOutcome
from reports.simulation.day import Arrival, Talk, Then, Wait

if TYPE_CHECKING:
    from datetime import datetime


class Visit(NamedTuple):
    queue: int
    entered_at: datetime
    left_at: datetime | None
    outcome: str


class Share(NamedTuple):
    connected_at: datetime
    wrapup_at: datetime | None
    ended_at: datetime | None
    outcome: str
    transferred_to_queue: int | None
    transferred_to_agent: int | None

    @property
    def over_at(self) -> datetime | None:
        return self.wrapup_at or self.ended_at


@dataclass
class Story:
    """A contact's rows, in their order."""

    channel: str = ""
    priority: int = 0
    asks: str = ""
    visits: list[Visit] = field(default_factory=list)
    shares: list[Share] = field(default_factory=list)

    def told(self, name: str, begins: datetime, end: datetime) -> Arrival | None:
        """Return the contact as it is replayed; None where it came before the replay
        begins and had been answered by then."""
        if not self.visits:
            return None
        first = self.visits[0]
        answered = self.shares[0].connected_at if self.shares else None
        if first.entered_at < begins and answered is not None and answered < begins:
            return None
        talks, places = self._talks()
        return Arrival(
            id=name,
            at=max(first.entered_at, begins).timestamp(),
            channel=self.channel,
            queue=first.queue,
            priority=self.priority,
            waits=self._waits(places, begins, end),
            talks=talks,
            asks=self.asks,
        )

    def _talks(self) -> tuple[list[Talk], list[datetime]]:
        """Return the parts of agents, and when each was over. One that ended neither by
        End nor by a transfer was taken from its agent: it is one with the next."""
        talks: list[Talk] = []
        over: list[datetime] = []
        before = 0.0
        for place, share in enumerate(self.shares):
            if share.over_at is None:
                break
            seconds = before + (share.over_at - share.connected_at).total_seconds()
            then, to = _then(share)
            is_taken = share.wrapup_at is None and place + 1 < len(self.shares)
            if is_taken:
                before = seconds
                continue
            before = 0.0
            talks.append(Talk(seconds, _wrap_up(share), then, to))
            over.append(share.over_at)
        return talks, over

    def _waits(
        self, over: list[datetime], begins: datetime, end: datetime
    ) -> list[Wait]:
        """Return how long the customer waited before each talk, the first included, and
        before the one that never was."""
        waits = []
        for since in [None, *over]:
            stay = self._stay(since)
            waits.append(_wait(stay, begins, end) if stay else Wait(0.0, left=False))
        return waits

    def _stay(self, since: datetime | None) -> list[Visit]:
        """Return the visits of queues from then on, up to an answer: a contact that
        overflows goes on waiting."""
        stay: list[Visit] = []
        for visit in self.visits:
            if since is not None and visit.entered_at < since:
                continue
            stay.append(visit)
            if visit.outcome not in {VisitOutcome.TIMED_OUT, VisitOutcome.MOVED}:
                break
        return stay


def _then(share: Share) -> tuple[Then, int | None]:
    if share.outcome == AssignmentOutcome.TRANSFER:
        if share.transferred_to_queue is not None:
            return Then.TO_QUEUE, share.transferred_to_queue
        if share.transferred_to_agent is not None:
            return Then.TO_AGENT, share.transferred_to_agent
    return Then.END, None


def _wrap_up(share: Share) -> float:
    if share.wrapup_at is None or share.ended_at is None:
        return 0.0
    return (share.ended_at - share.wrapup_at).total_seconds()


def _wait(stay: list[Visit], begins: datetime, end: datetime) -> Wait:
    since = max(stay[0].entered_at, begins)
    last = stay[-1]
    left = last.outcome == VisitOutcome.ABANDONED
    seconds = ((last.left_at or max(end, since)) - since).total_seconds()
    return Wait(max(0.0, seconds), left)

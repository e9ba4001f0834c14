"""The figures of reports once more: slowly, row by row and second by second, as
docs/reports.md words them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from agents.models import StateLog
from contacts.models import Assignment, Contact, Message, QueueVisit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from agents.models import Agent
    from queues.models import Queue

SHORT = 5  # seconds


@dataclass(frozen=True)
class Span:
    since: datetime
    until: datetime
    now: datetime

    def has(self, at: datetime | None) -> bool:
        return at is not None and self.since <= at < self.until

    def seconds(self, begun: datetime, over: datetime | None) -> set[int]:
        """Return the seconds of a stretch that lie in it."""
        begin = max(begun, self.since)
        end = min(over or self.now, self.until)
        return set(range(int(begin.timestamp()), max(0, int(end.timestamp()))))


class World:
    """All rows there are."""

    def __init__(self) -> None:
        self.visits = list(QueueVisit.objects.all())
        self.shares = list(Assignment.objects.all())
        self.contacts = list(Contact.objects.all())
        self.lines = list(Message.objects.filter(kind="text").order_by("seq"))
        self.states = list(StateLog.objects.exclude(state="offline"))


def of_queue(world: World, queue: Queue, span: Span) -> dict[str, Any]:
    visits = [visit for visit in world.visits if visit.queue_id == queue.pk]
    left = [visit for visit in visits if span.has(visit.left_at)]
    answered = [_wait(visit) for visit in left if visit.outcome == "answered"]
    abandoned = [_wait(visit) for visit in left if visit.outcome == "abandoned"]
    short = [wait for wait in abandoned if wait <= SHORT]
    in_time = [wait for wait in answered if wait <= queue.service_level_threshold]
    contained = [
        contact
        for contact in world.contacts
        if contact.enqueued_at is None
        and contact.chosen_queue_id == queue.pk
        and span.has(contact.ended_at)
    ]
    return {
        "offered": len([visit for visit in visits if span.has(visit.entered_at)]),
        "answered": len(answered),
        "abandoned": len(abandoned),
        "short_abandoned": len(short),
        "timed_out": len([visit for visit in left if visit.outcome == "timed_out"]),
        "service_level": ratio(
            len(in_time), len(answered) + len(abandoned) - len(short)
        ),
        "asa_seconds": ratio(sum(answered), len(answered)),
        "contained": len(contained),
        **_of_shares(
            world, [each for each in world.shares if each.queue_id == queue.pk], span
        ),
    }


def of_agent(world: World, agent: Agent, span: Span) -> dict[str, Any]:
    shares = [each for each in world.shares if each.agent_id == agent.pk]
    busy: set[int] = set()
    talking: set[int] = set()
    connected = 0
    for share in shares:
        busy |= span.seconds(share.offered_at, share.ended_at)
        if share.connected_at:
            over = share.wrapup_at or share.ended_at
            talked = span.seconds(share.connected_at, over)
            talking |= talked
            connected += len(talked)
    states: dict[str, set[int]] = {"available": set(), "idle": set(), "rona": set()}
    for row in world.states:
        if row.agent_id == agent.pk:
            states[row.state] |= span.seconds(row.from_at, row.until_at)
    free = len(states["available"] - busy)
    return {
        **_of_shares(world, shares, span),
        "occupancy": ratio(len(busy), len(busy) + free),
        "concurrency": ratio(connected, len(talking)),
        **{f"{state}_seconds": len(spent) for state, spent in states.items()},
    }


def _of_shares(
    world: World, shares: Sequence[Assignment], span: Span
) -> dict[str, Any]:
    ended = [each for each in shares if span.has(each.ended_at)]
    offers = [each for each in shares if span.has(each.connected_at or each.ended_at)]
    handled = [each for each in ended if each.connected_at]
    rona = len([each for each in ended if each.state == "rona"])
    responses = [wait for each in shares for wait in _first_words(world, each, span)]
    replies = [wait for each in shares for wait in _replies(world, each, span)]
    return {
        "handled": len(handled),
        "aht_seconds": ratio(sum(map(handling, handled)), len(handled)),
        "rona": rona,
        "rona_rate": ratio(rona, len(offers)),
        "acceptance_rate": ratio(
            len([each for each in offers if each.connected_at]), len(offers)
        ),
        "transfer_rate": ratio(
            len([each for each in handled if each.outcome == "transfer"]), len(handled)
        ),
        "conference_rate": ratio(
            len([each for each in handled if _conference(world, each)]), len(handled)
        ),
        "first_response_seconds": ratio(sum(responses), len(responses)),
        "average_response_seconds": ratio(sum(replies), len(replies)),
    }


def _wait(visit: QueueVisit) -> float:
    assert visit.left_at is not None
    return (visit.left_at - visit.entered_at).total_seconds()


def handling(share: Assignment) -> float:
    assert share.connected_at is not None
    assert share.ended_at is not None
    return (share.ended_at - share.connected_at).total_seconds()


def _conference(world: World, share: Assignment) -> bool:
    assert share.connected_at is not None
    until = share.wrapup_at or share.ended_at
    assert until is not None
    return any(
        other.contact_id == share.contact_id
        and other.kind == "conference"
        and other.pk != share.pk
        and other.connected_at is not None
        and share.connected_at <= other.connected_at <= until
        for other in world.shares
    )


def _lines(world: World, share: Assignment) -> Sequence[Message]:
    return [line for line in world.lines if line.contact_id == share.contact_id]


def _is_said_in(share: Assignment, line: Message) -> bool:
    is_during = share.ended_at is None or line.created_at <= share.ended_at
    return (
        share.connected_at is not None
        and line.sender_agent_id == share.agent_id
        and line.created_at >= share.connected_at
        and is_during
    )


def _first_words(world: World, share: Assignment, span: Span) -> list[float]:
    if share.kind == "conference":
        return []
    said = [line for line in _lines(world, share) if _is_said_in(share, line)]
    if not said or not span.has(said[0].created_at):
        return []
    assert share.connected_at is not None
    return [(said[0].created_at - share.connected_at).total_seconds()]


def _replies(world: World, share: Assignment, span: Span) -> list[float]:
    found = []
    unanswered = []
    for line in _lines(world, share):
        if line.sender_kind == "customer":
            unanswered.append(line.created_at)
            continue
        if unanswered and _is_said_in(share, line) and _newest(world, share, line):
            assert share.connected_at is not None
            since = max(unanswered[0], share.connected_at)
            if span.has(line.created_at):
                found.append((line.created_at - since) / timedelta(seconds=1))
        unanswered = []
    return found


def _newest(world: World, share: Assignment, line: Message) -> bool:
    """Whether no later share of the same agent has the line, too."""
    own = [
        each
        for each in world.shares
        if each.contact_id == share.contact_id and _is_said_in(each, line)
    ]
    return max(own, key=lambda each: (each.connected_at, each.pk)) == share


def ratio(total: float, number: float) -> float | None:
    return round(total / number, 3) if number else None

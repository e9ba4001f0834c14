"""What agents did with contacts: offers, conversations, and how soon they answered."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from contacts.models import (
    Assignment,
    AssignmentKind,
    AssignmentOutcome,
    AssignmentState,
    Message,
    MessageKind,
    SenderKind,
)
from reports.counting.tally import length
from reports.models import ShareSums, WrapUpSums

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from reports.counting.tally import Tally, Window

MISSED = {
    AssignmentState.RONA: "rona",
    AssignmentState.DECLINED: "declined",
}


class Line(NamedTuple):
    contact: UUID
    sender: str
    agent: int | None
    at: datetime


class Talk(NamedTuple):
    """A connected share."""

    queue: int
    agent: int
    kind: str
    since: datetime
    until: datetime | None

    def has(self, line: Line) -> bool:
        """Whether its agent said the line as a part of it."""
        is_during = self.until is None or line.at <= self.until
        return line.agent == self.agent and self.since <= line.at and is_during


def count(tally: Tally) -> None:
    """Count offers when they were decided, and conversations when the shares ended."""
    rows = (
        shares_in(tally.window)
        .annotate(conference=_conference())
        .values_list(
            *("queue", "agent", "state", "outcome", "conference", "wrap_up__code"),
            *("wrap_up__auto", "offered_at", "rona_at", "connected_at", "ended_at"),
        )
    )
    for queue, agent, state, outcome, conference, *wrap_up in rows.iterator():
        code, auto, offered, rona, connected, ended = wrap_up
        key = (queue, agent)
        # Who barges in or takes over is not asked.
        if rona > offered:
            decided = "accepted" if connected else MISSED.get(state, "")
            sums = {"offers": 1} | ({decided: 1} if decided else {})
            tally.add(ShareSums, connected or ended, key, sums)
        if connected and ended:
            handling = {"handling": length(connected, ended)}
            transferred = int(outcome == AssignmentOutcome.TRANSFER)
            how = {"transferred": transferred, "conferenced": int(conference)}
            tally.add(ShareSums, ended, key, {"handled": 1} | handling | how)
            if code:
                wrapped_up = {"wrapped_up": 1, "automatic": int(auto)} | handling
                tally.add(WrapUpSums, ended, (*key, code), wrapped_up)


def shares_in(window: Window) -> QuerySet[Assignment]:
    """Return the shares that were live in a window, if only for a moment."""
    present = Q(ended_at=None) | Q(ended_at__gte=window.since)
    return Assignment.objects.filter(
        present, queue__in=window.queues, offered_at__lt=window.until
    ).order_by()


def _conference() -> Exists:
    """Whether somebody came to a conference while the share's agent talked."""
    came = Assignment.objects.filter(
        contact=OuterRef("contact"),
        kind=AssignmentKind.CONFERENCE,
        connected_at__gte=OuterRef("connected_at"),
        connected_at__lte=Coalesce(OuterRef("wrapup_at"), OuterRef("ended_at")),
    )
    return Exists(came.exclude(pk=OuterRef("pk")))


# --- how soon they answered -----------------------------------------------------------
def count_answers(tally: Tally) -> None:
    """Count first words and replies when they were said."""
    window = tally.window
    talks = _talks(window)
    lines = Message.objects.filter(
        contact__in=window.contacts(),
        kind=MessageKind.TEXT,
        created_at__lt=window.until,
    ).order_by("contact", "seq")
    rows = lines.values_list("contact", "sender_kind", "sender_agent", "created_at")
    said = (Line(*row) for row in rows.iterator())
    for contact, each in groupby(said, key=itemgetter(0)):
        here = talks.get(contact, ())
        if here:
            told = list(each)
            _first_words(tally, here, told)
            _replies(tally, here, told)


def _talks(window: Window) -> Mapping[UUID, Sequence[Talk]]:
    shares = Assignment.objects.filter(
        contact__in=window.contacts(),
        connected_at__lt=window.until,
    ).order_by("contact", "connected_at", "pk")
    rows = shares.values_list(
        *("contact", "queue", "agent", "kind", "connected_at", "ended_at")
    )
    by_contact = groupby(rows.iterator(), key=itemgetter(0))
    return {contact: [Talk(*row[1:]) for row in rows] for contact, rows in by_contact}


def _first_words(tally: Tally, talks: Sequence[Talk], lines: Sequence[Line]) -> None:
    """Count how long agents took for their first words, but of those who came to a
    conference."""
    for talk in talks:
        if talk.kind == AssignmentKind.CONFERENCE:
            continue
        own = (line for line in lines if line.agent == talk.agent)
        first = next((line for line in own if line.at >= talk.since), None)
        if first is not None and talk.has(first):
            sums = {"responded": 1, "responding": length(talk.since, first.at)}
            tally.add(ShareSums, first.at, (talk.queue, talk.agent), sums)


def _replies(tally: Tally, talks: Sequence[Talk], lines: Iterable[Line]) -> None:
    """Count how long customers waited for a reply: from the first line that nobody has
    answered, but not before the agent was there, to the agent's next one."""
    asked: datetime | None = None
    for line in lines:
        if line.sender == SenderKind.CUSTOMER:
            asked = asked or line.at
            continue
        talk = next((each for each in reversed(talks) if each.has(line)), None)
        if asked is not None and talk is not None:
            sums = {"replied": 1, "replying": length(max(asked, talk.since), line.at)}
            tally.add(ShareSums, line.at, (talk.queue, talk.agent), sums)
        asked = None

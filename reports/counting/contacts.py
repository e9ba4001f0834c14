"""Contacts by where they came from, those with assistants, and ratings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from django.db.models import BigIntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from contacts.figures import MEANT, rated_since
from contacts.models import (
    Assignment,
    AssignmentRole,
    Contact,
    ContactEvent,
    ContactEventCode,
    HandoverReason,
    Message,
    MessageKind,
    Miss,
    QueueVisit,
)
from reports.models import AssistantSums, ContactSums, RatingSums

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from reports.counting.tally import Key, Tally, Window


class Source(NamedTuple):
    """Where a contact came from."""

    queue: int
    channel: str
    entry_point: int
    origin: str
    assistant: int

    @property
    def of_contact(self) -> Key:
        return self[:4]

    @property
    def of_assistant(self) -> Key:
        return self.assistant, self.queue


# The queue that a contact came for: the first one, or where its assistant would have
# sent it.
CAME_FOR = Coalesce(
    Subquery(
        QueueVisit.objects.filter(
            contact=OuterRef("pk"), entered_at=OuterRef("opened_at")
        ).values("queue")[:1]
    ),
    "chosen_queue",
    "entry_point__queue",
    output_field=BigIntegerField(),
)
OWNER = Subquery(
    Assignment.objects.filter(
        contact=OuterRef("pk"),
        role=AssignmentRole.PRIMARY,
        connected_at__isnull=False,
    )
    .order_by("-connected_at", "-pk")
    .values("agent")[:1]
)


def count(tally: Tally) -> None:
    """Count contacts that came and ended, and what was masked and stopped in them."""
    sources = _contacts(tally)
    window = tally.window
    masked = Message.objects.filter(
        contact__in=window.contacts(), kind=MessageKind.TEXT, masked=True
    )
    for source, at in _during(masked, window, "created_at", sources):
        tally.add(ContactSums, at, source.of_contact, {"masked_messages": 1})
    _count_events(tally, sources)
    misses = Miss.objects.filter(contact__in=window.contacts())
    for source, at in _during(misses, window, "at", sources):
        _count_assisted(tally, source, at, "misses")


def _contacts(tally: Tally) -> Mapping[UUID, Source]:
    """Count contacts that came and ended; return where those that were open came
    from."""
    rows = tally.window.contacts().annotate(came_for=CAME_FOR)
    sources = {}
    for pk, *where, opened, ended, reason, enqueued, dropped in rows.values_list(
        *("pk", "came_for", "channel", "entry_point", "page_url", "assistant"),
        *("opened_at", "ended_at", "ended_reason", "enqueued_at", "dropped_messages"),
    ).iterator():
        queue, channel, entry_point, page, assistant = where
        source = Source(
            queue or 0, channel, entry_point or 0, origin_of(page), assistant or 0
        )
        sources[pk] = source
        tally.add(ContactSums, opened, source.of_contact, {"opened": 1})
        _count_assisted(tally, source, opened, "entered")
        if ended is not None:
            sums = {f"ended_{reason}": 1, "dropped_messages": dropped}
            tally.add(ContactSums, ended, source.of_contact, sums)
            if enqueued is None:
                _count_assisted(tally, source, ended, "contained")
    return sources


def origin_of(page: str) -> str:
    """Return the host of the page on which a chat was opened; "" for none."""
    try:
        return (urlsplit(page).hostname or "")[:255]
    except ValueError:
        return ""


def _during(
    rows: Any, window: Window, column: str, sources: Mapping[UUID, Source]
) -> Iterator[tuple[Source, datetime]]:
    """Yield when something happened in a window, and where its contact came from. What
    happens to those who come while it is counted counts with them, the next time."""
    span = {f"{column}__gte": window.since, f"{column}__lt": window.until}
    found = rows.filter(**span).order_by().values_list("contact", column)
    for contact, at in found.iterator():
        if contact in sources:
            yield sources[contact], at


def _count_events(tally: Tally, sources: Mapping[UUID, Source]) -> None:
    window = tally.window
    events = ContactEvent.objects.filter(
        contact__in=window.contacts(),
        at__gte=window.since,
        at__lt=window.until,
        code__in=[ContactEventCode.FILE_BLOCKED, ContactEventCode.HANDED_OVER],
    ).order_by()
    for contact, code, at, details in events.values_list(
        *("contact", "code", "at", "details")
    ).iterator():
        source = sources.get(contact)
        if source is None:
            continue
        if code == ContactEventCode.FILE_BLOCKED:
            tally.add(ContactSums, at, source.of_contact, {"blocked_files": 1})
        elif details.get("reason") in HandoverReason.values:
            _count_assisted(tally, source, at, f"by_{details['reason']}")


def _count_assisted(tally: Tally, source: Source, at: datetime, column: str) -> None:
    if source.assistant:
        tally.add(AssistantSums, at, source.of_assistant, {column: 1})


def count_ratings(tally: Tally) -> None:
    """Count ratings when they were given first, of whoever had the contact last."""
    window = tally.window
    rows = rated(window.organisation_id, window.since, window.until).order_by()
    for queue, agent, score, at in rows.values_list(
        *("meant", "owner", "rating", "at")
    ).iterator():
        key = (queue or 0, agent or 0, score)
        tally.add(RatingSums, at, key, {"ratings": 1})


def rated(organisation_id: int, since: datetime, until: datetime) -> QuerySet[Any]:
    """Return the contacts that were rated then: when (`at`), the queue they are `meant`
    for, and who had them last (`owner`)."""
    # Rows that are older than the column count when they ended.
    contacts = Contact.objects.annotate(at=Coalesce("rated_at", "ended_at")).filter(
        rated_since(since),
        organisation=organisation_id,
        rating__isnull=False,
        at__lt=until,
    )
    return contacts.annotate(meant=MEANT, owner=OWNER)

"""How soon agents answered: from their accepting to the first line of theirs. Who came
to a conference answered nobody, and became the owner, if so, in the middle of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import OuterRef, Q, Subquery

from contacts.models import AssignmentKind, Message, MessageKind

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from django.db.models import QuerySet

    from contacts.models import Assignment


def first_words(
    shares: QuerySet[Assignment], *, since: datetime
) -> list[tuple[int, datetime, timedelta]]:
    """Return (queue, when, how long after accepting) of the first words of those who
    did not come to a conference, said since then."""
    lines = Message.objects.filter(
        contact=OuterRef("contact"),
        sender_agent=OuterRef("agent"),
        kind=MessageKind.TEXT,
        created_at__gte=OuterRef("connected_at"),
    )
    first = lines.order_by("seq").values("created_at")[:1]
    present = Q(ended_at=None) | Q(ended_at__gte=since)
    rows = (
        shares.filter(present, connected_at__isnull=False)
        .exclude(kind=AssignmentKind.CONFERENCE)
        .annotate(first=Subquery(first))
        .order_by()
        .values_list("queue", "connected_at", "ended_at", "first")
    )
    return [
        (queue_id, said_at, said_at - connected_at)
        for queue_id, connected_at, ended_at, said_at in rows
        if said_at is not None
        and said_at >= since
        and (ended_at is None or said_at <= ended_at)
    ]

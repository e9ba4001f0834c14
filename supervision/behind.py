"""The contacts behind the figures of a queue: whoever sees a number can see whom it
counts. The conditions are those of `figures`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q

from contacts.figures import MEANT, SHORT, rated_since
from contacts.models import (
    Assignment,
    AssignmentKind,
    AssignmentState,
    Contact,
    ContactState,
    QueueVisit,
    VisitOutcome,
)
from supervision.figures import lasting

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.db.models import QuerySet

# Figures, and what they are averages of.
OF_VISITS: dict[str, Callable[[datetime], Q]] = {
    "offered": lambda start: Q(entered_at__gte=start),
    "answered": lambda start: Q(left_at__gte=start, outcome=VisitOutcome.ANSWERED),
    "abandoned": lambda start: Q(left_at__gte=start, outcome=VisitOutcome.ABANDONED),
    "short_abandoned": lambda start: Q(
        left_at__gte=start, outcome=VisitOutcome.ABANDONED, wait__lte=SHORT
    ),
}
OF_SHARES: dict[str, Callable[[datetime], Q]] = {
    "rona": lambda start: Q(ended_at__gte=start, state=AssignmentState.RONA),
    "aht_seconds": lambda start: Q(ended_at__gte=start, connected_at__isnull=False),
    "first_response_seconds": lambda start: Q(
        Q(ended_at__gte=start) | Q(ended_at=None),
        ~Q(kind=AssignmentKind.CONFERENCE),
        connected_at__isnull=False,
    ),
}
OF_ENDS: dict[str, Callable[[datetime], Q]] = {
    "contained": lambda start: Q(ended_at__gte=start, enqueued_at=None),
    "rating": rated_since,
}
SAME_AS = dict.fromkeys(("service_level", "asa_seconds", "asa_p90_seconds"), "answered")
NOW = {
    "waiting": ContactState.QUEUED,
    "ringing": ContactState.OFFERED,
    "connected": ContactState.CONNECTED,
}
NUMBERS = (*NOW, "wrapup", *OF_VISITS, *OF_SHARES, *OF_ENDS, *SAME_AS)


def counted_in(
    number: str, contacts: QuerySet[Contact], *, queue_id: int, start: datetime
) -> QuerySet[Contact]:
    """Return those of the contacts that a number of the queue counts since then."""
    number = SAME_AS.get(number, number)
    if number in NOW:
        return contacts.filter(queue=queue_id, state=NOW[number])
    if number in OF_ENDS:
        ended = contacts.annotate(meant=MEANT).filter(meant=queue_id)
        return ended.filter(OF_ENDS[number](start))
    own: dict[str, Any] = {"contact": OuterRef("pk"), "queue": queue_id}
    if number in OF_VISITS:
        visits = QueueVisit.objects.annotate(wait=lasting("entered_at", "left_at"))
        return contacts.filter(Exists(visits.filter(OF_VISITS[number](start), **own)))
    shares = Assignment.objects.filter(**own)
    if number == "wrapup":
        return contacts.filter(Exists(shares.filter(state=AssignmentState.WRAPUP)))
    return contacts.filter(Exists(shares.filter(OF_SHARES[number](start))))

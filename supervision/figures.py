"""The figures of queues: today's, and those of the last half hour (docs/floor.md).

Each is counted in the span in which it happened, on the rows as they are: what became
of those who waited from visits, what agents did from their shares. All queues and spans
together cost a constant number of queries.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias

from django.db.models import (
    Avg,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Q,
    Sum,
    Window,
)
from django.db.models.functions import RowNumber

from contacts import queries
from contacts.figures import (
    MEANT,
    SHORT,
    THRESHOLD,
    of_shares,
    of_waits,
    plain,
    rated_since,
)
from contacts.models import (
    Assignment,
    AssignmentState,
    Contact,
    QueueVisit,
    VisitOutcome,
)
from core.expressions import Seconds
from queues.models import Queue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from django.db.models import QuerySet

    from contacts.figures import Figures

Queues: TypeAlias = "list[int]"  # their ids
Spans: TypeAlias = "Mapping[str, datetime]"  # beginnings by name
Counted: TypeAlias = "Iterator[tuple[int, str, dict[str, Any]]]"  # by queue and span

NUMBERS = (
    "offered",
    "answered",
    "abandoned",
    "short_abandoned",
    "rona",
    "contained",
)


def figures_of(
    organisation_id: int, spans: Spans
) -> Mapping[int, Mapping[str, Figures]]:
    """Return {queue: {span: figures}} of the queues in which something happened."""
    counted: defaultdict[tuple[int, str], dict[str, Any]] = defaultdict(dict)
    queues = Queue.ids_of(organisation_id)
    by_queue = (_visits, _slowest, _shares, _first_responses)
    for queue_id, span, values in chain(
        *(count(queues, spans) for count in by_queue), _ends(organisation_id, spans)
    ):
        counted[queue_id, span] |= values
    return {
        queue_id: {span: figures(counted.get((queue_id, span), {})) for span in spans}
        for queue_id in {queue_id for queue_id, _ in counted}
    }


def figures(counted: Mapping[str, Any]) -> Figures:
    """Return the figures of one queue and span, of what was counted there."""
    number = {name: counted.get(name) or 0 for name in NUMBERS}
    return {
        **number,
        **of_waits(counted),
        "asa_p90_seconds": plain(counted.get("slowest")),
        **of_shares(counted),
        "rating": plain(counted.get("rating")),
    }


# --- who waited ---------------------------------------------------------------------
def _visits(queues: Queues, spans: Spans) -> Counted:
    since = min(spans.values())
    began = Q(entered_at__gte=since) | Q(left_at__gte=since)
    visits = _with_wait(queues).filter(began)
    return _by_queue(visits, spans, _of_visits)


def _with_wait(queues: Queues) -> QuerySet[QueueVisit]:
    visits = QueueVisit.objects.filter(queue__in=queues)
    return visits.annotate(wait=lasting("entered_at", "left_at"))


def _of_visits(start: datetime) -> dict[str, Any]:
    left = Q(left_at__gte=start)
    answered = left & Q(outcome=VisitOutcome.ANSWERED)
    abandoned = left & Q(outcome=VisitOutcome.ABANDONED)
    in_time = answered & Q(wait__lte=Seconds(THRESHOLD))
    return {
        "offered": Count("pk", filter=Q(entered_at__gte=start)),
        "answered": Count("pk", filter=answered),
        "in_time": Count("pk", filter=in_time),
        "waited": Sum("wait", filter=answered),
        "abandoned": Count("pk", filter=abandoned),
        "short_abandoned": Count("pk", filter=abandoned & Q(wait__lte=SHORT)),
    }


def _slowest(queues: Queues, spans: Spans) -> Counted:
    """Yield the wait that nine of ten who were answered did not exceed."""
    for span, start in spans.items():
        answered = _with_wait(queues).filter(
            outcome=VisitOutcome.ANSWERED, left_at__gte=start
        )
        placed = answered.annotate(
            place=Window(RowNumber(), partition_by="queue", order_by="wait"),
            all=Window(Count("pk"), partition_by="queue"),
        )
        # The first place from which on there is a tenth at most.
        ninth = placed.filter(
            place__gte=F("all") * 9 / 10.0, place__lt=F("all") * 9 / 10.0 + 1
        )
        for queue_id, wait in ninth.order_by().values_list("queue", "wait"):
            yield queue_id, span, {"slowest": wait}


# --- what agents did ----------------------------------------------------------------
def _shares(queues: Queues, spans: Spans) -> Counted:
    shares = Assignment.objects.filter(
        queue__in=queues, ended_at__gte=min(spans.values())
    )
    handling = lasting("connected_at", "ended_at")
    return _by_queue(shares.annotate(handling=handling), spans, _of_shares)


def _of_shares(start: datetime) -> dict[str, Any]:
    ended = Q(ended_at__gte=start)
    handled = ended & Q(connected_at__isnull=False)
    return {
        "handled": Count("pk", filter=handled),
        "handling": Sum("handling", filter=handled),
        "rona": Count("pk", filter=ended & Q(state=AssignmentState.RONA)),
    }


def _first_responses(queues: Queues, spans: Spans) -> Counted:
    """Yield how long owners took for their first words, in the span in which they said
    them."""
    shares = Assignment.objects.filter(queue__in=queues)
    found = queries.first_words(shares, since=min(spans.values()))
    return _summed(found, spans)


def _summed(found: list[tuple[int, datetime, timedelta]], spans: Spans) -> Counted:
    lengths: defaultdict[tuple[int, str], list[timedelta]] = defaultdict(list)
    for queue_id, at, length in found:
        for span, start in spans.items():
            if at >= start:
                lengths[queue_id, span].append(length)
    for (queue_id, span), some in lengths.items():
        total = sum(some, timedelta())
        yield queue_id, span, {"responding": total, "responded": len(some)}


# --- how contacts ended -------------------------------------------------------------
def _ends(organisation_id: int, spans: Spans) -> Counted:
    since = min(spans.values())
    over = Q(ended_at__gte=since) | rated_since(since)
    contacts = Contact.objects.filter(over, organisation=organisation_id)
    return _by_queue(contacts.annotate(meant=MEANT), spans, _of_ends, queue="meant")


def _of_ends(start: datetime) -> dict[str, Any]:
    ended = Q(ended_at__gte=start)
    return {
        "contained": Count("pk", filter=ended & Q(enqueued_at=None)),
        "rating": Avg("rating", filter=rated_since(start)),
    }


# --- helpers ------------------------------------------------------------------------
def lasting(since: str, until: str) -> ExpressionWrapper[Any]:
    """Return the expression for the length of time between two columns."""
    return ExpressionWrapper(F(until) - F(since), DurationField())


def _by_queue(
    rows: QuerySet[Any], spans: Spans, columns: Any, *, queue: str = "queue"
) -> Counted:
    """Yield what `columns(start)` count of the rows, all spans in one query."""
    every = {
        f"{span}__{name}": column
        for span, start in spans.items()
        for name, column in columns(start).items()
    }
    for row in rows.order_by().values(queue).annotate(**every):
        for span in spans:
            head = f"{span}__"
            yield (
                row[queue],
                span,
                {
                    name.removeprefix(head): value
                    for name, value in row.items()
                    if name.startswith(head)
                },
            )

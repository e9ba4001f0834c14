"""Those who waited: what became of visits of queues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from contacts.figures import MEANT, SHORT, THRESHOLD
from contacts.models import Contact, QueueVisit, VisitOutcome
from reports import quarters
from reports.counting.tally import length
from reports.models import QueueSums

if TYPE_CHECKING:
    from datetime import datetime

    from reports.counting.tally import Tally

AT_MOST_SHORT = SHORT // quarters.MICROSECOND


def count(tally: Tally) -> None:
    """Count who came to a queue, and what became of them, each when it happened."""
    window = tally.window
    span = (window.since, window.until)
    inside = [
        Q(entered_at__gte=span[0], entered_at__lt=span[1]),
        Q(left_at__gte=span[0], left_at__lt=span[1]),
    ]
    visits = QueueVisit.objects.filter(inside[0] | inside[1], queue__in=window.queues)
    rows = visits.annotate(threshold=THRESHOLD).order_by()
    for queue, entered, left, outcome, threshold in rows.values_list(
        *("queue", "entered_at", "left_at", "outcome", "threshold")
    ).iterator():
        tally.add(QueueSums, entered, (queue,), {"offered": 1})
        if left is not None:
            sums = _left(outcome, entered, left, threshold)
            tally.add(QueueSums, left, (queue,), sums)


def _left(
    outcome: str, entered: datetime, left: datetime, threshold: int
) -> dict[str, int]:
    wait = length(entered, left)
    if outcome == VisitOutcome.ANSWERED:
        in_time = wait <= threshold * quarters.SECOND
        return {"answered": 1, "waited": wait, "in_time": int(in_time)}
    if outcome == VisitOutcome.ABANDONED:
        return {"abandoned": 1, "short_abandoned": int(wait <= AT_MOST_SHORT)}
    return {"timed_out": int(outcome == VisitOutcome.TIMED_OUT)}


def count_contained(tally: Tally) -> None:
    """Count contacts that ended without a wait, for the queue they were meant for."""
    window = tally.window
    ended = Contact.objects.filter(
        organisation=window.organisation_id,
        ended_at__gte=window.since,
        ended_at__lt=window.until,
        enqueued_at=None,
    )
    rows = ended.annotate(meant=MEANT).exclude(meant=None).order_by()
    for queue, at in rows.values_list("meant", "ended_at").iterator():
        tally.add(QueueSums, at, (queue,), {"contained": 1})

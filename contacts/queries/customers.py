"""What customers see of their contacts: their place in the line, who talks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Max, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from contacts.models import (
    IN_LINE,
    WAITING_STATES,
    Assignment,
    AssignmentState,
    Contact,
    ContactState,
    QueueVisit,
    VisitOutcome,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from uuid import UUID

RECENT = timedelta(hours=1)
ENOUGH_ANSWERS = 3


@dataclass(frozen=True)
class CustomerView:
    """A contact with what its customer sees besides."""

    contact: Contact
    position: int | None  # in the line, 1 for the next; None if not waiting
    answer_interval: float | None  # mean seconds between answers; None if unknown
    agents: list[str]  # display names of those who talk


def customer_views(
    contacts: Iterable[Contact],
    *,
    now: datetime,
    positions: Mapping[UUID, int] | None = None,
) -> list[CustomerView]:
    """Return what their customers see, at the same cost however many they are.

    `positions` are their places in the line, where they are known; else they are
    counted.
    """
    rows = list(contacts)
    if positions is None:
        positions = _positions([row.pk for row in rows if row.state in WAITING_STATES])
    waited_for = {row.queue_id for row in rows if row.pk in positions}
    intervals = _answer_intervals(waited_for, now=now)
    agents = _names_in([row.pk for row in rows if row.state == ContactState.CONNECTED])
    return [
        CustomerView(
            contact=row,
            position=positions.get(row.pk),
            answer_interval=intervals.get(row.queue_id),
            agents=agents[row.pk],
        )
        for row in rows
    ]


def _positions(contact_ids: Collection[UUID]) -> Mapping[UUID, int]:
    """Two counts, as each is a range of the index; one condition for both is not."""
    if not contact_ids:
        return {}
    waiting = Contact.objects.filter(
        queue=OuterRef("queue"), state__in=WAITING_STATES
    ).order_by()
    higher = waiting.filter(priority__gt=OuterRef("priority"))
    earlier = waiting.filter(
        priority=OuterRef("priority"), enqueued_at__lt=OuterRef("enqueued_at")
    )
    rows = Contact.objects.filter(pk__in=contact_ids, state__in=WAITING_STATES)
    return dict(
        rows.order_by().values_list("pk", _number(higher) + _number(earlier) + 1)
    )


def _number(rows: QuerySet[Contact]) -> Coalesce:
    counts = rows.values("queue").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counts), 0)


def _answer_intervals(
    queue_ids: Collection[int | None], *, now: datetime
) -> Mapping[int | None, float]:
    """Return per queue the mean seconds between answers over the last hour, where
    there were enough to tell."""
    if not queue_ids:
        return {}
    rows = (
        QueueVisit.objects.filter(
            queue__in=queue_ids, outcome=VisitOutcome.ANSWERED, left_at__gt=now - RECENT
        )
        .order_by()
        .values_list("queue")
        .annotate(Min("left_at"), Max("left_at"), Count("pk"))
    )
    return {
        queue_id: (last - first).total_seconds() / (number - 1)
        for queue_id, first, last, number in rows
        if number >= ENOUGH_ANSWERS
    }


def _names_in(contact_ids: Collection[UUID]) -> Mapping[UUID, list[str]]:
    names: defaultdict[UUID, list[str]] = defaultdict(list)
    if not contact_ids:
        return names
    talking = Assignment.objects.filter(
        contact__in=contact_ids, state=AssignmentState.CONNECTED
    ).order_by("connected_at", "pk")
    for contact_id, name in talking.values_list("contact", "agent__display_name"):
        names[contact_id].append(name)
    return names


def line_of(queue_id: int) -> QuerySet[Contact]:
    """Return the contacts that wait in a queue, the next one first."""
    waiting = Contact.objects.filter(queue=queue_id, state__in=WAITING_STATES)
    return waiting.order_by(*IN_LINE)

"""How long contacts waited and lasted, for lists of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import (
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from contacts.models import Assignment, Contact, QueueVisit

if TYPE_CHECKING:
    from datetime import datetime


def with_times(contacts: QuerySet[Contact], *, now: datetime) -> QuerySet[Any]:
    """Return the contacts with how long the customer `waited` for the first agent, and
    how long the chat `lasted` from then on; both go on until now."""
    entered = QueueVisit.objects.filter(contact=OuterRef("pk")).order_by("entered_at")
    began_at = Coalesce(Subquery(entered.values("entered_at")[:1]), F("enqueued_at"))
    over_at = Coalesce(F("ended_at"), Value(now), output_field=DateTimeField())
    return contacts.annotate(
        waited=_between(began_at, Coalesce(F("connected_at"), over_at)),
        lasted=_between(F("connected_at"), over_at),
    )


def _between(begin: Any, end: Any) -> ExpressionWrapper[Any]:
    return ExpressionWrapper(end - begin, output_field=DurationField())


def with_people(contacts: QuerySet[Any]) -> QuerySet[Any]:
    """Return the contacts with what the columns say of agents and wrap-ups at hand."""
    shares = Assignment.objects.select_related("agent", "wrap_up")
    return contacts.prefetch_related(Prefetch("assignments", shares))

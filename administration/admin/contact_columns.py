"""What the list of contacts shows of each, and its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
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

from administration.admin.scope import moment
from administration.durations import of_length
from contacts.models import Assignment, Contact, QueueVisit
from core import clock

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


NOTHING = "\u2013"  # as the site shows what is empty


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


def agents_of(contact: Any) -> str:
    """Return who talked in the contact."""
    return _each_once(
        str(share.agent) for share in contact.assignments.all() if share.connected_at
    )


def wrap_ups_of(contact: Any) -> str:
    """Return the reasons that its agents chose, in the order of their shares."""
    return _each_once(
        share.wrap_up.code_name
        for share in contact.assignments.all()
        if hasattr(share, "wrap_up")
    )


def _each_once(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(words))


def outcome_of(contact: Any) -> str:
    """Return how the contact ended, or where it is now."""
    words = contact.get_ended_reason_display() or contact.get_state_display()
    return str(words)


class ContactColumns(admin.ModelAdmin[Any]):
    """The columns of the list; their rows come `with_times` and `with_people`."""

    list_display = (
        "opened",
        "customer",
        "queue",
        "outcome",
        "agents",
        "wait",
        "duration",
        "wrap_up",
        "stars",
    )

    def get_queryset(self, request: Any) -> QuerySet[Any]:
        rows = with_times(super().get_queryset(request), now=clock.now())
        return with_people(rows)

    @admin.display(description="Opened", ordering="opened_at")
    def opened(self, contact: Any) -> str:
        return moment(contact.opened_at)

    @admin.display(description="State", ordering="state")
    def outcome(self, contact: Any) -> str:
        return outcome_of(contact)

    @admin.display(description="Agents")
    def agents(self, contact: Any) -> str:
        return agents_of(contact)

    @admin.display(description="Wait", ordering="waited")
    def wait(self, contact: Any) -> str:
        return of_length(contact.waited) or NOTHING

    @admin.display(description="Duration", ordering="lasted")
    def duration(self, contact: Any) -> str:
        return of_length(contact.lasted) or NOTHING

    @admin.display(description="Wrap-up")
    def wrap_up(self, contact: Any) -> str:
        return wrap_ups_of(contact) or NOTHING

    @admin.display(description="Rating", ordering="rating")
    def stars(self, contact: Any) -> str:
        """Return how the customer rated the chat."""
        return f"{contact.rating} of 5" if contact.rating else NOTHING

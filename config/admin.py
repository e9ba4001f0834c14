"""The administration's page of a contact: to read, with the transcript, and with what
supervision does about it.

It stands here, above the rooms that it brings together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm

from administration.admin.base import RecordAdmin
from administration.admin.contact_filters import (
    AttentionFilter,
    RatingFilter,
    TodayFilter,
)
from administration.admin.scope import OwnFilter, moment, own_organisation
from contacts.models import Contact
from contacts.queries.searching import of_customers
from core import clock
from core.errors import DomainError
from supervision import explaining
from supervision.services import stuck
from supervision.services.stuck import MAX_REASON

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Q, QuerySet
    from django.http import HttpRequest

TRANSCRIPT_LINES = 1000
ROWS_SHOWN = 200


class ReasonForm(ActionForm):
    """What is done about stuck contacts, and why."""

    reason = forms.CharField(max_length=MAX_REASON, required=False)


@admin.register(Contact)
class ContactAdmin(RecordAdmin):
    list_display = ("opened", "customer", "queue", "outcome", "agents", "stars")
    list_filter = (
        AttentionFilter,
        TodayFilter,
        "state",
        "ended_reason",
        ("queue", OwnFilter),
        ("entry_point", OwnFilter),
        ("assignments__agent", OwnFilter),
        "channel",
        RatingFilter,
    )
    list_select_related = ("customer", "queue")
    search_fields = ("customer__folded",)
    date_hierarchy = "opened_at"
    fields = (
        ("customer", "channel", "state", "ended_reason"),
        ("entry_point", "queue", "priority"),
        ("opened_at", "connected_at", "ended_at", "closed_at"),
        ("stars", "rating_comment"),
    )
    change_form_template = "admin/contacts/contact/change_form.html"
    action_form = ReasonForm
    actions = ("requeue", "close")

    def searched(self, request: HttpRequest, asked: str) -> Q:
        (column,) = self.search_fields
        own = own_organisation(request)
        return of_customers(asked, organisation_id=own, column=column)

    @admin.action(description="Put back in the queue")
    def requeue(self, request: HttpRequest, contacts: QuerySet[Any]) -> None:
        self._oversee(request, contacts, stuck.requeue)

    @admin.action(description="Close")
    def close(self, request: HttpRequest, contacts: QuerySet[Any]) -> None:
        self._oversee(request, contacts, stuck.close)

    def _oversee(
        self,
        request: HttpRequest,
        contacts: QuerySet[Any],
        command: Callable[..., Contact],
    ) -> None:
        """Do it with each chosen contact, and say what became of it."""
        reason = request.POST.get("reason", "").strip()[:MAX_REASON]
        if not reason:
            self.message_user(request, "Give the reason first.", messages.ERROR)
            return
        for contact in contacts:
            try:
                command(
                    contact_id=contact.pk,
                    actor=request.user,
                    reason=reason,
                    now=clock.now(),
                )
            except DomainError as error:
                sentence = f"{contact}: {error.detail}"
                self.message_user(request, sentence, messages.WARNING)
            else:
                self.message_user(request, f"{contact}: done.", messages.SUCCESS)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.prefetch_related("assignments__agent")

    @admin.display(description="Opened", ordering="opened_at")
    def opened(self, contact: Any) -> str:
        return moment(contact.opened_at)

    @admin.display(description="Agents")
    def agents(self, contact: Any) -> str:
        """Return who talked in the contact."""
        shares = contact.assignments.all()
        names = (str(share.agent) for share in shares if share.connected_at)
        return ", ".join(dict.fromkeys(names))

    @admin.display(description="Rating", ordering="rating")
    def stars(self, contact: Any) -> str | None:
        """Return how the customer rated the chat."""
        return f"{contact.rating} of 5" if contact.rating else None

    @admin.display(description="State", ordering="state")
    def outcome(self, contact: Any) -> str:
        """Return how the contact ended, or where it is now."""
        words = contact.get_ended_reason_display() or contact.get_state_display()
        return str(words)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        contact: Contact = kwargs["obj"]
        context |= {
            "answers": contact.prechat.items(),
            "lines": contact.messages.order_by("seq")[:TRANSCRIPT_LINES],
            "shares": contact.assignments.select_related(
                "agent", "queue", "requested_by", "wrap_up"
            ),
            "visits": contact.queue_visits.select_related("queue")[:ROWS_SHOWN],
            "happenings": contact.events.select_related("agent", "actor")[:ROWS_SHOWN],
            "routing": explaining.explain(contact, now=clock.now()),
            "lines_left": max(0, contact.last_seq - TRANSCRIPT_LINES),
        }
        return super().render_change_form(request, context, *args, **kwargs)

"""The administration's page of a contact: to read, with the transcript, and with what
supervision does about it.

It stands here, above the rooms that it brings together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from administration.admin import contact_file
from administration.admin.contact_columns import ContactColumns
from administration.admin.contact_filters import (
    AttentionFilter,
    RatingFilter,
    TodayFilter,
)
from administration.admin.scope import OwnFilter, own_organisation
from agents.access import agent_for_user
from agents.services import trail
from config import criteria  # noqa: F401 - its page is one of the administration
from config.overseeing import CLOSE, REQUEUE, OverseenAdmin
from contacts import transcript
from contacts.models import Contact, Message
from contacts.queries.searching import of_customers
from contacts.services import reading
from core import clock
from supervision import explaining

if TYPE_CHECKING:
    from django.db.models import Q, QuerySet

TRANSCRIPT_LINES = 1000
ROWS_SHOWN = 200


@admin.register(Contact)
class ContactAdmin(ContactColumns, OverseenAdmin):
    list_filter = (
        AttentionFilter,
        TodayFilter,
        "state",
        "ended_reason",
        ("queue", OwnFilter),
        ("entry_point", OwnFilter),
        ("assignments__agent", OwnFilter),
        ("assignments__wrap_up__code", OwnFilter),
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
        ("wait", "duration", "wrap_up"),
        ("stars", "rating_comment"),
    )
    change_form_template = "admin/contacts/contact/change_form.html"
    change_list_template = "admin/contacts/contact/change_list.html"

    def searched(self, request: HttpRequest, asked: str) -> Q:
        (column,) = self.search_fields
        own = own_organisation(request)
        return of_customers(asked, organisation_id=own, column=column)

    # --- Export ---------------------------------------------------------------------
    def get_urls(self) -> list[URLPattern]:
        export = self.admin_site.admin_view(self.export_view)
        name = "contacts_contact_export"
        return [path("export/", export, name=name), *super().get_urls()]

    def has_export_permission(self, request: HttpRequest) -> bool:
        """A file is of one organisation, as all others are."""
        own = own_organisation(request) is not None
        return own and self.has_view_permission(request)

    @method_decorator(require_safe)
    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Answer the contacts of the list, as it is filtered and sorted, as a file."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        rows = self._listed(request)
        if rows is None:
            return HttpResponseRedirect(f"{self._list()}?e=1")
        if rows.count() > contact_file.MAX_ROWS:
            sentence = gettext(
                "More than %(max_rows)s contacts are in this list: narrow it before "
                "you export it."
            ) % {"max_rows": f"{contact_file.MAX_ROWS:,}"}
            self.message_user(request, sentence, messages.ERROR)
            return HttpResponseRedirect(f"{self._list()}?{request.GET.urlencode()}")
        trail.note_export(Contact, rows=rows.count())
        return HttpResponse(
            contact_file.written(rows).encode("utf-8-sig"),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="contacts.csv"'},
        )

    def _listed(self, request: HttpRequest) -> QuerySet[Any] | None:
        """Return the rows that the list has for this address; None for a wrong one."""
        try:
            listed = self.get_changelist_instance(request)
        except IncorrectLookupParameters:
            return None
        rows: QuerySet[Any] = listed.get_queryset(request)
        return rows

    def _list(self) -> str:
        return reverse("admin:contacts_contact_changelist")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        allowed = {"has_export_permission": self.has_export_permission(request)}
        return super().changelist_view(request, {**allowed, **(extra_context or {})})

    # --- The page -------------------------------------------------------------------
    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        contact: Contact = kwargs["obj"]
        reading.note(contact, by=agent_for_user(request.user), now=clock.now())
        context |= {
            "deeds": () if contact.is_ended else (REQUEUE, CLOSE),
            "answers": contact.prechat.items(),
            "lines": _lines(contact),
            "notes": contact.notes.order_by("pk")[:ROWS_SHOWN],
            "shares": contact.assignments.select_related(
                "agent", "queue", "requested_by", "wrap_up"
            ),
            "visits": contact.queue_visits.select_related("queue")[:ROWS_SHOWN],
            "video_calls": contact.video_calls.select_related("started_by")[
                :ROWS_SHOWN
            ],
            "happenings": contact.events.select_related("agent", "actor")[:ROWS_SHOWN],
            "routing": explaining.explain(contact, now=clock.now()),
            "lines_left": max(0, contact.last_seq - TRANSCRIPT_LINES),
        }
        return super().render_change_form(request, context, *args, **kwargs)


def _lines(contact: Contact) -> list[tuple[Message, str]]:
    """Return the first lines, each with what it says to the reader."""
    zone = timezone.get_current_timezone()
    lines = contact.messages.order_by("seq")[:TRANSCRIPT_LINES]
    return [(line, transcript.in_words(line, zone)) for line in lines]

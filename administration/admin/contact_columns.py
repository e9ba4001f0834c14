"""What the list of contacts shows of each, and its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from administration.admin.scope import moment
from administration.durations import of_length
from contacts.queries.lasting import with_people, with_times
from core import clock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet


NOTHING = "\u2013"  # as the site shows what is empty


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

    @admin.display(description=_("Opened"), ordering="opened_at")
    def opened(self, contact: Any) -> str:
        return moment(contact.opened_at)

    @admin.display(description=_("State"), ordering="state")
    def outcome(self, contact: Any) -> str:
        return outcome_of(contact)

    @admin.display(description=_("Agents"))
    def agents(self, contact: Any) -> str:
        return agents_of(contact)

    @admin.display(description=_("Wait"), ordering="waited")
    def wait(self, contact: Any) -> str:
        return of_length(contact.waited) or NOTHING

    @admin.display(description=_("Duration"), ordering="lasted")
    def duration(self, contact: Any) -> str:
        return of_length(contact.lasted) or NOTHING

    @admin.display(description=_("Wrap-up"))
    def wrap_up(self, contact: Any) -> str:
        return wrap_ups_of(contact) or NOTHING

    @admin.display(description=_("Rating"), ordering="rating")
    def stars(self, contact: Any) -> str:
        """Return how the customer rated the chat."""
        return (
            gettext("%(rating)s of 5") % {"rating": contact.rating}
            if contact.rating
            else NOTHING
        )

"""What pages of reports and quality share: who reads them, in whose time, and a
transcript."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.views.generic import View

from agents.models import Agent
from contacts import transcript

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from contacts.models import Contact, Message

TRANSCRIPT_LINES = 1000


class Place(View):
    """A page for people of an organisation, with times of its zone."""

    def dispatch(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        organisation = self.person.organisation
        assert organisation is not None
        with timezone.override(organisation.timezone):
            return super().dispatch(request, *args, **kwargs)

    @property
    def person(self) -> Agent:
        """Who reads it. Raise PermissionDenied for all others."""
        person = self.request.user
        if not isinstance(person, Agent) or person.organisation_id is None:
            raise PermissionDenied
        if not self.is_for(person):
            raise PermissionDenied
        return person

    def is_for(self, person: Agent) -> bool:
        raise NotImplementedError


class OverseersPlace(Place):
    def is_for(self, person: Agent) -> bool:
        return person.is_overseer


class AgentsPlace(Place):
    def is_for(self, person: Agent) -> bool:
        return person.takes_contacts


def lines_of(contact: Contact) -> dict[str, Any]:
    """Return the first lines of a contact, each with what it says to the reader, and
    how many there are besides."""
    zone = timezone.get_current_timezone()
    rows = contact.messages.order_by("seq")[:TRANSCRIPT_LINES]
    lines: list[tuple[Message, str]] = [
        (line, transcript.in_words(line, zone)) for line in rows
    ]
    return {"lines": lines, "lines_left": max(0, contact.last_seq - TRANSCRIPT_LINES)}

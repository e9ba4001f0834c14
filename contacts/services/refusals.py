"""Why a line is not stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contacts.access import NotYours
from contacts.models import Contact, ContactState, SenderKind
from core.errors import DomainError, NotFound, WrongState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from contacts.services.drafts import Draft


class ContactEnded(DomainError):
    code = "contact_ended"
    sentence = _("This conversation has ended.")


class UnknownContact(NotFound):
    sentence = _("There is no such conversation.")


class Busy(DomainError):
    """Somebody else holds the contact at this moment: try again, and wait for it."""

    code = "busy"


def refusal_of(
    draft: Draft, contact: Contact, talking: Mapping[UUID, Mapping[int, str]]
) -> DomainError | None:
    """Return why this is not to be said in a locked contact, whose `talking` agents
    are known; None where it is."""
    if draft.event is not None:
        return None
    if contact.is_ended:
        return ContactEnded()
    if not contact.takes_lines:
        return WrongState(gettext("Only a chat has live messages."))
    if draft.sender.kind == SenderKind.BOT and contact.state != ContactState.BOT:
        return WrongState(gettext("The assistant has no say here any more."))
    speaker = draft.sender.agent_id
    return NotYours() if speaker and speaker not in talking[contact.pk] else None

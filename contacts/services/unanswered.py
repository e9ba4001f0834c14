"""What becomes of a contact whose offer was not accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.models import TransferNoAnswer
from contacts import events
from contacts.models import AssignmentKind, ContactState, EndedReason, VisitOutcome
from contacts.services import conferences, conversation, ending, router, waiting

if TYPE_CHECKING:
    from datetime import datetime

    from contacts.models import Assignment, Contact


def settle(contact: Contact, share: Assignment, now: datetime) -> None:
    """Decide by the kind of the offer, for a locked contact: back to the queue (D3),
    the end (D4), or the next colleague (D10)."""
    if share.kind == AssignmentKind.CONFERENCE:
        conferences.ask_next(contact, share, now)
    elif share.kind == AssignmentKind.TRANSFER:
        _transfer(contact, now)
    else:
        contact.state = ContactState.QUEUED
        contact.save(update_fields=["state"])
        events.contact(contact.pk)
    # The agent's slot is free again, whatever becomes of the contact.
    router.route_soon(contact.organisation_id)


def _transfer(contact: Contact, now: datetime) -> None:
    ends = contact.organisation.transfer_no_answer == TransferNoAnswer.END
    if ends and not contact.is_answered_by_mail:
        # The agent left before, so there is nobody to give it back to (R85).
        left = conversation.agent_left(contact, None)
        ending.finish(contact, EndedReason.TRANSFER_NO_ANSWER, now, first=[left])
        return
    assert contact.queue is not None
    queued = conversation.queued(contact, contact.queue)
    conversation.append([queued], now=now)
    waiting.move(contact, contact.queue, VisitOutcome.MOVED, now)

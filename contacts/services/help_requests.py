"""An agent asks those who oversee to look at a contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext

from agents.services import sensitive_data
from contacts import events
from contacts.models import AssignmentState, HelpRequest
from contacts.services import shares
from core.errors import WrongState

if TYPE_CHECKING:
    from datetime import datetime

    from agents.models import Agent
    from contacts.models import Assignment, Contact


@transaction.atomic
def ask(*, share: Assignment, text: str, now: datetime) -> HelpRequest:
    """Ask for help, in a word; asking again says it in other words. Raise WrongState
    for one who does not talk, Dropped."""
    contact, share = shares.lock(share)
    if share.state != AssignmentState.CONNECTED:
        raise WrongState(gettext("There is no conversation of yours to ask help for."))
    text = sensitive_data.storable(contact.organisation, text)
    asked = share.help_requests.filter(ended_at=None).first()
    if asked is None:
        asked = HelpRequest.objects.create(
            contact=contact, share=share, agent=share.agent, text=text, asked_at=now
        )
    elif asked.text != text:
        asked.text = text
        asked.save(update_fields=["text"])
    events.cards_changed(contact.pk)
    return asked


@transaction.atomic
def take_back(*, share: Assignment, now: datetime) -> None:
    """Need no help any more; harmless to repeat."""
    contact, share = shares.lock(share)
    if share.help_requests.filter(ended_at=None).update(ended_at=now):
        events.cards_changed(contact.pk)


def answer(contact: Contact, *, by: Agent, now: datetime) -> None:
    """End what the agents of a locked contact have asked: somebody is there."""
    asked = contact.help_requests.filter(ended_at=None)
    if asked.update(ended_at=now, answered_by=by):
        events.cards_changed(contact.pk)

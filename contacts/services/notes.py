"""Notes that no customer sees: among the agents of a contact, and about a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents import addresses
from agents.services import sensitive_data
from contacts import events, queries
from contacts.access import NotYours
from contacts.models import AssignmentState, CustomerNote, Note
from contacts.services import shares
from contacts.services.refusals import ContactEnded
from core.errors import Forbidden, WrongState

if TYPE_CHECKING:
    from datetime import datetime

    from agents.models import Agent
    from contacts.models import Assignment

AT_WORK = (AssignmentState.CONNECTED, AssignmentState.WRAPUP)


class NotTheAuthor(Forbidden):
    sentence = _("Only who wrote a note can change or delete it.")


@transaction.atomic
def write(
    *, share: Assignment, client_id: str, text: str, now: datetime
) -> tuple[Note, bool]:
    """Store a private line and tell the agents who take part; return it, and whether
    it is new: a repeated client_id answers the note stored before.

    Raises NotYours, ContactEnded, Dropped.
    """
    contact, share = shares.lock(share)
    known = contact.notes.filter(author=share.agent_id, client_id=client_id).first()
    if known is not None:
        return known, False
    if contact.is_ended:
        raise ContactEnded
    if share.state != AssignmentState.CONNECTED:
        raise NotYours
    stored = sensitive_data.storable(contact.organisation, text)
    is_masked = stored != text
    note = Note.objects.create(
        contact=contact,
        client_id=client_id,
        author=share.agent,
        author_name=share.agent.display_name,
        text=stored,
        masked=is_masked,
        created_at=now,
    )
    talking = queries.talking_agents([contact.pk])[contact.pk]
    events.note(note, agent_ids=contact.heard_by(talking))
    if is_masked:
        events.masked(contact_id=contact.pk, to=addresses.of_agent(share.agent_id))
    return note, True


def write_about_customer(
    *, share: Assignment, text: str, now: datetime
) -> CustomerNote:
    """Store a note about the customer one serves. Raises WrongState after wrap-up,
    Dropped."""
    if share.state not in AT_WORK:
        raise WrongState(gettext("The contact is finished; notes can only be read."))
    return CustomerNote.objects.create(
        customer_id=share.contact.customer_id,
        author=share.agent,
        text=sensitive_data.storable(share.contact.organisation, text),
        created_at=now,
    )


def rewrite(
    *, note: CustomerNote, author: Agent, text: str, now: datetime
) -> CustomerNote:
    """Change one's own note about a customer. Raises NotTheAuthor, Dropped."""
    _refuse_unless_by(note, author)
    text = sensitive_data.storable(note.customer.organisation, text)
    if note.text != text:
        note.text, note.edited_at = text, now
        note.save(update_fields=["text", "edited_at"])
    return note


def delete(*, note: CustomerNote, author: Agent) -> None:
    """Delete one's own note about a customer. Raises NotTheAuthor."""
    _refuse_unless_by(note, author)
    note.delete()


def _refuse_unless_by(note: CustomerNote, author: Agent) -> None:
    if note.author_id != author.pk:
        raise NotTheAuthor

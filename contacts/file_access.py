"""Which files a person may fetch, or take back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404

from contacts.access import conversation_for_agent, transcript_for_agent
from contacts.models import Attachment, AttachmentStatus, SenderKind

if TYPE_CHECKING:
    from uuid import UUID

    from agents.models import Agent
    from contacts.models import Contact


def attachment_for_agent(agent: Agent, attachment_id: UUID) -> Attachment:
    """Return a file that a person may fetch now: one that was sent in a conversation
    they may read, or an own one that is not sent yet. Raises as
    `transcript_for_agent`."""
    row = _attachment(attachment_id)
    if row.contact.organisation_id != agent.organisation_id:
        raise Http404
    if row.status != AttachmentStatus.SENT:
        if row.sender_agent_id != agent.pk:
            raise Http404
        conversation_for_agent(agent, row.contact_id)
    else:
        row.contact = transcript_for_agent(agent, row.contact_id)
    return row


def attachment_for_customer(contact: Contact, attachment_id: UUID) -> Attachment:
    """Return a file of the customer's own chat, or 404."""
    row = _attachment(attachment_id)
    is_own = row.sender_kind == SenderKind.CUSTOMER
    is_there = row.status == AttachmentStatus.SENT or is_own
    if row.contact_id != contact.pk or not is_there:
        raise Http404
    return row


def _attachment(attachment_id: UUID) -> Attachment:
    """Return a file that was let through, or 404."""
    row = (
        Attachment.objects.select_related("contact")
        .filter(
            pk=attachment_id,
            status__in=[AttachmentStatus.STAGED, AttachmentStatus.SENT],
        )
        .first()
    )
    if row is None:
        raise Http404
    return row


def unsent_of_agent(agent: Agent, attachment_id: UUID) -> Attachment:
    """Return an own file that was checked and not sent, or 404."""
    return _unsent(attachment_id, sender_agent=agent)


def unsent_of_customer(contact: Contact, attachment_id: UUID) -> Attachment:
    """Return a file that the customer has not sent after its check, or 404."""
    return _unsent(attachment_id, contact=contact, sender_kind=SenderKind.CUSTOMER)


def _unsent(attachment_id: UUID, **owner: Any) -> Attachment:
    row = Attachment.objects.filter(
        pk=attachment_id, status__in=Attachment.CHECKED, **owner
    ).first()
    if row is None:
        raise Http404
    return row

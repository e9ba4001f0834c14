"""The way back to a chat: mailed to a customer who is away when an agent's line stays
unread, and good for one time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext_lazy as _

from agents import addresses
from agents.models import Channel, MailKind, Organisation, wording
from agents.services import letters, mails, presence
from agents.services.mails import TooManyMails
from contacts.models import (
    Contact,
    ContactState,
    Message,
    MessageKind,
    ResumeLink,
    SenderKind,
)
from contacts.services import customers, shares
from contacts.services.opening import Opened
from core import mailing, secrets
from core.errors import NotFound
from core.wording import speaking

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

LIFETIME = timedelta(hours=24)


class LinkIsOver(NotFound):
    sentence = _("This link has been used, or it is too old.")


def due(*, now: datetime) -> list[UUID]:
    """Return the chats whose customers may have to be told by mail of unread lines."""
    if not mailing.has_links():
        return []
    asked = Organisation.objects.filter(mail_unread_after_minutes__isnull=False)
    return [
        contact_id
        for pk, minutes in asked.values_list("pk", "mail_unread_after_minutes")
        for contact_id in _unread(pk, now - timedelta(minutes=minutes or 0))
    ]


def _unread(organisation_id: int, before: datetime) -> QuerySet[Contact, UUID]:
    lines = _lines(before).filter(contact=OuterRef("pk"))
    contacts = Contact.objects.filter(
        Exists(lines),
        organisation=organisation_id,
        state=ContactState.CONNECTED,
        channel=Channel.CHAT,
        # What was mailed about before counts again once the customer has been back.
        mailed_seq__lte=F("customer_read_seq"),
    )
    return contacts.order_by("pk").values_list("pk", flat=True)


def _lines(before: datetime) -> QuerySet[Message]:
    """Return lines of agents, older than that, which their customers have not read."""
    return Message.objects.filter(
        kind=MessageKind.TEXT,
        sender_kind=SenderKind.AGENT,
        created_at__lte=before,
        seq__gt=F("contact__customer_read_seq"),
    )


@transaction.atomic
def mail_link(*, contact_id: UUID, now: datetime) -> bool:
    """Mail a way back, if its customer is away still and has not read what was said.
    Return whether that was so; harmless to repeat."""
    contact = shares.lock_contact(contact_id)
    minutes = contact.organisation.mail_unread_after_minutes
    if minutes is None or not mailing.has_links() or not contact.given_email:
        return False
    before = now - timedelta(minutes=minutes)
    line = _lines(before).filter(contact=contact).order_by("seq").first()
    is_due = contact.state == ContactState.CONNECTED and line is not None
    if not is_due or contact.mailed_seq > contact.customer_read_seq:
        return False
    away = presence.is_silent(address=addresses.of_customer(contact.pk), after=before)
    if not away:
        return False
    _mail(contact, line, now)
    return True


def _mail(contact: Contact, line: Message | None, now: datetime) -> None:
    assert line is not None
    contact.mailed_seq = contact.last_seq
    contact.save(update_fields=["mailed_seq"])
    draft = _draft(contact, line, now)
    try:
        mail = mails.enqueue(draft, organisation=contact.organisation, now=now)
    except TooManyMails:
        return  # There were mails enough in this hour.
    ResumeLink.objects.create(
        contact=contact,
        digest=secrets.digest(mails.code_of(mail.pk)),
        created_at=now,
        expires_at=now + LIFETIME,
    )


def _draft(contact: Contact, line: Message, now: datetime) -> mails.Draft:
    assert contact.entry_point is not None
    mail_id = uuid4()
    page = f"{settings.PUBLIC_URL}/chat/{contact.entry_point.key}/"
    values = {
        wording.CUSTOMER: contact.customer.name,
        wording.AGENT: line.sender_name,
        # The worker puts the code in the place of the mail's id.
        wording.LINK: f"{page}#resume={mail_id}",
    }
    with speaking(contact.spoken_language):
        written = letters.write(
            MailKind.RESUME, organisation=contact.organisation, values=values
        )
    return mails.Draft(
        kind=MailKind.RESUME,
        recipient=contact.given_email,
        about=str(contact.pk),
        expires_at=now + LIFETIME,
        id=mail_id,
        **written._asdict(),
    )


@transaction.atomic
def resume(*, code: str, now: datetime) -> Opened:
    """Give the browser of a mailed link a new token of its chat, once; the former one
    is void. Raise LinkIsOver."""
    links = ResumeLink.objects.filter(digest=secrets.digest(code))
    used = links.filter(used_at=None, expires_at__gt=now).update(used_at=now)
    if not used:
        raise LinkIsOver
    contact = shares.lock_contact(links.get().contact_id)
    if contact.token_has_expired(now):
        raise LinkIsOver
    contact.token_digest = secrets.digest(token := secrets.make())
    contact.save(update_fields=["token_digest"])
    visitor = customers.visitor_of(contact.customer, visitor="", now=now)
    presence.touch(address=addresses.of_customer(contact.pk), now=now)
    return Opened(contact, token, visitor)

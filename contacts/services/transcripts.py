"""The conversation by mail, to the address that the customer gave before the chat."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.models import Mail, MailKind, wording
from agents.services import letters, mails
from contacts.services import hours, shares
from contacts.transcript import file_of
from core import mailing
from core.errors import Invalid, TooMany
from core.wording import speaking

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from contacts.models import Contact

PAUSE = timedelta(minutes=10)  # between two of one contact
NO_ADDRESS = _("No e-mail address was given before the chat.")


@transaction.atomic
def send(*, contact_id: UUID, now: datetime) -> None:
    """Send the conversation to its customer. Raise Invalid without an address, Closed
    without mail, TooMany."""
    contact = shares.lock_contact(contact_id)
    if not contact.given_email:
        raise Invalid("email", NO_ADDRESS)
    if not mailing.is_on():
        raise hours.Closed(gettext("Mail is not set up here."))
    _refuse_if_sent(contact, now)
    organisation = contact.organisation
    with speaking(contact.spoken_language):
        values = {
            wording.CUSTOMER: contact.customer.name,
            wording.TRANSCRIPT: file_of(contact, ZoneInfo(organisation.timezone)),
        }
        written = letters.write(
            MailKind.TRANSCRIPT, organisation=organisation, values=values
        )
    draft = mails.Draft(
        kind=MailKind.TRANSCRIPT,
        recipient=contact.given_email,
        about=str(contact.pk),
        **written._asdict(),
    )
    mails.enqueue(draft, organisation=organisation, now=now)


def _refuse_if_sent(contact: Contact, now: datetime) -> None:
    lately = Mail.objects.filter(
        organisation=contact.organisation_id,
        created_at__gt=now - PAUSE,
        kind=MailKind.TRANSCRIPT,
        about=str(contact.pk),
    )
    if (last := lately.order_by("-created_at").first()) is not None:
        rest = last.created_at + PAUSE - now
        sentence = gettext("The transcript is on its way. Please wait some minutes.")
        raise TooMany(sentence, retry_after=max(1, int(rest.total_seconds())))

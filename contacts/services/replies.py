"""What agents say to a customer who left a message: it goes out as mail, and the line
tells what has become of it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from agents.models import MailKind, MailState, wording
from agents.services import letters, mails
from contacts import events, queries
from contacts.models import Message, MessageKind, SenderKind
from contacts.services import shares
from core.errors import DomainError, NotFound, WrongState
from core.wording import english, speaking

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from agents.models import Mail
    from agents.services.letters import Written
    from contacts.models import Contact

NO_ADDRESS = gettext_noop("The customer has no e-mail address: fill it in under Info.")


def failures() -> Iterator[str]:
    """Yield what may stand at a line whose mail failed, with `{name}` for values."""
    yield NO_ADDRESS
    yield from mails.failures()


def post(messages: Iterable[Message], *, now: datetime) -> None:
    """Have those lines sent that go out as mail, before they are stored. A line whose
    mail cannot be sent is stored all the same, and says why."""
    for message in messages:
        if message.contact.is_answered_by_mail and _is_reply(message):
            _post(message, now)


def _is_reply(message: Message) -> bool:
    is_text = message.kind == MessageKind.TEXT
    return is_text and message.sender_kind == SenderKind.AGENT


def _post(message: Message, now: datetime) -> None:
    contact = message.contact
    if not contact.customer.email:
        message.mail, message.mail_error = MailState.FAILED, NO_ADDRESS
        return
    draft = mails.Draft(
        kind=MailKind.REPLY,
        recipient=contact.customer.email,
        about=f"{contact.pk} {message.seq}",
        **_written(message, contact)._asdict(),
    )
    try:
        mail = mails.enqueue(draft, organisation=contact.organisation, now=now)
    except DomainError as refusal:
        message.mail, message.mail_error = MailState.FAILED, english(refusal.sentence)
    else:
        message.mail, message.mail_error = mail.state, mail.error


def _written(message: Message, contact: Contact) -> Written:
    said = contact.messages.filter(sender_kind=SenderKind.CUSTOMER).order_by("seq")
    question, entry_point = said.first(), contact.entry_point
    assert entry_point is not None
    address = f"{settings.PUBLIC_URL}/chat/{entry_point.key}/"
    values = {
        wording.CUSTOMER: contact.customer.name,
        wording.AGENT: message.sender_name,
        wording.ANSWER: message.text,
        wording.QUESTION: question.text if question else "",
        wording.LINK: address if settings.PUBLIC_URL else "",
    }
    with speaking(contact.spoken_language):
        return letters.write(
            MailKind.REPLY, organisation=contact.organisation, values=values
        )


@transaction.atomic
def settle(mail: Mail) -> None:
    """Let the line of a mail that was sent, or has failed, tell so."""
    contact_id, _, seq = mail.about.partition(" ")
    contact = shares.lock_contact(UUID(contact_id))
    message = contact.messages.filter(seq=seq, mail=MailState.QUEUED).first()
    if message is not None:
        message.contact = contact
        message.mail, message.mail_error = mail.state, mail.error
        _show(message)


@transaction.atomic
def send_again(*, contact_id: UUID, seq: int, now: datetime) -> Message:
    """Send a line once more whose mail has failed, to the address that the customer has
    now. One that is on its way is returned as it is. Raise NotFound, WrongState."""
    contact = shares.lock_contact(contact_id)
    message = contact.messages.filter(seq=seq).exclude(mail="").first()
    if message is None:
        raise NotFound
    message.contact = contact
    if message.mail == MailState.SENT:
        raise WrongState(gettext("This was sent."))
    if message.mail == MailState.FAILED:
        _post(message, now)
        _show(message)
    return message


def _show(message: Message) -> None:
    """Store what has become of a line's mail, and send the line again."""
    message.rev += 1
    message.save(update_fields=["mail", "mail_error", "rev"])
    # Who misses the line learns from the version that there is something.
    events.contact(message.contact_id)
    talking = queries.talking_agents([message.contact_id])[message.contact_id]
    events.message(message, agent_ids=message.contact.heard_by(talking))

"""Mails: due in the transaction of what they are about, sent by a worker.

A row is claimed by one worker at a time, until a time that stands in it. A worker that
dies loses no mail: another one sends it, by the same Message-ID, when that is over.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from agents import events
from agents.models import AuditAction, Mail, MailKind, MailState, SuppressedAddress
from agents.models.mail import MAX_SUBJECT, key_of_address
from agents.services import trail
from core import mailing, text
from core.errors import TooMany, WrongState
from core.wording import english

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from agents.models import Organisation
    from core.mailing import Letter, Outcome

# Longer than any server may take, which has some seconds for each of its answers.
CLAIMED_FOR = timedelta(minutes=5)
# Between the tries: the first are for servers that let strangers wait (greylisting).
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))
WINDOW = timedelta(hours=1)  # of the limits
MAX_ERROR = 300  # characters
SUPPRESSED = gettext_noop(
    "Nothing is sent to this address: its server refused it before. An "
    "administrator can take it off the suppressed addresses."
)
TOO_LATE = gettext_noop("It was too late to send it.")


class MailOff(WrongState):
    """Mail is asked for where none can be sent."""

    sentence = _("Mail is not set up here.")


class TooManyMails(TooMany):
    sentence = _("Too many mails in an hour. Please try again later.")


def failures() -> Iterator[str]:
    """Yield why a mail may fail, as it is stored, with `{name}` for values."""
    yield from (SUPPRESSED, TOO_LATE)
    yield from (english(MailOff.sentence), english(TooManyMails.sentence))
    yield from mailing.FAILURES


@dataclass(frozen=True)
class Draft:
    """What is to be sent, and to whom."""

    kind: str
    recipient: str
    subject: str
    text: str
    html: str
    about: str = ""
    expires_at: datetime | None = None
    # Known before, where the text has to name it.
    id: UUID | None = None


@transaction.atomic
def enqueue(draft: Draft, *, organisation: Organisation | None, now: datetime) -> Mail:
    """Have a mail sent once this transaction is committed. One to a suppressed address
    has failed at once. Raise MailOff or TooManyMails."""
    mail = store(draft, organisation=organisation, now=now)
    if mail.state == MailState.QUEUED:
        events.mail_due(mail.pk)
    return mail


def store(draft: Draft, *, organisation: Organisation | None, now: datetime) -> Mail:
    """Store a mail, as `enqueue` does, and wake nobody: whoever asks sends it."""
    if not mailing.is_on():
        raise MailOff
    refuse_if_too_many(draft.recipient, organisation=organisation, now=now)
    mail = _mail(draft, organisation, now)
    if is_suppressed(draft.recipient, organisation=organisation):
        mail.state, mail.error = MailState.FAILED, SUPPRESSED
        mail.body_text = mail.body_html = ""
    mail.save(force_insert=True)
    return mail


def _mail(draft: Draft, organisation: Organisation | None, now: datetime) -> Mail:
    return Mail(
        id=draft.id or uuid4(),
        organisation=organisation,
        kind=draft.kind,
        about=draft.about,
        recipient=draft.recipient,
        sender_name=text.one_line(organisation.name) if organisation else "Parley",
        reply_to=organisation.reply_to_email if organisation else "",
        subject=text.one_line(draft.subject)[:MAX_SUBJECT],
        body_text=draft.text,
        body_html=draft.html,
        next_attempt_at=now,
        expires_at=draft.expires_at,
        created_at=now,
    )


def refuse_if_too_many(
    recipient: str, *, organisation: Organisation | None, now: datetime
) -> None:
    """Raise TooManyMails where an address, or an organisation, has had its share."""
    lately = Mail.objects.filter(created_at__gt=now - WINDOW)
    counted: list[tuple[int, dict[str, Any]]] = [
        (settings.MAILS_PER_ADDRESS, {"recipient_key": key_of_address(recipient)}),
        (settings.MAILS_PER_ORGANISATION, {"organisation": organisation}),
    ]
    for limit, of in counted:
        if limit and lately.filter(**of).count() >= limit:
            raise TooManyMails(retry_after=int(WINDOW.total_seconds()))


def is_suppressed(address: str, *, organisation: Organisation | None) -> bool:
    key = key_of_address(address)
    rows = SuppressedAddress.objects.filter(organisation=organisation, address_key=key)
    return rows.exists()


def claim(mail_id: UUID, *, now: datetime) -> Mail | None:
    """Take a mail that is due; None where it is not, or in another worker's hands."""
    due = Mail.objects.filter(
        pk=mail_id, state=MailState.QUEUED, next_attempt_at__lte=now
    )
    claimed = due.update(next_attempt_at=now + CLAIMED_FOR, attempts=F("attempts") + 1)
    if not claimed:
        return None
    return Mail.objects.select_related("organisation").get(pk=mail_id)


def is_too_late(mail: Mail, *, now: datetime) -> bool:
    return mail.expires_at is not None and mail.expires_at <= now


def code_of(mail_id: UUID) -> str:
    """Return the code of a mail's link: the same at every try, and stored nowhere. It
    cannot be made without `SECRET_KEY`."""
    digest = salted_hmac(
        "agents.services.mails.code_of", str(mail_id), algorithm="sha256"
    )
    return urlsafe_b64encode(digest.digest()).decode().rstrip("=")


def letter_of(mail: Mail) -> Letter:
    """Return what goes to the server, by the Message-ID that this mail always has. In
    a link the code stands where the text has the mail's id."""
    own, code = str(mail.pk), code_of(mail.pk)
    domain = settings.EMAIL_FROM.rpartition("@")[2]
    return mailing.Letter(
        message_id=f"<{mail.pk}@{domain}>",
        recipient=mail.recipient,
        subject=mail.subject,
        text=mail.body_text.replace(own, code),
        html=mail.body_html.replace(own, code),
        sender_name=mail.sender_name,
        reply_to=mail.reply_to,
        is_automatic=mail.kind != MailKind.REPLY,
    )


@transaction.atomic
def note(mail: Mail, *, outcome: Outcome, now: datetime) -> Mail:
    """Note what came of a try: sent, failed for good, or to be tried again after a
    pause. Return the mail as it is then."""
    if outcome.is_sent:
        _settle(mail, MailState.SENT, sent_at=now)
    elif outcome.is_final or mail.attempts > len(PAUSES):
        _settle(mail, MailState.FAILED, error=outcome.reason[:MAX_ERROR])
    else:
        queued = Mail.objects.filter(pk=mail.pk, state=MailState.QUEUED)
        pause = PAUSES[mail.attempts - 1]
        queued.update(next_attempt_at=now + pause, error=outcome.reason[:MAX_ERROR])
    if outcome.is_address_refused and mail.organisation is not None:
        suppress(mail.recipient, mail.organisation, reason=outcome.reason, now=now)
    mail.refresh_from_db()
    return mail


def _settle(
    mail: Mail,
    state: MailState,
    *,
    error: str = "",
    sent_at: datetime | None = None,
) -> None:
    """End a mail: of what it said nothing stays here."""
    queued = Mail.objects.filter(pk=mail.pk, state=MailState.QUEUED)
    queued.update(state=state, error=error, body_text="", body_html="", sent_at=sent_at)


def suppress(
    address: str, organisation: Organisation, *, reason: str, now: datetime
) -> None:
    """Send nothing more to an address of which its server knows nothing."""
    SuppressedAddress.objects.get_or_create(
        organisation=organisation,
        address_key=key_of_address(address),
        defaults={
            "address": address,
            "reason": reason[:MAX_ERROR],
            "created_at": now,
        },
    )


@transaction.atomic
def allow(row: SuppressedAddress) -> None:
    """Send to an address again."""
    trail.note(AuditAction.DELETED, about=row)
    row.delete()

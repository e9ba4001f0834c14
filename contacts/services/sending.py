"""Sends one mail: claimed, handed to the server without a database connection, and
noted with all that hangs on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from agents.models import MailKind, MailState
from agents.services import mails
from contacts.services import replies
from core import clock, connections, mailing
from core.mailing import Outcome

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from agents.models import Mail


def send(*, mail_id: UUID) -> Outcome | None:
    """Send a mail if it is due, and return what came of it."""
    mail = mails.claim(mail_id, now=clock.now())
    if mail is None:
        return None
    outcome = _try(mail, now=clock.now())
    # The server may have taken seconds.
    _note(mail, outcome, now=clock.now())
    return outcome


def _try(mail: Mail, *, now: datetime) -> Outcome:
    if mails.is_too_late(mail, now=now):
        return Outcome(reason=mails.TOO_LATE)
    if mails.is_suppressed(mail.recipient, organisation=mail.organisation):
        return Outcome(reason=mails.SUPPRESSED)
    letter = mails.letter_of(mail)
    connections.give_back()
    return mailing.deliver(letter)


@transaction.atomic
def _note(mail: Mail, outcome: Outcome, *, now: datetime) -> None:
    mail = mails.note(mail, outcome=outcome, now=now)
    if mail.kind == MailKind.REPLY and mail.state != MailState.QUEUED:
        replies.settle(mail)

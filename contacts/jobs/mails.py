"""Mails that are due, and the ways back in them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from agents.models import Mail, MailState
from contacts.models import (
    ResumeLink,
)
from contacts.services import (
    resuming,
    sending,
)
from core.clearing import clear
from core.sweeping import each

if TYPE_CHECKING:
    from datetime import datetime

MAILS_AT_ONCE = 100  # of one look; the next goes on


def send_mail(mail_id: UUID) -> None:
    """Send a mail, if it is due."""
    sending.send(mail_id=mail_id)


def send_mails(now: datetime) -> int:
    """Send the mails that are due: the net below the pokes, and the next tries. Where
    the server is away the rest waits for the next look. Return how many were tried."""
    is_away = False

    def send(mail_id: UUID) -> None:
        nonlocal is_away
        if not is_away:
            outcome = sending.send(mail_id=mail_id)
            is_away = outcome is not None and outcome.is_server_away

    due = Mail.objects.filter(state=MailState.QUEUED, next_attempt_at__lte=now)
    ids = due.order_by("next_attempt_at").values_list("pk", flat=True)
    return each("send_mails", ids, send, now=now, at_most=MAILS_AT_ONCE)


def mail_links(now: datetime) -> int:
    """Mail a way back to customers who are away and have unread answers. Return how
    many were looked at."""
    return each(
        "mail_links",
        resuming.due(now=now),
        lambda pk: resuming.mail_link(contact_id=pk, now=now),
        now=now,
    )


def clear_links(now: datetime) -> int:
    """Forget mailed links that lead nowhere any more. Return how many."""
    return clear(ResumeLink.objects.filter(expires_at__lte=now))

"""Time-driven work: sign-ins and mails that are over are cleared."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.sessions.models import Session

from agents.models import AccessToken, FailedSignIn, Mail, MailState, PasswordLink
from agents.services import password_links
from agents.services.guesses import WINDOW
from agents.services.mails import TooManyMails
from core.clearing import clear

if TYPE_CHECKING:
    from datetime import datetime

# So long administrators see why a program is refused.
SHOWN = timedelta(days=30)


def clear_sessions(now: datetime) -> int:
    """Delete the browsers' sessions that have ended. Return how many."""
    return clear(Session.objects.filter(expire_date__lte=now))


def clear_tokens(now: datetime) -> int:
    """Delete tokens that have expired: those of sign-ins, and after a month those of
    programs. Return how many."""
    expired = AccessToken.objects.filter(expires_at__lte=now)
    of_sign_ins = clear(expired.filter(name=""))
    return of_sign_ins + clear(expired.filter(expires_at__lte=now - SHOWN))


def clear_failed_sign_ins(now: datetime) -> int:
    """Delete failed sign-ins that no limit counts any more. Return how many."""
    return clear(FailedSignIn.objects.filter(at__lte=now - WINDOW))


def clear_mails(now: datetime) -> int:
    """Delete what is left of mails that went, or could not, a month ago. Return how
    many."""
    old = Mail.objects.filter(created_at__lte=now - SHOWN)
    return clear(old.exclude(state=MailState.QUEUED))


def mail_password_link(email: str, now: datetime) -> None:
    """Mail a link to whoever signs in with this address, if anybody does."""
    with suppress(TooManyMails):
        password_links.ask(email=email, now=now)


def clear_password_links(now: datetime) -> int:
    """Forget links that are over. Return how many."""
    return clear(PasswordLink.objects.filter(expires_at__lte=now - WINDOW))

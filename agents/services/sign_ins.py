"""Sign-ins in the audit trail: who came in, and who did not.

Whoever guesses must not fill the trail: it takes no more than `guesses` lets through,
each lock-out once in its window, and so many rows in all of accounts that do not exist.
Of what was typed it keeps an e-mail address and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_noop

from agents.acting import Doer
from agents.models import Agent, AuditAction, AuditEntry
from agents.services import guesses, trail
from core import text

if TYPE_CHECKING:
    from agents.models import FailedSignIn

MAX_OF_UNKNOWN = 200  # rows in a window
UNKNOWN = gettext_noop("account")  # the kind of what is no account of ours


def note_success(agent: Agent) -> None:
    trail.note(AuditAction.SIGNED_IN, by=agent)


def note_end(agent: Agent) -> None:
    trail.note(AuditAction.SIGNED_OUT, by=agent)


def note_end_by_system(agent: Agent, *, reason: str) -> None:
    trail.note(AuditAction.SIGNED_OUT, about=agent, by=Doer(), reason=reason)


def note_refusal(*, email: str, address: str, guess: FailedSignIn) -> None:
    """Write down that somebody was not let in, and that the account or address is
    locked from now on where this guess was one too many."""
    account = _account(email)
    if account.kind != UNKNOWN or not _are_many_of_unknown(guess):
        outside = Doer(address=address)
        trail.note(AuditAction.SIGN_IN_REFUSED, about=account, by=outside)
        note_lock_out(email=email, guess=guess)


def note_lock_out(*, email: str, guess: FailedSignIn) -> None:
    """Write down that the next guess like this one is refused, once in a window."""
    reason = guesses.limit_reached(guess)
    if not reason:
        return
    account, network = _account(email), Doer(address=guess.address)
    noted = AuditEntry.objects.filter(
        kind=account.kind,
        object_id=account.key,
        action=AuditAction.LOCKED_OUT,
        at__gt=guess.at - guesses.WINDOW,
        address=guess.address,
    )
    if not noted.exists():
        trail.note(AuditAction.LOCKED_OUT, about=account, by=network, reason=reason)


def _account(email: str) -> trail.Thing:
    """Return the account that somebody meant, or what they typed in place of one."""
    agent = Agent.objects.filter(email=Agent.objects.normalise(email)).first()
    if agent is not None:
        return trail.thing(agent)
    return trail.Thing(UNKNOWN, "", email if _is_address(email) else "")


def _is_address(typed: str) -> bool:
    try:
        validate_email(typed)
    except ValidationError:
        return False
    return all(map(text.is_seen, typed))


def _are_many_of_unknown(guess: FailedSignIn) -> bool:
    noted = AuditEntry.objects.filter(
        kind=UNKNOWN,
        object_id="",
        action=AuditAction.SIGN_IN_REFUSED,
        at__gt=guess.at - guesses.WINDOW,
    )
    return noted.count() >= MAX_OF_UNKNOWN

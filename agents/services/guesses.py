"""Failed sign-ins are counted, so that nobody can guess passwords (contract 3).

They are counted alike for accounts that do not exist, and in the database: a limit
that a restart of Redis lifts would be none.
"""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING

from agents.models import Agent, FailedSignIn
from core import secrets
from core.errors import TooMany

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

WINDOW = timedelta(minutes=15)
PER_ACCOUNT_AND_ADDRESS = 10
PER_ACCOUNT = 100
MAX_ADDRESS = 64  # characters


class TooManyGuesses(TooMany):
    sentence = "Too many failed sign-ins."


def count(*, email: str, address: str, now: datetime) -> FailedSignIn:
    """Count a sign-in as failed, until `forget` says that it was right.

    Counting comes first, so that guesses made at once do not pass together. Raise
    TooManyGuesses above a limit, without counting.
    """
    guess = FailedSignIn(
        account=secrets.digest(Agent.objects.normalise(email)),
        address=address[:MAX_ADDRESS],
        at=now,
    )
    _refuse_if_too_many(guess, now)
    FailedSignIn.objects.filter(at__lte=now - WINDOW).delete()
    guess.save(force_insert=True)
    try:
        _refuse_if_too_many(guess, now)
    except TooManyGuesses:
        forget(guess)
        raise
    return guess


def forget(guess: FailedSignIn) -> None:
    """Uncount a sign-in that was no failure."""
    FailedSignIn.objects.filter(pk=guess.pk).delete()


def _refuse_if_too_many(guess: FailedSignIn, now: datetime) -> None:
    others = FailedSignIn.objects.filter(account=guess.account, at__gt=now - WINDOW)
    others = others.exclude(pk=guess.pk)
    _refuse_from(others.filter(address=guess.address), PER_ACCOUNT_AND_ADDRESS, now)
    _refuse_from(others, PER_ACCOUNT, now)


def _refuse_from(failures: QuerySet[FailedSignIn], limit: int, now: datetime) -> None:
    # The newest ones make the limit; with the oldest of them it ends.
    newest = list(failures.order_by("-at").values_list("at", flat=True)[:limit])
    if len(newest) < limit:
        return
    wait = math.ceil((newest[-1] + WINDOW - now).total_seconds())
    minutes = math.ceil(wait / 60)
    words = f"{minutes} minutes" if minutes > 1 else "a minute"
    raise TooManyGuesses(
        f"{TooManyGuesses.sentence} Please wait {words}, then try again.",
        retry_after=max(1, wait),
    )

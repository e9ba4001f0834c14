"""Failed sign-ins are counted, so that nobody can guess passwords (contract 3).

They are counted alike for accounts that do not exist, and in the database: a limit
that a restart of Redis lifts would be none.
"""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, ngettext

from agents.models import Agent, FailedSignIn
from core import addresses, secrets
from core.errors import TooMany
from core.wording import Sentence

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

WINDOW = timedelta(minutes=15)
PER_ACCOUNT_AND_ADDRESS = 10
PER_ACCOUNT = 100
PER_ADDRESS = 30  # accounts, however few guesses each
MAX_ADDRESS = 64  # characters
# Which limit was reached, as the audit trail has it.
OF_BOTH = Sentence(gettext_noop("{number} failed sign-ins from this address"))
OF_ACCOUNT = Sentence(gettext_noop("{number} failed sign-ins"))
FROM_ADDRESS = Sentence(
    gettext_noop("Failed sign-ins for {number} accounts from this address")
)


class TooManyGuesses(TooMany):
    sentence = _("Too many failed sign-ins.")


def count(*, email: str, address: str, now: datetime) -> FailedSignIn:
    """Count a sign-in as failed, until `forget` says that it was right.

    Counting comes first, so that guesses made at once do not pass together. Raise
    TooManyGuesses above a limit, without counting.
    """
    guess = FailedSignIn(
        account=secrets.digest(Agent.objects.normalise(email)),
        address=addresses.network_of(address)[:MAX_ADDRESS],
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
    """Take back the count of a sign-in that succeeded."""
    FailedSignIn.objects.filter(pk=guess.pk).delete()


def limit_reached(guess: FailedSignIn) -> str:
    """Return in words which limit this guess has reached, so that the next one like it
    is refused; empty: none."""
    recent = FailedSignIn.objects.filter(at__gt=guess.at - WINDOW)
    of_account = recent.filter(account=guess.account)
    from_address = recent.filter(address=guess.address)
    if of_account.filter(address=guess.address).count() >= PER_ACCOUNT_AND_ADDRESS:
        return OF_BOTH.of(number=PER_ACCOUNT_AND_ADDRESS)
    if of_account.count() >= PER_ACCOUNT:
        return OF_ACCOUNT.of(number=PER_ACCOUNT)
    if from_address.values("account").distinct().count() >= PER_ADDRESS:
        return FROM_ADDRESS.of(number=PER_ADDRESS)
    return ""


def _refuse_if_too_many(guess: FailedSignIn, now: datetime) -> None:
    others = FailedSignIn.objects.filter(at__gt=now - WINDOW).exclude(pk=guess.pk)
    of_account = others.filter(account=guess.account)
    from_address = others.filter(address=guess.address)
    both = _moments(of_account.filter(address=guess.address))
    _refuse_from(both, PER_ACCOUNT_AND_ADDRESS, now)
    _refuse_from(_moments(of_account), PER_ACCOUNT, now)
    _refuse_from(_moments_by_account(from_address), PER_ADDRESS, now)


def _moments(failures: QuerySet[FailedSignIn]) -> QuerySet[Any, datetime]:
    """Return when they were, the newest first."""
    return failures.order_by("-at").values_list("at", flat=True)


def _moments_by_account(failures: QuerySet[FailedSignIn]) -> QuerySet[Any, datetime]:
    """Return when the last one of each account was, the newest first."""
    accounts = failures.order_by().values("account").annotate(last=Max("at"))
    return accounts.order_by("-last").values_list("last", flat=True)


def _refuse_from(moments: QuerySet[Any, datetime], limit: int, now: datetime) -> None:
    # The newest ones make the limit; with the oldest of them it ends.
    newest = list(moments[:limit])
    if len(newest) < limit:
        return
    wait = math.ceil((newest[-1] + WINDOW - now).total_seconds())
    minutes = math.ceil(wait / 60)
    sentence = ngettext(
        "Too many failed sign-ins. Please wait a minute, then try again.",
        "Too many failed sign-ins. Please wait %(count)s minutes, then try again.",
        minutes,
    )
    raise TooManyGuesses(sentence % {"count": minutes}, retry_after=max(1, wait))

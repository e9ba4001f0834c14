"""Asking an assistant's server, whatever its kind: not while it fails again and again.

Every failure is kept in our own words: neither a secret nor what a customer said, nor
what the server answered, is among them.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar

from django.utils.translation import gettext_noop

from core import clock, fetching
from core.wording import Sentence
from queues.services.assistants import breaker_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from queues.models import Assistant

logger = logging.getLogger(__name__)

STATUS = Sentence(gettext_noop("Its status is {status}."))
BUSY = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
T = TypeVar("T")


class NoAnswer(Exception):
    """What came is no answer; the message says why, for an administrator. `pause` is
    how long the server wants not to be asked."""

    def __init__(self, words: str, *, pause: timedelta | None = None) -> None:
        super().__init__(words)
        self.pause = pause


class Paused(Exception):
    """The server has failed too often, or asked for a pause: it was not asked."""


def asked(assistant: Assistant, question: Callable[[], T]) -> T:
    """Return what the question returns, which asks the assistant's server. Raise
    NoAnswer, or Paused."""
    breaker = breaker_of(assistant)
    if not breaker.lets_through(clock.now()):
        raise Paused
    try:
        answer = question()
    except (fetching.FetchError, NoAnswer) as error:
        logger.warning("The assistant %s gave no answer: %s", assistant.pk, error)
        pause = error.pause if isinstance(error, NoAnswer) else None
        breaker.failed(str(error), now=clock.now(), pause=pause)
        raise NoAnswer(str(error), pause=pause) from error
    breaker.went_well()
    return answer


def refuse_unless_ok(answer: fetching.Answer) -> None:
    """Raise NoAnswer for every status but 200."""
    if answer.status != HTTPStatus.OK:
        pause = _retry_after(answer) if answer.status in BUSY else None
        raise NoAnswer(STATUS.of(status=answer.status), pause=pause)


def _retry_after(answer: fetching.Answer) -> timedelta | None:
    """Return for how long the server asks to be left alone (RFC 9110, 10.2.3)."""
    told = answer.headers.get("retry-after", "").strip()
    if told.isascii() and told.isdecimal():
        return timedelta(seconds=min(int(told[:9]), 86_400))
    try:
        return max(parsedate_to_datetime(told) - clock.now(), timedelta(0))
    except (TypeError, ValueError):
        return None

"""Outside a queue's opening hours: who is turned away, and in which words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import dateformat
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from queues import queries

if TYPE_CHECKING:
    from datetime import datetime

    from queues.models import Queue


class Closed(DomainError):
    code = "closed"
    sentence = _("This chat is closed at the moment.")


def refuse_outside(queue: Queue, now: datetime) -> None:
    """Raise Closed where the queue is outside its opening hours."""
    if not queries.is_open(queue, now):
        closed = gettext("We are closed at the moment.")
        raise Closed(_joined(closed, _again(queue, now)))


def nobody_there(queue: Queue, now: datetime) -> str:
    """Return how an assistant says that it cannot hand over now."""
    return _joined(
        gettext(
            "Nobody is here to take over, because we are outside our opening hours."
        ),
        _again(queue, now),
        gettext("Until then you can go on asking me."),
    )


def closed_now(queue: Queue, now: datetime) -> str:
    """Return how a chat ends that still waited at closing time."""
    ended = gettext("The chat has ended because we are closed now.")
    return _joined(ended, _again(queue, now))


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _again(queue: Queue, now: datetime) -> str:
    """Return when it opens again, by the queue's own clock; "" where it does not."""
    opens_at = queries.opens_at(queue, now)
    if queue.hours is None or opens_at is None:
        return ""
    there = opens_at.astimezone(queue.hours.opening.zone)
    sentence = gettext("We open again on %(day)s, at %(time)s (%(zone)s).")
    return sentence % {
        "day": dateformat.format(there, pgettext("day of an opening", "l, j F")),
        "time": f"{there:%H:%M}",
        "zone": queue.hours.timezone,
    }

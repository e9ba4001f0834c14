"""Outside a queue's opening hours: who is turned away, and in which words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import DomainError
from queues import queries

if TYPE_CHECKING:
    from datetime import datetime

    from queues.models import Queue


class Closed(DomainError):
    code = "closed"
    sentence = "This chat is closed at the moment."


def refuse_outside(queue: Queue, now: datetime) -> None:
    """Raise Closed where the queue is outside its opening hours."""
    if not queries.is_open(queue, now):
        again = _again(queue, now)
        raise Closed(f"We are closed at the moment. {again}".strip())


def nobody_there(queue: Queue, now: datetime) -> str:
    """Return how an assistant says that it cannot hand over now."""
    parts = (
        "Nobody is here to take over, because we are outside our opening hours.",
        _again(queue, now),
        "Until then you can go on asking me.",
    )
    return " ".join(part for part in parts if part)


def closed_now(queue: Queue, now: datetime) -> str:
    """Return how a chat ends that still waited at closing time."""
    again = _again(queue, now)
    return f"The chat has ended because we are closed now. {again}".strip()


def _again(queue: Queue, now: datetime) -> str:
    """Return when it opens again, by the queue's own clock; "" where it does not."""
    opens_at = queries.opens_at(queue, now)
    if queue.hours is None or opens_at is None:
        return ""
    there = opens_at.astimezone(queue.hours.opening.zone)
    when = f"{there:%A}, {there.day} {there:%B}, at {there:%H:%M}"
    return f"We open again on {when} ({queue.hours.timezone})."

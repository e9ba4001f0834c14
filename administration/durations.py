"""How long something lasts, in figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta

HOUR = 3600


def clock_face(since: datetime | None, until: datetime) -> str:
    """Return how long something lasts; nothing where it has not begun."""
    return of_length(until - since) if since else ""


def of_length(length: timedelta | None) -> str:
    """Return a length of time: m:ss, h:mm:ss from an hour on; nothing for None."""
    if length is None:
        return ""
    seconds = max(0, int(length.total_seconds()))
    minutes, rest = divmod(seconds, 60)
    if seconds < HOUR:
        return f"{minutes}:{rest:02}"
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"

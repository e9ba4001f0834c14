"""Quarters of an hour as numbers: how many there were since 1970 (UTC).

All zones of our time are some quarters apart, so that every zone's hours and days are
made of them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from reports import zones

if TYPE_CHECKING:
    from datetime import tzinfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000
LENGTH = 15 * 60 * SECOND
A_DAY = 24 * 4


def microseconds(moment: datetime) -> int:
    """Return how many microseconds have passed since 1970."""
    return (moment - EPOCH) // MICROSECOND


def number(moment: datetime) -> int:
    """Return the quarter in which a moment lies."""
    return microseconds(moment) // LENGTH


def after(moment: datetime) -> int:
    """Return the first quarter that begins at a moment or later."""
    return -(-microseconds(moment) // LENGTH)


def begin(quarter: int) -> datetime:
    """Return when a quarter begins (UTC)."""
    return EPOCH + timedelta(minutes=15 * quarter)


def first_of_day(quarter: int, zone: tzinfo, *, later: int = 0) -> int:
    """Return the first quarter of the day in which a quarter lies there, or of one that
    is so many days later."""
    day = begin(quarter).astimezone(zone).date() + timedelta(days=later)
    return number(zones.midnight(day, zone))

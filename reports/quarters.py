"""Quarters of an hour as numbers: how many there were since 1970 (UTC).

All zones of our time are some quarters apart, so that every zone's hours and days are
made of them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

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

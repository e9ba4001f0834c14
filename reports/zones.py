"""Intervals of a time zone, right over nights in which its clocks are set (pure).

Days and weeks (from Monday) begin at midnight there, or at the first moment of the day
where clocks jump over midnight. Hours and their parts begin where its clocks show a
whole one, or are set: an hour that clocks show twice is two.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from reports.answers import Interval

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, tzinfo

QUARTER = timedelta(minutes=15)
LENGTHS = {
    Interval.QUARTER: QUARTER,
    Interval.HALF: 2 * QUARTER,
    Interval.HOUR: 4 * QUARTER,
}
DAYS = {Interval.DAY: 1, Interval.WEEK: 7}


def quarter_of(moment: datetime) -> datetime:
    """Return when the quarter of an hour began (UTC) in which a moment lies."""
    there = moment.astimezone(UTC)
    minute = there.minute - there.minute % 15
    return there.replace(minute=minute, second=0, microsecond=0)


def midnight(day: date, zone: tzinfo) -> datetime:
    """Return the first moment of a day in a zone."""
    naive = datetime(day.year, day.month, day.day, tzinfo=zone)
    first = naive.astimezone(UTC).astimezone(zone)
    if first.date() == day:
        return first
    # Clocks jump over midnight: the first moment is the one at which they do.
    while first.date() < day:
        first = (quarter_of(first) + QUARTER).astimezone(zone)
    return first


def begins_day(moment: datetime) -> bool:
    """Whether a moment is the first one of a day in its own zone."""
    assert moment.tzinfo is not None
    return midnight(moment.date(), moment.tzinfo) == moment


def begun(moment: datetime, interval: Interval, zone: tzinfo) -> datetime:
    """Return when the interval began, there, in which a moment lies."""
    there = moment.astimezone(zone)
    if interval in DAYS:
        day = there.date()
        if interval == Interval.WEEK:
            day -= timedelta(days=day.weekday())
        return midnight(day, zone)
    start = quarter_of(moment)
    shown = _shown(start, interval, zone)
    while _shown(start - QUARTER, interval, zone) == shown:
        start -= QUARTER
    return start.astimezone(zone)


def _shown(quarter: datetime, interval: Interval, zone: tzinfo) -> tuple[Any, ...]:
    """Return what quarters of one interval have in common."""
    there = quarter.astimezone(zone)
    minutes = int(LENGTHS[interval].total_seconds() // 60)
    minute = there.minute - there.minute % minutes
    return there.date(), there.hour, minute, there.utcoffset()


def starts(
    since: datetime, until: datetime, interval: Interval, zone: tzinfo
) -> Iterator[datetime]:
    """Yield when the intervals begin that lie between two moments, the first one from
    `since` on, in the zone."""
    start = since.astimezone(UTC)
    end = until.astimezone(UTC)
    while start < end:
        yield start.astimezone(zone)
        start = _next(start, interval, zone).astimezone(UTC)


def _next(start: datetime, interval: Interval, zone: tzinfo) -> datetime:
    """Return when the interval ends in which a quarter lies."""
    if interval in DAYS:
        first = begun(start, interval, zone).date()
        return midnight(first + timedelta(days=DAYS[interval]), zone)
    shown = _shown(start, interval, zone)
    after = start + QUARTER
    while interval != Interval.QUARTER and _shown(after, interval, zone) == shown:
        after += QUARTER
    return after

"""Intervals where clocks are set: each moment lies in one, and none is lost."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import zones
from reports.answers import Interval

BERLIN = ZoneInfo("Europe/Berlin")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # by half an hour
CAIRO = ZoneInfo("Africa/Cairo")  # clocks jump over midnight
ZONES = [BERLIN, LORD_HOWE, CAIRO, ZoneInfo("Asia/Kathmandu"), ZoneInfo("UTC")]


def starts(day: date, interval: Interval, zone: ZoneInfo) -> list[str]:
    since = zones.midnight(day, zone)
    until = zones.midnight(day + timedelta(days=1), zone)
    found = zones.starts(since, until, interval, zone)
    return [start.isoformat()[11:16] + start.isoformat()[19:] for start in found]


def test_a_day_of_23_hours() -> None:
    found = starts(date(2026, 3, 29), Interval.HOUR, BERLIN)

    assert len(found) == 23
    assert found[1:3] == ["01:00+01:00", "03:00+02:00"]


def test_a_day_of_25_hours_shows_an_hour_twice() -> None:
    found = starts(date(2026, 10, 25), Interval.HOUR, BERLIN)

    assert len(found) == 25
    assert found[1:5] == ["01:00+02:00", "02:00+02:00", "02:00+01:00", "03:00+01:00"]
    assert len(starts(date(2026, 10, 25), Interval.QUARTER, BERLIN)) == 100


def test_clocks_that_are_set_by_half_an_hour() -> None:
    spring = starts(date(2026, 10, 4), Interval.HOUR, LORD_HOWE)
    autumn = starts(date(2026, 4, 5), Interval.HOUR, LORD_HOWE)

    assert spring[1:4] == ["01:00+10:30", "02:30+11:00", "03:00+11:00"]
    assert autumn[1:4] == ["01:00+11:00", "01:30+10:30", "02:00+10:30"]


def test_a_day_that_has_no_midnight() -> None:
    assert starts(date(2026, 4, 24), Interval.DAY, CAIRO) == ["01:00+03:00"]
    assert starts(date(2026, 4, 24), Interval.HOUR, CAIRO)[0] == "01:00+03:00"


def test_days_and_weeks_are_the_zones() -> None:
    since = zones.midnight(date(2026, 3, 25), BERLIN)
    until = zones.midnight(date(2026, 4, 8), BERLIN)

    days = list(zones.starts(since, until, Interval.DAY, BERLIN))
    weeks = list(zones.starts(since, until, Interval.WEEK, BERLIN))

    assert len(days) == 14
    assert {day.hour for day in days} == {0}
    assert [week.date().isoformat() for week in weeks] == [
        *("2026-03-25", "2026-03-30", "2026-04-06")
    ]


@pytest.mark.parametrize("interval", Interval)
@given(
    zone=st.sampled_from(ZONES),
    quarter=st.integers(0, 4 * 24 * 400),
    length=st.integers(1, 4 * 24 * 9),
)
@settings(max_examples=60, deadline=None)
def test_intervals_cover_a_span_once(
    interval: Interval, zone: ZoneInfo, quarter: int, length: int
) -> None:
    since = datetime(2025, 12, 1, tzinfo=UTC) + quarter * zones.QUARTER
    until = since + length * zones.QUARTER

    found = list(zones.starts(since, until, interval, zone))

    assert found[0] == since
    ends = [*found[1:], until.astimezone(zone)]
    for start, end in zip(found, ends, strict=True):
        assert start.astimezone(UTC) < end.astimezone(UTC) <= until
        inside = end.astimezone(UTC) - zones.QUARTER
        assert zones.begun(inside, interval, zone) <= start
        if start != since:
            assert zones.begun(inside, interval, zone) == start
    assert all(a.astimezone(UTC) < b.astimezone(UTC) for a, b in pairwise(ends))

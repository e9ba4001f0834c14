"""Days that move on, and what an address asks for."""

from __future__ import annotations

from datetime import date

import pytest

from reports.asked import Asked
from reports.periods import Period, days_of

SUNDAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        (Period.TODAY, "2026-11-29", "2026-11-29"),
        (Period.YESTERDAY, "2026-11-28", "2026-11-28"),
        (Period.LAST_7_DAYS, "2026-11-22", "2026-11-28"),
        (Period.LAST_30_DAYS, "2026-10-30", "2026-11-28"),
        (Period.THIS_MONTH, "2026-11-01", "2026-11-29"),
        (Period.LAST_MONTH, "2026-10-01", "2026-10-31"),
    ],
)
def test_periods_move_on_with_the_days(period: Period, first: str, last: str) -> None:
    found = days_of(period, today=SUNDAY)

    assert [day.isoformat() for day in found] == [first, last]


def test_the_last_month_of_a_march_ends_with_february() -> None:
    assert days_of(Period.LAST_MONTH, today=date(2028, 3, 31)) == (
        date(2028, 2, 1),
        date(2028, 2, 29),
    )


def test_without_days_the_last_seven_are_meant() -> None:
    asked = Asked.of({"period": "for ever"}, today=SUNDAY)

    assert asked.period == Period.LAST_7_DAYS
    assert asked.days(SUNDAY) == ("2026-11-22", "2026-11-28")


def test_days_that_somebody_changed_are_no_period_any_more() -> None:
    given = {"period": "yesterday", "since": "2026-11-28", "until": "2026-11-29"}

    asked = Asked.of(given, today=SUNDAY)

    assert (asked.period, asked.since, asked.until) == ("", "2026-11-28", "2026-11-29")


def test_days_without_a_period_stay_as_they_were_typed() -> None:
    asked = Asked.of({"since": "tomorrow", "until": "2026-11-28"}, today=SUNDAY)

    assert asked.days(SUNDAY) == ("tomorrow", "2026-11-28")


def test_days_that_stand_as_they_were_shown_stay_a_period() -> None:
    given = {"period": "yesterday", "since": "2026-11-28", "until": "2026-11-28"}

    asked = Asked.of(given, today=SUNDAY)

    assert asked.address() == "?report=queues&period=yesterday"


def test_a_link_to_share_means_the_same_days_tomorrow() -> None:
    asked = Asked.of({"period": "yesterday", "queue": "7"}, today=SUNDAY)

    assert asked.dated(SUNDAY).address() == (
        "?report=queues&since=2026-11-28&until=2026-11-28&queue=7"
    )

"""Opening hours against the clock on the wall, minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from queues import public_holidays
from queues.opening_hours import OpeningHours
from queues.opening_rows import MAX_ROWS, NotHours, in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# What each of these nights does to the clock.
NIGHTS = {
    "spring in Berlin": ("Europe/Berlin", datetime(2026, 3, 29, tzinfo=UTC)),
    "autumn in Berlin": ("Europe/Berlin", datetime(2026, 10, 25, tzinfo=UTC)),
    "spring in New York": ("America/New_York", datetime(2026, 3, 8, 6, tzinfo=UTC)),
    "half an hour forth": ("Australia/Lord_Howe", datetime(2026, 10, 3, tzinfo=UTC)),
    "half an hour back": ("Australia/Lord_Howe", datetime(2026, 4, 4, tzinfo=UTC)),
    "no change, half-hour zone": ("Asia/Kolkata", datetime(2026, 3, 29, tzinfo=UTC)),
    "a day left out": ("Pacific/Apia", datetime(2011, 12, 30, tzinfo=UTC)),
    "midnight left out": ("Asia/Beirut", datetime(2026, 3, 28, 12, tzinfo=UTC)),
    "midnight repeated": ("America/Sao_Paulo", datetime(2018, 2, 17, 12, tzinfo=UTC)),
}


def row(day: int, opens: str, closes: str) -> dict[str, Any]:
    return {"day": day, "from": opens, "to": closes}


def every_day(opens: str, closes: str) -> list[dict[str, Any]]:
    return [row(day, opens, closes) for day in range(7)]


def hours(weekly: list[Any], timezone: str = "UTC", **more: Any) -> OpeningHours:
    return OpeningHours.of(timezone=timezone, weekly=weekly, **more)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# --- the slow way -----------------------------------------------------------------
def slowly(
    weekly: list[Any], own: list[Any], zone: str, first: datetime, last: datetime
) -> Iterator[tuple[datetime, bool]]:
    """Yield each minute and whether it is open, by looking at the clock as people do,
    who also know what day it was yesterday."""
    moment, today, yesterday = first - 3 * DAY, date.min, date.min
    while moment <= last:
        local = moment.astimezone(ZoneInfo(zone))
        if local.date() > today:
            today, yesterday = local.date(), today
        clock = f"{local:%H:%M}"
        is_open = any(
            opens <= clock < (closes if closes > opens else "24:00")
            for opens, closes in rows_of(weekly, own, today)
        ) or any(
            closes <= opens and clock < closes
            for opens, closes in rows_of(weekly, own, yesterday)
        )
        if moment >= first:
            yield moment, is_open
        moment += MINUTE


def rows_of(weekly: list[Any], own: list[Any], day: date) -> list[tuple[str, str]]:
    for special in own:
        if special["date"] == day.isoformat():
            times = special["from"], special["to"]
            return [times] if special["from"] else []
    return [(r["from"], r["to"]) for r in weekly if r["day"] == day.weekday()]


minutes = st.integers(0, 24 * 60 - 1).map(in_words)
times = st.one_of(
    st.tuples(minutes, minutes),
    st.sampled_from(
        [("00:00", "24:00"), ("22:00", "06:00"), ("02:15", "02:45"), ("09:00", "09:00")]
    ),
)


@st.composite
def weeks(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Return rows that may stand together: those that overlap are left out."""
    kept: list[dict[str, Any]] = []
    for day, (opens, closes) in draw(
        st.lists(st.tuples(st.integers(0, 6), times), max_size=14)
    ):
        try:
            hours([*kept, row(day, opens, closes)])
        except NotHours:
            continue
        kept.append(row(day, opens, closes))
    return kept


@st.composite
def own_dates(draw: st.DrawFn, around: date) -> list[dict[str, Any]]:
    days = draw(st.lists(st.integers(-2, 3), max_size=2, unique=True))
    return [
        {
            "date": (around + day * DAY).isoformat(),
            "name": "Own",
            **dict(
                zip(
                    ("from", "to"),
                    draw(st.one_of(times, st.just((None, None)))),
                    strict=True,
                )
            ),
        }
        for day in days
    ]


@pytest.mark.parametrize("night", NIGHTS)
@settings(max_examples=12, deadline=None, derandomize=True)
@given(data=st.data())
def test_it_is_as_the_clock_on_the_wall_says(night: str, data: st.DataObject) -> None:
    zone, around = NIGHTS[night]
    weekly = data.draw(weeks())
    own = data.draw(own_dates(around.date()))
    asked = hours(weekly, zone, holidays=own)

    known = list(slowly(weekly, own, zone, around - DAY, around + 2 * DAY))

    assert [asked.is_open(moment) for moment, _ in known] == [o for _, o in known]
    changes = [m for (_, a), (m, b) in pairwise(known) if a != b]
    moment, found = known[0][0], []
    while (change := asked.next_change(moment)) and change <= known[-1][0]:
        found.append(change)
        moment = change
    assert found == changes


# --- named nights -------------------------------------------------------------------
def open_for(asked: OpeningHours, first: str, last: str) -> timedelta:
    """Return how long it is open between two moments."""
    moment, end, total = at(first), at(last), timedelta()
    while moment < end:
        change = min(asked.next_change(moment) or end, end)
        total += change - moment if asked.is_open(moment) else timedelta()
        moment = change
    return total


@pytest.mark.parametrize(
    ("zone", "first", "length"),
    [
        ("Europe/Berlin", "2026-03-28T12:00", 7 * HOUR),
        ("Europe/Berlin", "2026-10-24T12:00", 9 * HOUR),
        ("Europe/Berlin", "2026-06-06T12:00", 8 * HOUR),
        ("Australia/Lord_Howe", "2026-10-03T03:00", 7.5 * HOUR),
        ("Australia/Lord_Howe", "2026-04-04T03:00", 8.5 * HOUR),
        ("Asia/Kolkata", "2026-03-28T12:00", 8 * HOUR),
    ],
)
def test_a_night_is_as_long_as_the_clock_makes_it(
    zone: str, first: str, length: timedelta
) -> None:
    nights = hours(every_day("22:00", "06:00"), zone)
    last = at(first) + DAY

    assert open_for(nights, first, last.replace(tzinfo=None).isoformat()) == length


def test_what_lies_in_the_hour_that_is_left_out_does_not_happen() -> None:
    early = hours([row(6, "02:10", "02:50")], "Europe/Berlin")

    assert [span.words for span in early.days(date(2026, 3, 29), 1)[0].open] == []
    assert early.days(date(2026, 3, 22), 1)[0].open[0].words == ("02:10", "02:50")
    assert early.next_change(at("2026-03-28T12:00")) == at("2026-04-05T00:10")


def test_a_row_that_begins_in_the_gap_begins_after_it() -> None:
    early = hours([row(6, "02:30", "08:00")], "Europe/Berlin")

    assert early.next_change(at("2026-03-28T12:00")) == at("2026-03-29T01:00")


def test_a_row_runs_through_the_repeated_hour() -> None:
    repeated = hours([row(6, "02:00", "03:00")], "Europe/Berlin")

    assert repeated.next_change(at("2026-10-24T12:00")) == at("2026-10-25T00:00")
    assert repeated.next_change(at("2026-10-25T00:00")) == at("2026-10-25T02:00")


def test_of_a_day_that_never_was_there_is_nothing() -> None:
    """Samoa went from Thursday the 29th straight to Saturday the 31st."""
    apia = hours(
        [row(3, "22:00", "06:00"), row(4, "07:00", "05:00"), row(5, "12:00", "13:00")],
        "Pacific/Apia",
    )

    days = apia.days(date(2011, 12, 29), 3)

    assert [[span.words for span in day.open] for day in days] == [
        [("22:00", "06:00")],
        [],
        [("12:00", "13:00")],
    ]
    # Thursday's row ends in the morning that came next, at 06:00 of Saturday there.
    closes = datetime(2011, 12, 31, 6, tzinfo=ZoneInfo("Pacific/Apia"))
    assert apia.next_change(at("2011-12-30T09:00")) == closes
    assert apia.next_change(closes) == closes + 6 * HOUR


def test_two_rows_that_touch_are_one() -> None:
    nights = hours([row(0, "18:00", "24:00"), row(1, "00:00", "02:00")])

    assert nights.next_change(at("2026-11-30T20:00")) == at("2026-12-01T02:00")


@pytest.mark.parametrize(
    "weekly", [[], every_day("00:00", "24:00"), every_day("09:00", "09:00")]
)
def test_what_never_changes_has_no_next_change(weekly: list[Any]) -> None:
    always = hours(weekly)

    assert always.next_change(at("2026-11-30T20:00")) is None
    assert always.is_open(at("2026-11-30T20:00")) is bool(weekly)


def test_it_closes_next_after_it_was_open_again() -> None:
    office = hours([row(0, "09:00", "17:00")])

    assert office.next_closing(at("2026-11-30T08:00")) == at("2026-11-30T17:00")
    assert office.next_closing(at("2026-11-30T16:59")) == at("2026-11-30T17:00")
    assert office.next_closing(at("2026-11-30T17:00")) == at("2026-12-07T17:00")


# --- holidays -----------------------------------------------------------------------
def test_a_countrys_holiday_is_closed_and_an_own_date_wins() -> None:
    weekly = every_day("09:00", "17:00")
    own = [
        {"date": "2026-12-25", "name": "Emergencies", "from": "10:00", "to": "12:00"},
        {"date": "2026-12-24", "name": "Party", "from": None, "to": None},
    ]
    bavaria = hours(weekly, country="DE", subdivision="BY", holidays=own)

    days = {day.date.day: day for day in bavaria.days(date(2026, 12, 23), 5)}

    assert (days[23].holiday, days[23].open[0].words) == (None, ("09:00", "17:00"))
    assert (days[24].holiday, days[24].open) == ("Party", ())
    assert (days[25].holiday, days[25].open[0].words) == (
        "Emergencies",
        ("10:00", "12:00"),
    )
    assert (days[26].holiday, days[26].open) == ("Second Day of Christmas", ())
    assert bavaria.next_change(at("2026-12-25T12:00")) == at("2026-12-27T09:00")


def test_regions_have_holidays_of_their_own() -> None:
    weekly = every_day("09:00", "17:00")
    epiphany = date(2026, 1, 6)

    bavaria = hours(weekly, country="DE", subdivision="BY")
    berlin = hours(weekly, country="DE", subdivision="BE")

    assert bavaria.holiday(epiphany) == "Epiphany"
    assert berlin.holiday(epiphany) is None
    with translation.override("de"):
        assert bavaria.holiday(epiphany) == "Heilige Drei Könige"
    # Germany's holidays have no Arabic names, but English ones.
    riyadh = hours(weekly, country="SA")
    with translation.override("ar"):
        assert bavaria.holiday(epiphany) == "Epiphany"
        assert riyadh.holiday(date(2026, 9, 23)) == "اليوم الوطني"


def test_the_evening_before_a_holiday_reaches_into_it() -> None:
    nights = hours(every_day("22:00", "06:00"), country="DE")

    assert nights.is_open(at("2026-12-25T05:59"))
    assert not nights.is_open(at("2026-12-25T23:00"))


def test_every_country_and_region_can_be_asked() -> None:
    for country, codes in public_holidays.regions().items():
        names = public_holidays.names_of_regions(country)
        assert [*names] == [*codes]
        public_holidays.in_year(country, codes[-1] if codes else "", 2026)


# --- what is refused ----------------------------------------------------------------
@pytest.mark.parametrize(
    ("weekly", "sentence"),
    [
        ([row(0, "25:00", "26:00")], "“25:00” is no time"),
        ([row(0, "24:00", "02:00")], "“24:00” is no time"),
        ([row(0, "09:00", "24:01")], "“24:01” is no time"),
        ([row(0, "9:00", "17:00")], "“9:00” is no time"),
        ([row(0, "\u0660\u0669:\u0660\u0660", "17:00")], "is no time"),
        ([row(0, "09:60", "17:00")], "“09:60” is no time"),
        ([row(0, "09:00", None)], "is no time"),  # type: ignore[arg-type]
        ([row(7, "09:00", "17:00")], "0 (Monday) to 6 (Sunday)"),
        ([row(True, "09:00", "17:00")], "0 (Monday) to 6 (Sunday)"),
        ([{"day": 0, "from": "09:00"}], "a day, from and to"),
        ([row(0, "09:00", "17:00") | {"x": 1}], "a day, from and to"),
        ("daily", "a list"),
        ([row(0, "09:00", "17:00")] * (MAX_ROWS + 1), "a list of at most 70"),
        (
            [row(0, "09:00", "13:00"), row(0, "12:00", "17:00")],
            "overlap: Monday 09:00-13:00 and Monday 12:00-17:00",
        ),
        ([row(0, "09:00", "17:00")] * 2, "overlap"),
        (
            [row(6, "22:00", "06:00"), row(0, "05:00", "09:00")],
            "overlap: Sunday 22:00-06:00 and Monday 05:00-09:00",
        ),
    ],
)
def test_rows_that_are_no_hours(weekly: Any, sentence: str) -> None:
    with pytest.raises(NotHours) as refusal:
        hours(weekly)

    assert sentence in str(refusal.value)


CHRISTMAS = {"date": "2026-12-25", "name": "Christmas", "from": None, "to": None}


@pytest.mark.parametrize(
    ("dates", "sentence"),
    [
        ([CHRISTMAS, CHRISTMAS], "2026-12-25 stands there twice"),
        ([CHRISTMAS | {"date": "2026-02-30"}], "“2026-02-30” is no date"),
        ([CHRISTMAS | {"date": "20261225"}], "is no date"),
        ([CHRISTMAS | {"date": 5}], "is no date"),
        ([CHRISTMAS | {"name": " "}], "has 1-100 characters"),
        ([CHRISTMAS | {"name": "x" * 101}], "has 1-100 characters"),
        ([CHRISTMAS | {"from": "09:00"}], "both times"),
        ([CHRISTMAS | {"from": "09:00", "to": "25:00"}], "“25:00” is no time"),
        ([CHRISTMAS | {"open": True}], "a date and a name"),
        ([{"date": "2026-12-25"}], "a date and a name"),
    ],
)
def test_dates_that_are_no_holidays(dates: list[Any], sentence: str) -> None:
    with pytest.raises(NotHours) as refusal:
        hours([], holidays=dates)

    assert sentence in str(refusal.value)

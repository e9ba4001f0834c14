"""What opening hours are made of: rows of the week, own dates. Pure, no model."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DAY = 24 * 60  # minutes
WEEK = 7 * DAY
MAX_ROWS = 70
MAX_DATES = 500
MAX_NAME = 100  # characters
TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
DAY_NAMES = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)


class NotHours(ValueError):
    """Rows that are no opening hours, with a sentence that says why."""


class Span(NamedTuple):
    """From when to when, in minutes since midnight of the day it begins on. The end is
    after the start, a day later at most."""

    start: int
    end: int

    @property
    def words(self) -> tuple[str, str]:
        end = self.end if self.end <= DAY else self.end - DAY
        return in_words(self.start), in_words(end)


class OwnDate(NamedTuple):
    """A date with hours of its own; None: closed."""

    name: str
    span: Span | None


def in_words(minutes: int) -> str:
    """Return minutes since midnight as `HH:MM`, up to 24:00."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def week_of(rows: Any) -> Mapping[int, tuple[Span, ...]]:
    """Return the spans by weekday (0 is Monday) of rows {day, from, to}. Raise
    NotHours."""
    if not isinstance(rows, list) or len(rows) > MAX_ROWS:
        message = gettext("Give a list of at most %(max_rows)s rows.") % {
            "max_rows": MAX_ROWS
        }
        raise NotHours(message)
    week: defaultdict[int, list[Span]] = defaultdict(list)
    for row in rows:
        day, span = _row(row)
        week[day].append(span)
    _refuse_overlaps(week)
    return {day: tuple(sorted(spans)) for day, spans in week.items()}


def _row(row: Any) -> tuple[int, Span]:
    if not isinstance(row, dict) or row.keys() != {"day", "from", "to"}:
        raise NotHours(gettext("Each row has a day, from and to."))
    day = row["day"]
    if (
        isinstance(day, bool)
        or not isinstance(day, int)
        or not 0 <= day < len(DAY_NAMES)
    ):
        raise NotHours(gettext("A day is a number from 0 (Monday) to 6 (Sunday)."))
    return day, span_of(row["from"], row["to"])


def span_of(opens: Any, closes: Any) -> Span:
    """Return the span of two times. At or before its beginning, the end lies on the
    next day. Raise NotHours."""
    start, end = _minutes(opens), _minutes(closes, is_end=True)
    return Span(start, end if end > start else end + DAY)


def _minutes(value: Any, *, is_end: bool = False) -> int:
    if is_end and value == "24:00":
        return DAY
    if not isinstance(value, str) or not TIME.fullmatch(value):
        allowed = "00:00 to 24:00" if is_end else "00:00 to 23:59"
        message = gettext(
            "“%(value)s” is no time: give one as HH:MM, from %(allowed)s."
        ) % {"value": value, "allowed": allowed}
        raise NotHours(message)
    hours, _, minutes = value.partition(":")
    return int(hours) * 60 + int(minutes)


def _refuse_overlaps(week: Mapping[int, Iterable[Span]]) -> None:
    """Raise where two rows hold the same minute, also past midnight and past the end
    of the week."""
    rows = sorted(
        (day * DAY + span.start, day * DAY + span.end)
        for day, spans in week.items()
        for span in spans
    )
    following = [*rows[1:], *((start + WEEK, end + WEEK) for start, end in rows[:1])]
    for (start, end), (next_start, next_end) in zip(rows, following, strict=True):
        if next_start < end:
            raise NotHours(
                gettext("Two rows overlap: %(first)s and %(second)s.")
                % {
                    "first": _spoken(start, end),
                    "second": _spoken(next_start, next_end),
                }
            )


def _spoken(start: int, end: int) -> str:
    day = start // DAY
    opens, closes = Span(start - day * DAY, end - day * DAY).words
    return f"{DAY_NAMES[day % len(DAY_NAMES)]} {opens}-{closes}"


def dates_of(rows: Any) -> Mapping[date, OwnDate]:
    """Return by date the rows {date, name, from, to}; without times it is closed. Raise
    NotHours."""
    if not isinstance(rows, list) or len(rows) > MAX_DATES:
        message = gettext("Give a list of at most %(max_dates)s dates.") % {
            "max_dates": MAX_DATES
        }
        raise NotHours(message)
    dates: dict[date, OwnDate] = {}
    for row in rows:
        day, own = _own_date(row)
        if day in dates:
            message = gettext("%(day)s stands there twice: give each date once.") % {
                "day": day.isoformat()
            }
            raise NotHours(message)
        dates[day] = own
    return dates


def _own_date(row: Any) -> tuple[date, OwnDate]:
    if not isinstance(row, dict) or not {"date", "name"} <= row.keys() <= {
        *("date", "name", "from", "to")
    }:
        raise NotHours(
            gettext("Each date has a date and a name, and from and to where open.")
        )
    day, name = _date(row["date"]), row["name"]
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= MAX_NAME:
        message = gettext("The name of %(day)s has 1-%(max_name)s characters.") % {
            "day": day.isoformat(),
            "max_name": MAX_NAME,
        }
        raise NotHours(message)
    times = row.get("from"), row.get("to")
    if times == (None, None):
        return day, OwnDate(name, None)
    if None in times:
        message = gettext("Give both times of %(day)s, or none where it is closed.") % {
            "day": day.isoformat()
        }
        raise NotHours(message)
    return day, OwnDate(name, span_of(*times))


def _date(value: Any) -> date:
    message = gettext("“%(value)s” is no date: give one as YYYY-MM-DD.") % {
        "value": value
    }
    if not isinstance(value, str) or not ISO_DATE.fullmatch(value):
        raise NotHours(message)
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise NotHours(message) from error

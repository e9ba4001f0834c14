"""When it is open. The clock on the wall decides, in one time zone: it is open while
that clock shows a time of one of the day's rows. Pure, no model.

So a row runs through the hour that a night of autumn repeats, twice; what lies in an
hour that a night of spring leaves out does not happen; and of a day that a zone jumped
over there is nothing, neither its rows nor what they reach into the next day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from core import languages
from queues import public_holidays
from queues.opening_rows import DAY, OwnDate, Span, dates_of, week_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# How far ahead a change is looked for.
LOOKAHEAD = timedelta(days=731)
ONE_DAY = timedelta(days=1)
MAX_DAYS = 366
# The years in which anybody asks; beyond them dates run out.
FIRST_YEAR, LAST_YEAR = 1970, 2199


class Day(NamedTuple):
    """What a date is called where it is special, and the rows that begin on it."""

    date: date
    holiday: str | None
    open: tuple[Span, ...]


@dataclass(frozen=True)
class OpeningHours:
    """A week, the holidays that interrupt it, and the zone whose clock counts."""

    zone: ZoneInfo
    week: Mapping[int, tuple[Span, ...]]
    dates: Mapping[date, OwnDate]
    country: str = ""
    subdivision: str = ""

    @classmethod
    def of(
        cls,
        *,
        timezone: str,
        weekly: Any,
        holidays: Any = (),
        country: str = "",
        subdivision: str = "",
    ) -> OpeningHours:
        """Return the hours of rows as they are stored. Raise NotHours, and
        ZoneInfoNotFoundError."""
        week, dates = week_of(weekly), dates_of(list(holidays))
        return cls(ZoneInfo(timezone), week, dates, country, subdivision)

    def is_open(self, at: datetime) -> bool:
        local = at.astimezone(self.zone)
        today, minute = local.date(), local.hour * 60 + local.minute
        yesterday = self._day_before(today)
        return any(s.start <= minute < s.end for s in self._spans(today)) or any(
            minute + DAY < span.end for span in self._spans(yesterday)
        )

    def next_change(self, at: datetime) -> datetime | None:
        """Return when it next opens or closes after `at`; None where it does neither
        within two years."""
        if self._never_changes:
            return None
        is_open, after = self.is_open(at), at
        while after < at + LOOKAHEAD:
            until = after + ONE_DAY
            for moment in sorted(self._moments(after, until)):
                if self.is_open(moment) != is_open:
                    return moment
            after = until
        return None

    def next_closing(self, at: datetime) -> datetime | None:
        """Return when it next closes after `at`; where it is closed, that is after it
        was open again."""
        first = self.next_change(at)
        if first is None or self.is_open(at):
            return first
        return self.next_change(first)

    def days(self, first: date, count: int) -> list[Day]:
        """Return so many dates from the first one on."""
        dates = (first + number * ONE_DAY for number in range(count))
        return [Day(day, self.holiday(day), self._rows_of(day)) for day in dates]

    def holiday(self, day: date) -> str | None:
        """Return what the date is called: its own name, else that of the country's
        holiday, in the language of the page."""
        own = self.dates.get(day)
        return own.name if own else self._public_holiday(day, languages.of_page())

    def _public_holiday(
        self, day: date, language: str = public_holidays.ENGLISH
    ) -> str | None:
        if not self.country:
            return None
        place = self.country, self.subdivision
        return public_holidays.in_year(*place, day.year, language).get(day)

    @property
    def _never_changes(self) -> bool:
        if self.dates or (self.country and self.week):
            return False
        minutes = sum(s.end - s.start for spans in self.week.values() for s in spans)
        return minutes in {0, 7 * DAY}

    def _spans(self, day: date) -> tuple[Span, ...]:
        """Return the rows of a date, whether or not it exists."""
        own = self.dates.get(day)
        if own is not None:
            return (own.span,) if own.span else ()
        if not (rows := self.week.get(day.weekday(), ())):
            return ()
        return () if self._public_holiday(day) else rows

    def _rows_of(self, day: date) -> tuple[Span, ...]:
        """Return the rows that really begin on a date."""
        if not self._exists(day):
            return ()
        return tuple(
            span
            for span in sorted(self._spans(day))
            if self._since(day, span.start) < self._since(day, span.end)
        )

    def _day_before(self, day: date) -> date:
        """Return the day that went before in this zone."""
        before = day - ONE_DAY
        return before if self._exists(before) else before - ONE_DAY

    def _exists(self, day: date) -> bool:
        """Whether the zone had this day. It has none whose noon was left out."""
        return not self._is_left_out(datetime.combine(day, time(12)))

    def _is_left_out(self, wall: datetime) -> bool:
        before, after = (
            wall.replace(tzinfo=self.zone, fold=fold).utcoffset() for fold in (0, 1)
        )
        assert before is not None
        assert after is not None
        return before < after

    def _at(self, wall: datetime, *, fold: int = 0) -> datetime:
        return wall.replace(tzinfo=self.zone, fold=fold).astimezone(UTC)

    def _since(self, day: date, minute: int) -> datetime:
        """Return the first moment at which the clock shows this time or a later one."""
        wall = datetime.combine(day, time()) + timedelta(minutes=minute)
        if not self._is_left_out(wall):
            return self._at(wall)
        # Read with the offset of before, it lies after the jump, and the other way.
        jump = self._jump(self._at(wall, fold=1), self._at(wall))
        assert jump is not None
        return jump

    def _moments(self, after: datetime, until: datetime) -> Iterator[datetime]:
        """Yield the moments in (after, until] at which it may open or close: a row
        begins or ends on the clock, or the clock jumps."""
        first, last = (each.astimezone(self.zone).date() for each in (after, until))
        jump = self._jump(after, until)
        if jump is not None:
            yield jump
        day = min(first, last) - ONE_DAY
        while day <= max(first, last) + ONE_DAY:
            for minute in self._minutes(day):
                wall = datetime.combine(day, time()) + timedelta(minutes=minute)
                for moment in {self._at(wall, fold=fold) for fold in (0, 1)}:
                    if after < moment <= until:
                        yield moment
            day += ONE_DAY

    def _minutes(self, day: date) -> set[int]:
        """Return the minutes of a date at which something begins or ends."""
        earlier = self._spans(self._day_before(day))
        own = {minute for span in self._spans(day) for minute in span if minute < DAY}
        return {0, *own, *(span.end - DAY for span in earlier if span.end > DAY)}

    def _jump(self, after: datetime, until: datetime) -> datetime | None:
        """Return when in (after, until] the clock jumps; None where it does not."""
        before = self._offset(after)
        if self._offset(until) == before:
            return None
        second = timedelta(seconds=1)
        after = after.astimezone(UTC).replace(microsecond=0)
        until = until.astimezone(UTC).replace(microsecond=0) + second
        while until - after > second:
            middle = after + (until - after) // 2
            middle = middle.replace(microsecond=0)
            if self._offset(middle) == before:
                after = middle
            else:
                until = middle
        return until

    def _offset(self, at: datetime) -> timedelta | None:
        return at.astimezone(self.zone).utcoffset()

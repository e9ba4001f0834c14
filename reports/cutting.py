"""Which interval of a zone a quarter of an hour belongs to, as a number that databases
work out, too.

The zone's offset is the same for long pieces of time; in each of them it takes a sum
and a division.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Case, F, IntegerField, Value, When

from reports import quarters, zones
from reports.answers import Interval

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, tzinfo

    from django.db.models.expressions import Combinable

SIZES = {
    Interval.QUARTER: 1,
    Interval.HALF: 2,
    Interval.HOUR: 4,
    Interval.DAY: quarters.A_DAY,
    Interval.WEEK: 7 * quarters.A_DAY,
}
MONDAY = 3 * quarters.A_DAY  # 1970 began on a Thursday


@dataclass(frozen=True)
class Piece:
    """Quarters before `until` and after the piece before it; their offset from UTC."""

    until: int
    offset: int


@dataclass(frozen=True)
class Cut:
    """Cuts a span of quarters into intervals."""

    interval: Interval
    pieces: tuple[Piece, ...]
    begins: Mapping[int, datetime]  # of the intervals, in the zone, by their numbers

    def number(self, quarter: int) -> int:
        """Return the interval of a quarter; the same as `expression` does."""
        piece = next((p for p in self.pieces if quarter < p.until), self.pieces[-1])
        value: int = _number(quarter, self.interval, piece.offset)
        return value

    def expression(self) -> Combinable:
        """Return the expression for the number of the interval of the quarter."""
        *pieces, last = self.pieces
        numbers = {
            piece.until: _number(F("quarter"), self.interval, piece.offset)
            for piece in pieces
        }
        return Case(
            *(When(quarter__lt=until, then=each) for until, each in numbers.items()),
            default=_number(F("quarter"), self.interval, last.offset),
            output_field=IntegerField(),
        )


def cut(first: int, last: int, interval: Interval, zone: tzinfo) -> Cut:
    """Return what cuts a span of quarters, the last exclusive, into intervals."""
    since, until = quarters.begin(first), quarters.begin(last)
    empty = Cut(interval, _pieces(first, last, zone), {})
    begins = {
        empty.number(quarters.number(start)): start
        for start in zones.starts(since, until, interval, zone)
    }
    return Cut(interval, empty.pieces, begins)


def _number(quarter: Any, interval: Interval, offset: int) -> Any:
    """Return the number of a quarter's interval: of days and weeks the zone's, of
    shorter ones the quarter in which they begin, so that an hour that clocks show twice
    is two."""
    size = SIZES[interval]
    if interval == Interval.WEEK:
        offset += MONDAY
    if interval in zones.DAYS:
        return _divided(quarter + offset, size)
    if size == 1:
        return quarter + 0
    return _divided(quarter + offset, size) * size - offset


def _divided(value: Any, size: int) -> Any:
    # Both databases divide whole numbers to whole ones; none is negative here.
    return value // size if isinstance(value, int) else value / Value(size)


def _pieces(first: int, last: int, zone: tzinfo) -> tuple[Piece, ...]:
    """Return the pieces of a span in which the zone's offset is the same."""
    pieces = []
    at = first
    while at < last:
        offset = _offset(at, zone)
        end = at
        while end < last and _offset(min(end + quarters.A_DAY, last), zone) == offset:
            end += quarters.A_DAY
        while end < last and _offset(end, zone) == offset:
            end += 1
        pieces.append(Piece(min(end, last), offset))
        at = end
    return tuple(pieces) or (Piece(last, _offset(first, zone)),)


def _offset(quarter: int, zone: tzinfo) -> int:
    offset = quarters.begin(quarter).astimezone(zone).utcoffset() or timedelta()
    return offset // timedelta(minutes=15)

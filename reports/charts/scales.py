"""Where the lines behind a chart are drawn, and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.answers import Unit
from reports.saying import count, length, per_cent

if TYPE_CHECKING:
    from collections.abc import Iterable

BOX = 1000  # both sides of what is drawn in, whatever its size on the page
MOST_LINES = 5
MINUTE, HOUR, DAY = 60, 3600, 86400
# Lengths of time that people count in.
TIMES = (
    *(1, 2, 5, 10, 15, 30),
    *(MINUTE * minutes for minutes in (1, 2, 5, 10, 15, 30)),
    *(HOUR * hours for hours in (1, 2, 4, 8, 12, 24, 48, 96)),
)


@dataclass(frozen=True)
class Line:
    """A line across the chart: so far below its upper edge, in per cent."""

    at: float
    text: str

    @property
    def y(self) -> float:
        """Return the same, of BOX."""
        return self.at * BOX / 100


@dataclass(frozen=True)
class Scale:
    """From `least` at the lower edge to `most` at the upper one."""

    least: float
    most: float
    lines: list[Line]

    def y(self, value: float) -> float:
        """Return how far below the upper edge a value is, of BOX."""
        share = (value - self.least) / (self.most - self.least)
        return round(BOX * (1 - min(1.0, max(0.0, share))), 1)


def scale(values: Iterable[float | None], unit: Unit) -> Scale:
    """Return a scale that has room for these values, with lines at round ones."""
    known = [value for value in values if value is not None]
    match unit:
        case Unit.RATE:
            return _scale([0, 0.25, 0.5, 0.75, 1], unit)
        case Unit.SCORE:
            return _scale([1, 2, 3, 4, 5], unit)
    most = max(known, default=0)
    step = _time_step(most) if unit == Unit.SECONDS else _step(most)
    number = max(1, -int(-most // step))
    return _scale([step * each for each in range(number + 1)], unit)


def _scale(marks: list[float], unit: Unit) -> Scale:
    least, most = marks[0], marks[-1]
    lines = [
        Line(round(100 * (1 - (mark - least) / (most - least)), 1), _said(mark, unit))
        for mark in marks
    ]
    return Scale(least, most, lines)


def _step(most: float) -> float:
    """Return a whole step of 1, 2 or 5 times a power of ten, such that a few of them
    reach as far as that."""
    step, factors = 1, (2, 2.5, 2)
    number = 0
    while step * MOST_LINES < most:
        step = int(step * factors[number % 3])
        number += 1
    return step


def _time_step(most: float) -> float:
    fitting = (time for time in TIMES if time * MOST_LINES >= most)
    return next(fitting, None) or DAY * _step(most / DAY)


def _said(mark: float, unit: Unit) -> str:
    match unit:
        case Unit.RATE:
            return per_cent(mark * 100, places=0)
        case Unit.SECONDS:
            return length(mark)
    return count(mark)

"""A figure over the intervals of a report: bars, or a line where they are many.

All that is drawn lies in a box of 1000 by 1000, which the page stretches; what is
written stands at shares of it, in per cent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.answers import Unit
from reports.charts.scales import BOX, Scale, scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.charts.scales import Line

MOST_BARS = 62  # two months of days
MOST_DOTS = 62
MOST_TICKS = 6
GAP = 0.3  # of a bar's width


@dataclass(frozen=True)
class Point:
    """One interval: what may stand below it, what is said of it, and its value."""

    label: str
    said: str
    value: float | None
    before: float | None = None


@dataclass(frozen=True)
class Rectangle:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Band:
    """Where a pointer asks for a point: all the height of the chart."""

    x: float
    width: float
    said: str


@dataclass(frozen=True)
class Tick:
    """What is written below the chart, so far from its beginning, in per cent; narrow
    charts leave out every other one."""

    at: float
    text: str
    is_spare: bool


@dataclass(frozen=True)
class OverTime:
    """What is drawn: `line`, `dots` and `before` are paths."""

    scale: list[Line]
    ticks: list[Tick]
    bands: list[Band]
    bars: list[Rectangle]
    line: str
    dots: str
    before: str
    is_mirrored: bool


def over_time(points: Sequence[Point], unit: Unit, *, mirrored: bool) -> OverTime:
    """Return how these points are drawn; mirrored where time runs to the left."""
    width = BOX / max(1, len(points))
    own = [point.value for point in points]
    before = [point.before for point in points]
    measure = scale([*own, *before], unit)
    places = [_place(number, width, mirrored) for number in range(len(points))]
    middles = [round(place + width / 2, 1) for place in places]
    has_bars = unit == Unit.COUNT and len(points) <= MOST_BARS
    path = _path(middles, own, measure)
    return OverTime(
        scale=measure.lines,
        ticks=_ticks(points, middles),
        bands=[
            Band(round(place, 2), round(width, 2), point.said)
            for place, point in zip(places, points, strict=True)
        ],
        bars=_bars(places, width, own, measure) if has_bars else [],
        line="" if has_bars else path,
        dots="" if has_bars else _dots(middles, own, measure),
        before=_path(middles, before, measure),
        is_mirrored=mirrored,
    )


def _place(number: int, width: float, mirrored: bool) -> float:
    return BOX - (number + 1) * width if mirrored else number * width


def _bars(
    places: Sequence[float],
    width: float,
    values: Sequence[float | None],
    measure: Scale,
) -> list[Rectangle]:
    gap = width * GAP
    return [
        Rectangle(
            round(place + gap / 2, 1),
            measure.y(value),
            round(width - gap, 1),
            round(BOX - measure.y(value), 1),
        )
        for place, value in zip(places, values, strict=True)
        if value
    ]


def _path(
    middles: Sequence[float], values: Sequence[float | None], measure: Scale
) -> str:
    """Return a line through the values; it breaks off where there is none."""
    parts, is_down = [], False
    for x, value in zip(middles, values, strict=True):
        if value is not None:
            parts.append(f"{'L' if is_down else 'M'}{x} {measure.y(value)}")
        is_down = value is not None
    return "".join(parts)


def _dots(
    middles: Sequence[float], values: Sequence[float | None], measure: Scale
) -> str:
    """Return lines of no length, whose round ends are dots: of all values where they
    are few, else of those that no line reaches."""
    dots = []
    for number, value in enumerate(values):
        if value is None:
            continue
        beside = [
            *values[max(0, number - 1) : number],
            *values[number + 1 : number + 2],
        ]
        is_alone = all(each is None for each in beside)
        if is_alone or len(values) <= MOST_DOTS:
            dots.append(f"M{middles[number]} {measure.y(value)}h0")
    return "".join(dots)


def _ticks(points: Sequence[Point], middles: Sequence[float]) -> list[Tick]:
    named = [number for number, point in enumerate(points) if point.label]
    step = max(1, -(-len(named) // MOST_TICKS))
    return [
        Tick(round(middles[number] / 10, 2), points[number].label, place % 2 == 1)
        for place, number in enumerate(named[::step])
    ]

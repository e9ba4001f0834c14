"""From figures to what is drawn: plain numbers, without a page."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.answers import Unit
from reports.charts.over_time import Point, over_time
from reports.charts.ranked import MOST_ROWS, Share, distribution, pareto
from reports.charts.scales import BOX, scale

VALUES = st.lists(
    st.none() | st.floats(min_value=0, max_value=10**9), min_size=1, max_size=700
)


def points(*values: float | None) -> list[Point]:
    return [Point(str(n), f"{n}: {value}", value) for n, value in enumerate(values)]


# --- scales -------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("most", "unit", "lines"),
    [
        (0, Unit.COUNT, ["1", "0"]),
        (3, Unit.COUNT, ["3", "2", "1", "0"]),
        (38, Unit.COUNT, ["40", "30", "20", "10", "0"]),
        (1234, Unit.COUNT, ["1,500", "1,000", "500", "0"]),
        (100, Unit.SECONDS, ["2:00", "1:30", "1:00", "0:30", "0:00"]),
        (9000, Unit.SECONDS, ["2 h 30 min", "2 h 0 min", "1 h 30 min"]),
        (0.3, Unit.RATE, ["100%", "75%", "50%", "25%", "0%"]),
        (4.2, Unit.SCORE, ["5", "4", "3", "2", "1"]),
    ],
)
def test_lines_stand_at_round_values(most: float, unit: Unit, lines: list[str]) -> None:
    found = scale([most, None], unit)

    assert [line.text for line in reversed(found.lines)][: len(lines)] == lines


@settings(max_examples=40)
@given(values=VALUES, unit=st.sampled_from([Unit.COUNT, Unit.SECONDS]))
def test_everything_has_room_below_few_lines(
    values: list[float | None], unit: Unit
) -> None:
    found = scale(values, unit)

    assert found.most >= max((each for each in values if each is not None), default=0)
    assert len(found.lines) <= 6


# --- over time ----------------------------------------------------------------------
def test_few_counts_are_bars_from_the_ground() -> None:
    chart = over_time(points(5, 0, None, 10), Unit.COUNT, mirrored=False)

    assert [(bar.x, bar.y, bar.height) for bar in chart.bars] == [
        (37.5, 500.0, 500.0),
        (787.5, 0.0, 1000.0),
    ]
    assert (chart.line, chart.dots) == ("", "")


def test_many_counts_are_a_line() -> None:
    chart = over_time(points(*range(700)), Unit.COUNT, mirrored=False)

    assert chart.bars == []
    assert chart.line.count("L") == 699
    assert chart.dots == ""


def test_a_line_breaks_off_where_nothing_is_known() -> None:
    chart = over_time(points(0.5, None, 1, 1), Unit.RATE, mirrored=False)

    assert chart.line == "M125.0 500.0M625.0 0.0L875.0 0.0"
    assert chart.dots.count("M") == 3


def test_of_many_values_those_alone_are_dots_that_no_line_reaches() -> None:
    chart = over_time(
        points(*[0.5] * 100, None, 0.7, None, *[0.5] * 100), Unit.RATE, mirrored=False
    )

    assert chart.dots.count("M") == 1


def test_time_runs_to_the_left_where_lines_do() -> None:
    chart = over_time(points(1, 2), Unit.COUNT, mirrored=True)

    assert [band.x for band in chart.bands] == [500, 0]
    assert [tick.at for tick in chart.ticks] == [75, 25]


def test_the_period_before_is_a_line_of_its_own() -> None:
    own = [Point("a", "a", 10, 5), Point("b", "b", 10, 20)]

    chart = over_time(own, Unit.COUNT, mirrored=False)

    assert chart.before == "M250.0 750.0L750.0 0.0"
    assert [bar.y for bar in chart.bars] == [500, 500]


def test_a_few_of_the_points_are_written_below() -> None:
    chart = over_time(points(*range(700)), Unit.COUNT, mirrored=False)

    assert len(chart.ticks) == 6
    assert [tick.is_spare for tick in chart.ticks] == [False, True] * 3


def test_points_without_a_name_are_not_written_below() -> None:
    unnamed = [Point("", "x", 1)] * 95
    days = [Point("11-29", "x", 1), *unnamed, Point("11-30", "x", 1), *unnamed]

    chart = over_time(days, Unit.COUNT, mirrored=False)

    assert [tick.text for tick in chart.ticks] == ["11-29", "11-30"]


@settings(max_examples=40)
@given(values=VALUES, mirrored=st.booleans())
def test_nothing_is_drawn_outside_of_the_box(
    values: list[float | None], mirrored: bool
) -> None:
    chart = over_time(points(*values), Unit.COUNT, mirrored=mirrored)

    assert len(chart.bands) == len(values)
    for bar in chart.bars:
        assert 0 <= bar.x <= bar.x + bar.width <= BOX + 1
        assert 0 <= bar.y <= bar.y + bar.height <= BOX + 1
    assert all(0 <= tick.at <= 100 for tick in chart.ticks)
    assert len(chart.ticks) <= 6


# --- ranked -------------------------------------------------------------------------
def test_the_largest_is_first_with_a_running_share() -> None:
    rows = pareto([Share("Rare", 10), Share("Usual", 60), Share("Never", 0)])

    assert [(row.name, row.width, row.share) for row in rows] == [
        ("Usual", 1000, 60 / 70),
        ("Rare", 166.7, 10 / 70),
    ]
    assert [round(row.running, 3) for row in rows] == [0.857, 1]


def test_the_smallest_of_many_are_one_bar() -> None:
    rows = pareto([Share(str(number), 10) for number in range(100)])

    assert len(rows) == MOST_ROWS + 1
    assert (rows[-1].rest, rows[-1].value, rows[-1].running) == (88, 880, 1)
    assert rows[-1].width == BOX


def test_a_distribution_keeps_its_order_and_its_gaps() -> None:
    rows = distribution([Share("5", 3), Share("4", 0), Share("3", 1)])

    assert [(row.name, row.width) for row in rows] == [
        ("5", 1000),
        ("4", 0),
        ("3", 333.3),
    ]


def test_nothing_at_all_is_drawn_as_nothing() -> None:
    assert pareto([]) == []
    assert [row.share for row in distribution([Share("5", 0)])] == [0]

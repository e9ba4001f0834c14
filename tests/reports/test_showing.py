"""Answers as they are shown: which charts, which tables, which words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from reports import labels, showing, zones
from reports.answers import Answer, Column, Interval, Name, Question, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reports.answers import Row

SINCE = datetime(2026, 11, 23, tzinfo=UTC)
OFFERED = Column("offered", "Offered", Unit.COUNT, "Came.")
SPEED = Column("asa_seconds", "Speed", Unit.SECONDS, "Waited.")


def question(name: Name = Name.QUEUES, **changes: Any) -> Question:
    asked = {"since": SINCE, "until": SINCE + timedelta(days=7)}
    return Question(name, **{**asked, "interval": Interval.DAY, **changes})


@dataclass(frozen=True)
class Given:
    """Rows as they are given."""

    starts: list[Row]
    subjects: list[Row]
    said: list[Row]

    def by_start(self) -> list[Row]:
        return self.starts

    def by_subject(self) -> list[Row]:
        return self.subjects

    def by_start_and_subject(self) -> list[Row]:
        return []

    def comments(self) -> list[Row]:
        return self.said


def answer(
    asked: Question,
    *,
    by_start: Iterable[Row] = (),
    by_subject: Iterable[Row] = (),
    comments: Iterable[Row] = (),
    **changes: Any,
) -> Answer:
    given: dict[str, Any] = {
        "subject": "queue",
        "columns": [OFFERED, SPEED],
        "totals": {},
        "cuts": Given([*by_start], [*by_subject], [*comments]),
    }
    return Answer(question=asked, timezone="UTC", **{**given, **changes})


def of_queues(**figures: dict[str, float]) -> list[dict[str, Any]]:
    return [
        {"queue": {"id": number, "name": name}, **values}
        for number, (name, values) in enumerate(figures.items())
    ]


# --- bars ---------------------------------------------------------------------------
def test_what_makes_up_a_whole_is_drawn_as_its_parts() -> None:
    rows = of_queues(A={"offered": 1}, B={"offered": 3})
    shown = answer(question(), by_subject=rows, totals={"offered": 4})

    bars = showing.bars(shown, OFFERED)

    assert [(bar.name, bar.value, bar.share, bar.running) for bar in bars] == [
        ("B", "3", "75.0%", ""),
        ("A", "1", "25.0%", ""),
    ]


def test_means_make_up_no_whole() -> None:
    rows = of_queues(A={"asa_seconds": 10}, B={"asa_seconds": 20})
    shown = answer(question(), by_subject=rows, totals={"asa_seconds": 15})

    assert showing.bars(shown, SPEED) == []


def test_wrap_ups_have_a_running_share() -> None:
    rows = of_queues(A={"offered": 1}, B={"offered": 3})
    shown = answer(question(Name.WRAPUPS), by_subject=rows, totals={"offered": 4})

    bars = showing.bars(shown, OFFERED)

    assert [bar.running for bar in bars] == ["75.0%", "100.0%"]
    assert [bar.running_at for bar in bars] == [750, 1000]


@pytest.mark.parametrize(
    ("name", "beginning", "order"),
    [
        (Name.RATINGS, "score_", ["3", "2", "1"]),
        (Name.ASSISTANTS, "by_", ["2", "3", "1"]),
        (Name.CONTACTS, "ended_", ["2", "3", "1"]),
    ],
)
def test_figures_that_are_parts_are_drawn_together(
    name: Name, beginning: str, order: list[str]
) -> None:
    parts = [
        Column(f"{beginning}{n}", str(n), Unit.COUNT, "A part.") for n in (1, 2, 3)
    ]
    counts = {f"{beginning}1": 1, f"{beginning}2": 6, f"{beginning}3": 3}
    shown = answer(question(name), columns=[OFFERED, *parts], totals=counts)

    bars = showing.bars(shown, OFFERED)

    assert [bar.name for bar in bars] == order
    assert sum(float(bar.share.rstrip("%")) for bar in bars) == 100


# --- tables and totals --------------------------------------------------------------
def test_figures_that_nobody_knows_are_left_out() -> None:
    rows = [{"start": SINCE, "offered": 1, "asa_seconds": None}]
    shown = answer(question(), by_start=rows, totals={"offered": 1})

    table = showing.by_start(shown, "")

    assert [column.name for column in table.columns] == ["offered"]
    assert [total.column.name for total in showing.totals(shown, shown)] == ["offered"]


def test_a_figure_that_is_named_is_drawn_else_the_first() -> None:
    shown = answer(question())

    assert showing.chosen(shown, "asa_seconds") == SPEED
    assert showing.chosen(shown, "secret") == OFFERED


def test_comments_are_shown_with_who_and_where() -> None:
    row = {
        "at": SINCE,
        "score": 5,
        "comment": "<b>Thanks</b>",
        "agent": {"id": 1, "name": "Alice"},
        "queue": None,
    }
    shown = answer(question(Name.RATINGS), comments=[row])

    [comment] = showing.comments(shown, "").rows

    assert (comment.score, comment.agent, comment.queue) == ("5", "Alice", "")


# --- times --------------------------------------------------------------------------
def test_the_hour_that_a_night_has_twice_is_told_apart() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    since = datetime(2026, 10, 25, tzinfo=berlin)
    starts = zones.starts(
        since, datetime(2026, 10, 25, 5, tzinfo=berlin), Interval.HOUR, berlin
    )

    told = [labels.interval(start, Interval.HOUR) for start in starts]

    assert [each.removeprefix("Sun 2026-10-25 ") for each in told] == [
        *("00:00", "01:00", "02:00 +02:00", "02:00 +01:00", "03:00", "04:00"),
    ]


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (timedelta(days=1), "2026-11-23"),
        (timedelta(days=7), "2026-11-23 to 2026-11-29"),
        (timedelta(hours=9), "2026-11-23 00:00:00 to 2026-11-23 09:00:00"),
    ],
)
def test_days_and_times_are_told(until: timedelta, words: str) -> None:
    assert labels.span(question(until=SINCE + until)) == words


def test_days_are_told_as_days_where_clocks_jump_over_midnight() -> None:
    cairo = ZoneInfo("Africa/Cairo")
    days = [zones.midnight(date(2026, 4, day), cairo) for day in (23, 24, 25)]
    assert [each.hour for each in days] == [0, 1, 0]

    told = [labels.span(question(since=a, until=b)) for a, b in pairwise(days)]

    assert told == ["2026-04-23", "2026-04-24"]


def test_of_many_short_intervals_the_days_are_written() -> None:
    asked = question(interval=Interval.HOUR, until=SINCE + timedelta(days=2))
    starts = [SINCE + timedelta(hours=hours) for hours in range(48)]

    ticks = labels.ticks(starts, asked)

    assert [each for each in ticks if each] == ["11-23", "11-24"]

"""A report as the page and mails show it: figures in words, tables, charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.utils.translation import get_language_bidi

from reports import labels
from reports.answers import Name, Unit
from reports.charts.over_time import Point, over_time
from reports.charts.ranked import Share, distribution, pareto
from reports.saying import change, count, per_cent, said

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.core.paginator import Page

    from reports.answers import Answer, Column, Interval, Row
    from reports.charts.over_time import OverTime
    from reports.charts.ranked import Ranked
    from reports.saying import Change

ROWS = 100  # of a table at once
MOST_COMPARED = 100  # intervals: two lines of more are one blot
MANY = 2  # subjects, from which on they are compared
ROUNDING = 0.001
# Reports with figures that are parts of one whole, by how their names begin.
PARTS = {Name.ASSISTANTS: "by_", Name.CONTACTS: "ended_", Name.RATINGS: "score_"}


@dataclass(frozen=True)
class Total:
    """One figure of all the time, beside the period before."""

    column: Column
    value: str
    change: Change | None


@dataclass(frozen=True)
class Bar:
    """A subject's part of a whole, drawn and in words. `rest`: of how many subjects
    together. `running`: the part of all down to it, where that tells anything."""

    name: str
    rest: int
    width: float
    value: str
    share: str
    running: str
    running_at: float


@dataclass(frozen=True)
class Cell:
    label: str
    text: str


@dataclass(frozen=True)
class TableRow:
    """A line of a table: what it is about, and its figures."""

    heads: list[str]
    cells: list[Cell]


@dataclass(frozen=True)
class Table:
    """Some lines of a report, a page at a time; `key` names the page in the address."""

    key: str
    heads: list[str]
    columns: list[Column]
    rows: list[TableRow]
    page: Page[Row]


@dataclass(frozen=True)
class Comment:
    """What a customer wrote with a rating."""

    at: datetime
    score: str
    text: str
    agent: str
    queue: str


@dataclass(frozen=True)
class CommentPage:
    """Some comments; `key` names the page in the address."""

    key: str
    rows: list[Comment]
    page: Page[Row]


def totals(answer: Answer, before: Answer) -> list[Total]:
    """Return all figures that are known, with how they have changed."""
    return [
        Total(
            column,
            said(answer.totals.get(column.name), column.unit),
            change(
                answer.totals.get(column.name), before.totals.get(column.name), column
            ),
        )
        for column in answer.columns
        if {answer.totals.get(column.name), before.totals.get(column.name)} != {None}
    ]


def is_empty(answer: Answer) -> bool:
    """Whether nothing happened that the report is about."""
    told = (answer.totals.get(column.name) for column in answer.columns)
    return not answer.by_subject and not any(told)


def chosen(answer: Answer, name: str) -> Column:
    """Return the figure that the chart is of: the first, unless another is named."""
    named = (column for column in answer.columns if column.name == name)
    return next(named, answer.columns[0])


# --- charts -------------------------------------------------------------------------
def points(answer: Answer, before: Answer, column: Column) -> list[Point]:
    """Return a figure over the intervals, each beside the one that stood in its place
    in the period before."""
    starts = [row["start"] for row in answer.by_start]
    ticks = labels.ticks(starts, answer.question)
    earlier = [*before.by_start, *[None] * len(starts)]
    if len(starts) > MOST_COMPARED:
        earlier = [None] * len(starts)
    return [
        _point(row, was, tick, column, answer.question.interval)
        for row, was, tick in zip(answer.by_start, earlier, ticks, strict=False)
    ]


def _point(
    row: Row, was: Row | None, tick: str, column: Column, length: Interval
) -> Point:
    value = row.get(column.name)
    when = labels.interval(row["start"], length)
    return Point(
        label=tick,
        said=f"{when}: {said(value, column.unit)}",
        value=_number(value),
        before=_number(was.get(column.name) if was else None),
    )


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def drawn(answer: Answer, before: Answer, column: Column) -> OverTime:
    """Return the chart of a figure over the intervals."""
    return over_time(
        points(answer, before, column), column.unit, mirrored=get_language_bidi()
    )


def bars(answer: Answer, column: Column) -> list[Bar]:
    """Return the parts of a whole: those that the report is about, else what each
    subject has of a figure, the largest first; nothing where they make up none."""
    name = answer.question.name
    if name in PARTS:
        shares = _parts(answer, PARTS[name])
        rows = distribution(shares) if name == Name.RATINGS else pareto(shares)
        return [_bar(row, Unit.COUNT, has_sum=name != Name.RATINGS) for row in rows]
    shares = [
        Share(labels.subject(row[answer.subject]), float(row[column.name] or 0))
        for row in answer.by_subject
        if column.name in row
    ]
    whole = float(answer.totals.get(column.name) or 0)
    if len(shares) < MANY or not _is_whole(shares, whole, column.unit):
        return []
    has_sum = name == Name.WRAPUPS
    return [_bar(row, column.unit, has_sum=has_sum) for row in pareto(shares)]


def _parts(answer: Answer, beginning: str) -> list[Share]:
    """Return the figures whose names begin so, the last first, as ratings are read."""
    columns = [each for each in answer.columns if each.name.startswith(beginning)]
    return [
        Share(str(each.label), float(answer.totals.get(each.name) or 0))
        for each in reversed(columns)
    ]


def _is_whole(shares: Sequence[Share], whole: float, unit: Unit) -> bool:
    """Whether these add up, as means of many rows do not."""
    adds_up = unit in {Unit.COUNT, Unit.SECONDS}
    missing = abs(sum(share.value for share in shares) - whole)
    return adds_up and whole > 0 and missing <= ROUNDING * whole


def _bar(row: Ranked, unit: Unit, *, has_sum: bool) -> Bar:
    return Bar(
        name=row.name,
        rest=row.rest,
        width=row.width,
        value=said(row.value, unit),
        share=per_cent(row.share * 100),
        running=per_cent(row.running * 100) if has_sum else "",
        running_at=row.running_at,
    )


# --- tables -------------------------------------------------------------------------
def by_start(answer: Answer, page: str) -> Table:
    """Return the figures by interval."""
    return table("intervals", answer, answer.by_start, ["start"], page)


def by_subject(answer: Answer, page: str) -> Table:
    """Return the figures by subject, over all intervals."""
    return table("subjects", answer, answer.by_subject, [answer.subject], page)


def comments(answer: Answer, page: str) -> CommentPage:
    """Return what customers wrote with their ratings, a page of it."""
    shown = Paginator(answer.comments, ROWS).get_page(page)
    return CommentPage(
        key="comments",
        rows=[
            Comment(
                at=row["at"],
                score=count(row["score"]),
                text=row["comment"],
                agent=labels.subject(row["agent"]),
                queue=labels.subject(row["queue"]),
            )
            for row in shown
        ],
        page=shown,
    )


def table(
    key: str, answer: Answer, rows: Sequence[Row], heads: list[str], page: str
) -> Table:
    """Return a page of these rows, of the figures that any of them has."""
    shown = Paginator(rows, ROWS).get_page(page)
    columns = [
        column
        for column in answer.columns
        if any(row.get(column.name) is not None for row in rows)
    ]
    return Table(
        key=key,
        heads=[str(labels.HEADS[name]) for name in heads],
        columns=columns,
        rows=[_row(row, heads, columns, answer) for row in shown],
        page=shown,
    )


def _row(
    row: Row, heads: Sequence[str], columns: Sequence[Column], answer: Answer
) -> TableRow:
    return TableRow(
        heads=[
            labels.interval(row["start"], answer.question.interval)
            if head == "start"
            else labels.subject(row[head])
            for head in heads
        ],
        cells=[
            Cell(str(column.label), said(row.get(column.name), column.unit))
            for column in columns
        ],
    )

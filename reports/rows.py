"""Reports as files, a part at a time, whatever their size."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from core import cells, clock
from reports import reading, zones
from reports.definitions import REPORTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agents.models import Agent
    from reports.answers import Question, Row

MARK = "\ufeff"  # by which spreadsheets know UTF-8
AT_ONCE = 96  # intervals


def csv_lines(viewer: Agent, question: Question) -> Iterator[str]:
    """Return the rows of a report as parts of a CSV file: `start` with its offset, the
    subject's id and name, and the figures. Raise StillCounting."""
    reading.refuse_uncounted(viewer, question)
    return _lines(viewer, question)


def _lines(viewer: Agent, question: Question) -> Iterator[str]:
    report = REPORTS[question.name]
    figures = [figure.column.name for figure in report.figures]
    head = ["start", f"{report.subject}_id", report.subject, *figures]
    yield MARK + "".join(cells.lines([head]))
    for part in _parts(question):
        rows = reading.rows(viewer, part)
        written = (_cells(row, report.subject, figures) for row in rows)
        yield "".join(cells.lines(written))


def _parts(question: Question) -> Iterator[Question]:
    """Yield the question in parts of so many intervals, as far as now."""
    zone = question.since.tzinfo
    assert zone is not None
    until = min(question.until, clock.now() + zones.QUARTER)
    starts = zones.starts(question.since, until, question.interval, zone)
    since = next(starts, None)
    while since is not None:
        end = next(islice(starts, AT_ONCE - 1, None), None)
        yield replace(question, since=since, until=end or question.until)
        since = end


def _cells(row: Row, subject: str, figures: list[str]) -> list[str]:
    about = row[subject]
    values = ("" if row[name] is None else str(row[name]) for name in figures)
    return [row["start"].isoformat(), _text(about["id"]), _text(about["name"]), *values]


def _text(value: Any) -> str:
    return "" if value is None else cells.escaped(str(value))

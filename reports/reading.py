"""Answers the questions of reports: the same number of queries whatever there is."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from core import clock
from reports import overseen, quarters, spans
from reports.adding import Adding
from reports.answers import Answer, Name
from reports.comments import comments
from reports.cutting import cut
from reports.definitions import REPORTS
from reports.definitions.report import SCORE
from reports.naming import subjects_named
from reports.scored import scores

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from agents.models import Agent, Organisation
    from reports.adding import Cells, Only
    from reports.answers import Question, Row
    from reports.counting.tally import Table
    from reports.definitions.report import Key
    from reports.spans import Reach


def answer(viewer: Agent, question: Question) -> Answer:
    """Return the figures of what the viewer oversees. Raise StillCounting."""
    return _Reading(viewer, question, clock.now()).answer()


def rows(viewer: Agent, question: Question) -> list[Row]:
    """Return the rows of an answer alone."""
    return _Reading(viewer, question, clock.now()).by_start_and_subject()


def refuse_uncounted(viewer: Agent, question: Question) -> None:
    """Raise StillCounting, as answering would."""
    assert viewer.organisation is not None
    now = clock.now()
    reach = _reach(viewer.organisation, question, now)
    spans.live_from(viewer.organisation.pk, reach, now=now)


def _reach(organisation: Organisation, question: Question, now: datetime) -> Reach:
    """Return of what the sums of a question are made: nothing happened after now."""
    first = quarters.number(question.since)
    last = min(quarters.after(question.until), quarters.number(now) + 1)
    zone = ZoneInfo(organisation.timezone)
    return spans.reach(
        organisation.pk, first, max(first, last), question.interval, zone
    )


class _Reading:
    """A question, and all that its sums are made of."""

    def __init__(self, viewer: Agent, question: Question, now: datetime) -> None:
        assert viewer.organisation is not None
        self._question = question
        self._organisation = viewer.organisation
        self._report = REPORTS[question.name]
        only = self._only = overseen.only(viewer, question, self._report)
        self._tables = frozenset(only)
        pk, zone = self._organisation.pk, ZoneInfo(self._organisation.timezone)
        reach = _reach(self._organisation, question, now)
        self._cut = cut(reach.first, reach.last, question.interval, zone)
        live = spans.count_live(pk, reach, only, now=now)
        scored = self._scores(reach, only)
        self._adding = Adding(pk, self._report, only, self._cut, reach, live, scored)

    def _scores(
        self, reach: Reach, only: Mapping[Table, Only]
    ) -> list[tuple[int, int, Counter[str]]]:
        """Return the sums of reviews, where the report has a figure of them."""
        if SCORE not in self._report.figures:
            return []
        agents = [each["agent"] for each in only.values() if "agent" in each]
        rows = scores(
            organisation_id=self._organisation.pk,
            first=reach.first,
            last=reach.last,
            cut=self._cut,
            agents=agents[0] if agents else None,
            queue=self._question.queue,
        )
        return list(rows)

    def answer(self) -> Answer:
        total: Counter[str] = Counter()
        for sums in self._of_subjects.values():
            total.update(sums)
        return Answer(
            question=self._question,
            timezone=self._organisation.timezone,
            subject=self._report.subject,
            columns=[figure.column for figure in self._report.figures],
            totals=self._values(total),
            cuts=self,
        )

    @cached_property
    def _of_subjects(self) -> Cells:
        return self._adding.cells(by_interval=False, by_subject=True)

    def comments(self) -> list[Row]:
        if self._question.name != Name.RATINGS:
            return []
        [only] = self._only.values()
        zone = ZoneInfo(self._organisation.timezone)
        rows = comments(self._organisation.pk, self._question, only)
        return [row | {"at": row["at"].astimezone(zone)} for row in rows]

    def by_start(self) -> list[Row]:
        cells = self._adding.cells(by_interval=True, by_subject=False)
        return [
            {"start": start, **self._values(cells.get((number, ()), Counter()))}
            for number, start in self._cut.begins.items()
        ]

    def by_subject(self) -> list[Row]:
        return self._rows(self._of_subjects)

    def by_start_and_subject(self) -> list[Row]:
        return self._rows(self._adding.cells(by_interval=True, by_subject=True))

    def _rows(self, cells: Cells) -> list[Row]:
        """Return the rows in which something happened, by time, then by name."""
        counted = {place: sums for place, sums in cells.items() if any(sums.values())}
        named = self._named({subject for _, subject in counted})
        rows: defaultdict[int | None, list[Row]] = defaultdict(list)
        for (number, subject), sums in counted.items():
            start = {} if number is None else {"start": self._cut.begins[number]}
            about = {self._report.subject: named[subject]}
            rows[number].append({**start, **about, **self._values(sums)})
        for each in rows.values():
            each.sort(key=self._place)
            self._report.finish(each)
        return [row for number in sorted(rows, key=_first) for row in rows[number]]

    def _place(self, row: Row) -> tuple[str, str]:
        about = row[self._report.subject]
        return about["name"].casefold(), str(about["id"])

    def _named(self, subjects: set[Key]) -> dict[Key, dict[str, Any]]:
        return subjects_named(self._organisation.pk, self._report.subject, subjects)

    def _values(self, sums: Counter[str]) -> dict[str, Any]:
        return self._report.values(sums, self._tables)


def _first(number: int | None) -> int:
    return number or 0

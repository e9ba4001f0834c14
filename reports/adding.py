"""Sums of a report by interval and by subject."""

from __future__ import annotations

from collections import Counter, defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from django.db import connection, transaction
from django.db.models import Sum

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from django.db.models import QuerySet

    from reports.counting import Tally
    from reports.counting.tally import Table
    from reports.cutting import Cut
    from reports.definitions.report import Key, Report
    from reports.spans import Reach

# {(number of the interval, subject): sums}
Cells: TypeAlias = "dict[tuple[int | None, Key], Counter[str]]"
Only: TypeAlias = "Mapping[str, Collection[int]]"  # ids by dimension


@dataclass(frozen=True)
class Adding:
    """What is added up: the tables of a report, of rows with these ids alone."""

    organisation_id: int
    report: Report
    only: Mapping[Table, Only]
    cut: Cut
    reach: Reach
    live: Tally | None
    # What no table has: interval, subject, sums.
    beside: Sequence[tuple[int, int, Counter[str]]] = ()

    def cells(self, *, by_interval: bool, by_subject: bool) -> Cells:
        """Return the sums: one query a table."""
        with _room():
            return self._cells(by_interval=by_interval, by_subject=by_subject)

    def _cells(self, *, by_interval: bool, by_subject: bool) -> Cells:
        found: Cells = defaultdict(Counter)
        for table in self.only:
            rows = [
                *self._rolled(table, by_interval=by_interval, by_subject=by_subject),
                *self._live(table),
            ]
            for interval, key, sums in rows:
                subject, also = self._places(table, key)
                for about, shaped in self.report.shape(table, subject, also, sums):
                    place = (
                        interval if by_interval else None,
                        about if by_subject else (),
                    )
                    found[place].update(shaped)
        for interval, agent, summed in self.beside:
            found[
                interval if by_interval else None,
                (agent,) if by_subject else (),
            ].update(summed)
        return found

    def _places(self, table: Table, key: Mapping[str, Any]) -> tuple[Key, Key]:
        cutting = self.report.tables[table]
        return (
            tuple(key.get(name) for name in cutting.subject),
            tuple(key[name] for name in cutting.also),
        )

    def _rolled(
        self, table: Table, *, by_interval: bool, by_subject: bool
    ) -> Iterator[tuple[int | None, dict[str, Any], dict[str, int]]]:
        cutting = self.report.tables[table]
        subject = cutting.subject if by_subject else ()
        places = ("interval",) * by_interval + subject + cutting.also
        columns = table.columns()
        only = {f"{name}__in": ids for name, ids in self.only[table].items()}
        rows = table._default_manager.filter(
            self.reach.condition, organisation=self.organisation_id, **only
        )
        if self.report.needs:
            rows = rows.exclude(**{self.report.needs: 0})
        if by_interval:
            rows = rows.annotate(interval=self.cut.expression())
        are_many = by_interval and by_subject
        for row in _added(rows.order_by(), places, columns, are_many=are_many):
            sums = {name: int(row[f"sum_{name}"] or 0) for name in columns}
            yield row.get("interval"), row, sums

    def _live(
        self, table: Table
    ) -> Iterator[tuple[int | None, dict[str, Any], Counter[str]]]:
        if self.live is None:
            return
        only = self.only[table]
        for (quarter, *key), sums in self.live.rows[table].items():
            places = dict(zip(table.DIMENSIONS, key, strict=True))
            if self.report.needs and not places[self.report.needs]:
                continue
            if all(places[name] in ids for name, ids in only.items()):
                yield self.cut.number(int(quarter)), places, sums


def _added(
    rows: QuerySet[Any],
    places: Sequence[str],
    columns: Collection[str],
    *,
    are_many: bool,
) -> Iterable[dict[str, Any]]:
    """Return one row of sums for each place; of none, of all together. Many are read
    bit by bit; few at once, as PostgreSQL uses one processor only for a cursor."""
    sums = {f"sum_{name}": Sum(name) for name in columns}
    if not places:  # `values` of nothing would be those of each row
        return [rows.aggregate(**sums)]
    added: QuerySet[Any, dict[str, Any]] = rows.values(*places).annotate(**sums)
    return added.iterator() if are_many else added


@contextmanager
def _room() -> Iterator[None]:
    """Let the database add up in memory: it cannot know how few sums there will be, and
    would sort all rows on its disk."""
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '32MB'")
        yield

"""Stores sums: quarters of an hour, the days they make, and what they are of."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Min, Sum

from core import copying
from reports import counting, quarters
from reports.answers import Interval
from reports.cutting import cut
from reports.models import Named, Span, Subject
from reports.naming import names_now

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from django.db.models import QuerySet

    from reports.counting import Tally
    from reports.counting.tally import Table


def replace(tally: Tally) -> None:
    """Store what was counted in place of what was stored for these quarters."""
    window = tally.window
    for table in counting.TABLES:
        _between(
            table, window.organisation_id, Span.QUARTER, window.first, window.last
        ).delete()
        columns = table.columns()
        rows = (
            (quarter, *key, *(sums[name] for name in columns))
            for (quarter, *key), sums in tally.rows[table].items()
            if any(sums.values())
        )
        _store(table, window.organisation_id, Span.QUARTER, rows)


def name(tally: Tally) -> None:
    """Keep what all that has counted is called now."""
    keys: defaultdict[Subject, set[int]] = defaultdict(set)
    for table, rows in tally.rows.items():
        for place, dimension in enumerate(table.DIMENSIONS, 1):
            if dimension in Subject.values:
                keys[Subject(dimension)] |= {int(key[place]) for key in rows}
    organisation_id = tally.window.organisation_id
    named = [
        Named(organisation_id=organisation_id, subject=subject, key=key, name=name)
        for subject, wanted in keys.items()
        for key, name in names_now(organisation_id, subject, wanted).items()
    ]
    Named.objects.bulk_create(
        named,
        update_conflicts=True,
        unique_fields=["organisation", "subject", "key"],
        update_fields=["name"],
    )


def sum_days(organisation_id: int, *, first: int, last: int, zone: ZoneInfo) -> None:
    """Sum up the days of a zone anew that lie between two of its midnights."""
    days = cut(first, last, Interval.DAY, zone)
    for table in counting.TABLES:
        _between(table, organisation_id, Span.DAY, first, last).delete()
        if not days.begins:
            continue
        begins = {day: quarters.number(start) for day, start in days.begins.items()}
        sums = {f"sum_{name}": Sum(name) for name in table.columns()}
        rows = (
            _between(table, organisation_id, Span.QUARTER, first, last)
            .annotate(day=days.expression())
            .order_by()
            .values("day", *table.DIMENSIONS)
            .annotate(**sums)
            .values_list("day", *table.DIMENSIONS, *sums)
        )
        # Read before any is stored: a connection does one thing at a time.
        found = [(begins[day], *row) for day, *row in rows]
        _store(table, organisation_id, Span.DAY, found)


def forget_days(organisation_id: int) -> int | None:
    """Delete the days, which are another zone's. Return the first quarter that is
    counted, if there is one."""
    firsts = []
    for table in counting.TABLES:
        rows = table._default_manager.filter(organisation=organisation_id)
        rows.filter(span=Span.DAY).delete()
        found = rows.filter(span=Span.QUARTER).aggregate(first=Min("quarter"))["first"]
        firsts += [] if found is None else [int(found)]
    return min(firsts, default=None)


def _store(
    table: Table, organisation_id: int, span: Span, rows: Iterable[tuple[Any, ...]]
) -> None:
    """Store sums: the first quarter of each, what it is of, and its columns."""
    names = ["organisation", "span", "quarter", *table.DIMENSIONS, *table.columns()]
    of = (organisation_id, int(span))
    copying.store(table, names, ((*of, *row) for row in rows))


def _between(
    table: Table, organisation_id: int, span: Span, first: int, last: int
) -> QuerySet[Any]:
    return table._default_manager.filter(
        organisation=organisation_id, span=span, quarter__gte=first, quarter__lt=last
    )

"""Stores sums: quarters of an hour, the days they make, and what they are of."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Min, Sum

from reports import counting, quarters
from reports.answers import Interval
from reports.cutting import cut
from reports.models import Named, Span, Subject
from reports.naming import names_now

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from django.db.models import QuerySet

    from reports.counting import Tally
    from reports.counting.tally import Table

AT_ONCE = 2000  # rows of one statement


def replace(tally: Tally) -> None:
    """Store what was counted in place of what was stored for these quarters."""
    window = tally.window
    for table in counting.TABLES:
        _between(
            table, window.organisation_id, Span.QUARTER, window.first, window.last
        ).delete()
        rows = (
            table(
                organisation_id=window.organisation_id,
                span=Span.QUARTER,
                quarter=quarter,
                **dict(zip(table.DIMENSIONS, key, strict=True)),
                **sums,
            )
            for (quarter, *key), sums in tally.rows[table].items()
            if any(sums.values())
        )
        table._default_manager.bulk_create(rows, batch_size=AT_ONCE)


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
        columns = {f"sum_{name}": Sum(name) for name in table.columns()}
        rows = (
            _between(table, organisation_id, Span.QUARTER, first, last)
            .annotate(day=days.expression())
            .order_by()
            .values("day", *table.DIMENSIONS)
            .annotate(**columns)
        )
        table._default_manager.bulk_create(
            (
                table(
                    organisation_id=organisation_id,
                    span=Span.DAY,
                    quarter=quarters.number(days.begins[row["day"]]),
                    **{name: row[name] for name in table.DIMENSIONS},
                    **{name: row[f"sum_{name}"] for name in table.columns()},
                )
                for row in rows.iterator()
            ),
            batch_size=AT_ONCE,
        )


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


def _between(
    table: Table, organisation_id: int, span: Span, first: int, last: int
) -> QuerySet[Any]:
    return table._default_manager.filter(
        organisation=organisation_id, span=span, quarter__gte=first, quarter__lt=last
    )

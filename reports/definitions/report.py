"""What a report is made of: tables of sums, and figures that come from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from django.db.models import BigIntegerField
from django.utils.translation import gettext_lazy as _

from contacts.figures import mean, plain
from reports.answers import Column, Unit
from reports.scored import HUNDREDTHS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from django_stubs_ext import StrOrPromise

    from reports.answers import Row
    from reports.counting.tally import Table

Key: TypeAlias = "tuple[Any, ...]"
Sums: TypeAlias = "Mapping[str, int]"
# Numbers, and lengths of time, by the names of the columns.
Counted: TypeAlias = "Mapping[str, Any]"
Of: TypeAlias = "Callable[[Counted], float | None]"


@dataclass(frozen=True)
class Figure:
    """A column, and how it comes from the sums of some tables."""

    column: Column
    tables: tuple[Table, ...]
    of: Of


@dataclass(frozen=True)
class Cutting:
    """How a table is cut: by the subject of the report, and by more dimensions, from
    which `shape` makes the subject or columns of their own."""

    subject: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


def as_they_are(
    table: Table, subject: Key, also: Key, sums: Sums
) -> Iterator[tuple[Key, Sums]]:
    yield subject, sums


def nothing(rows: list[Row]) -> None:
    """Leave the rows of one time as they are."""


@dataclass(frozen=True)
class Report:
    """What it is about, how tables are cut for it, and its figures. It is seen by those
    who oversee its queues or its agents; `lengths` are the sums that are lengths of
    time."""

    subject: str
    seen_by: str  # "queue" or "agent"
    tables: Mapping[Table, Cutting]
    figures: tuple[Figure, ...]
    shape: Callable[[Table, Key, Key, Sums], Iterator[tuple[Key, Sums]]] = as_they_are
    finish: Callable[[list[Row]], None] = nothing
    needs: str = ""  # the dimension of which rows without any do not count
    lengths: frozenset[str] = field(default_factory=frozenset)

    def values(self, sums: Sums, tables: frozenset[Table]) -> dict[str, Any]:
        """Return the figures of some sums: None where a table cannot be cut as it is
        asked, or there is nothing to divide by."""
        counted = {
            name: timedelta(microseconds=value) if name in self.lengths else value
            for name, value in sums.items()
        }
        return {
            figure.column.name: figure.of(counted)
            if tables.issuperset(figure.tables)
            else None
            for figure in self.figures
        }


def lengths_of(*tables: Table) -> frozenset[str]:
    """Return which sums of tables are lengths of time."""
    return frozenset(
        name
        for table in tables
        for name in table.columns()
        if isinstance(table._meta.get_field(name), BigIntegerField)
    )


# --- kinds of figures -----------------------------------------------------------------
def number(
    name: str,
    label: StrOrPromise,
    definition: StrOrPromise,
    table: Table,
    column: str = "",
) -> Figure:
    """Return a figure that is a sum as it is."""
    own = column or name
    described = Column(name, label, Unit.COUNT, definition)
    return Figure(described, (table,), lambda counted: counted.get(own, 0))


def total(
    name: str, label: StrOrPromise, definition: StrOrPromise, table: Table, of: Of
) -> Figure:
    """Return a figure that is several sums together."""
    return Figure(Column(name, label, Unit.COUNT, definition), (table,), of)


def seconds(
    name: str, label: StrOrPromise, definition: StrOrPromise, table: Table, column: str
) -> Figure:
    """Return a figure that is a length of time as it is."""
    described = Column(name, label, Unit.SECONDS, definition)
    return Figure(
        described, (table,), lambda counted: plain(counted.get(column, timedelta()))
    )


def ratio(
    column: Column,
    tables: tuple[Table, ...],
    part: Callable[[Counted], Any],
    whole: Callable[[Counted], Any],
) -> Figure:
    """Return a figure that is one sum over another."""
    return Figure(column, tables, lambda counted: over(part(counted), whole(counted)))


def over(part: Any, whole: Any) -> float | None:
    """Return numbers or lengths of time divided; None where there is no whole."""
    if isinstance(whole, timedelta) and whole:
        return plain((part or timedelta()) / whole)
    return mean(part, whole)


def sums_of(*names: str) -> Callable[[Counted], Any]:
    """Return what adds up some sums of a row, numbers or lengths of time alike."""

    def add(counted: Counted) -> Any:
        found = [counted[name] for name in names if counted.get(name)]
        return sum(found[1:], found[0]) if found else 0

    return add


# The reviews of an agent's conversations; `reports.scored` counts them.
SCORE = Figure(
    Column(
        "score",
        _("Score"),
        Unit.SCORE,
        _(
            "Average total of the reviews of the agent's conversations, 1-5, when they "
            "were given."
        ),
    ),
    (),
    lambda counted: over(
        counted.get("review_points", 0), HUNDREDTHS * counted.get("reviews", 0)
    ),
)

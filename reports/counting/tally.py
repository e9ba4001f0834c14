"""Sums by table, quarter and what they are of."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from django.db.models import Q

from contacts.models import Contact
from queues.models import Queue
from reports import quarters

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from reports.models import Sums

Key: TypeAlias = "tuple[int | str, ...]"
Table: TypeAlias = "type[Sums]"
Stretch: TypeAlias = "tuple[int, int]"  # from, until: microseconds

LONG = timedelta(days=1)  # few contacts are open before a window for longer


@dataclass(frozen=True)
class Window:
    """What is counted: quarters of an organisation. What goes on ends now."""

    organisation_id: int
    first: int
    last: int  # exclusive
    now: datetime

    @property
    def since(self) -> datetime:
        return quarters.begin(self.first)

    @property
    def until(self) -> datetime:
        return quarters.begin(self.last)

    @cached_property
    def queues(self) -> list[int]:
        return Queue.ids_of(self.organisation_id)

    def contacts(self) -> QuerySet[Contact]:
        """Return the contacts that were open in it, if only for a moment.

        Databases believe that when contacts begin and end has nothing to do with each
        other, and expect far too many. Together with when they began they know.
        """
        of_late = Q(opened_at__gte=self.since - LONG) | Q(pk__in=self._open_for_long)
        return self._still_open.filter(of_late, opened_at__lt=self.until)

    @cached_property
    def _open_for_long(self) -> list[UUID]:
        rows = self._still_open.filter(opened_at__lt=self.since - LONG)
        return list(rows.values_list("pk", flat=True))

    @property
    def _still_open(self) -> QuerySet[Contact]:
        """Return the contacts that had not ended when it began."""
        present = Q(ended_at=None) | Q(ended_at__gte=self.since)
        mine = Contact.objects.filter(organisation=self.organisation_id)
        return mine.filter(present).order_by()

    def cut(self, begun: datetime, over: datetime | None) -> Stretch:
        """Return the part of a stretch of time that lies in it; it may be empty."""
        ends = min(over or self.now, self.until)
        begins = max(begun, self.since)
        return quarters.microseconds(begins), quarters.microseconds(ends)


@dataclass
class Tally:
    """What was counted in a window: {table: {(quarter, *key): sums}}."""

    window: Window
    rows: defaultdict[Table, defaultdict[Key, Counter[str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Counter))
    )

    def add(
        self, table: Table, at: datetime | None, key: Key, columns: dict[str, int]
    ) -> None:
        """Count what happened at a moment, if it lies in the window."""
        if at is None or not self.window.since <= at < self.window.until:
            return
        sums = self.rows[table][quarters.number(at), *key]
        for name, number in columns.items():
            sums[name] += number

    def spread(
        self, table: Table, key: Key, column: str, stretches: Iterable[Stretch]
    ) -> None:
        """Count time in the quarters in which it was spent."""
        rows = self.rows[table]
        for begins, ends in stretches:
            at = begins
            while at < ends:
                quarter = at // quarters.LENGTH
                stop = min(ends, (quarter + 1) * quarters.LENGTH)
                rows[quarter, *key][column] += stop - at
                at = stop


def length(begun: datetime, over: datetime) -> int:
    """Return how many microseconds lie between two moments."""
    return (over - begun) // quarters.MICROSECOND


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return stretches of time without overlaps, in order."""
    found: list[Stretch] = []
    for begins, ends in sorted(each for each in stretches if each[0] < each[1]):
        if found and begins <= found[-1][1]:
            found[-1] = found[-1][0], max(ends, found[-1][1])
        else:
            found.append((begins, ends))
    return found


def without(stretches: list[Stretch], others: list[Stretch]) -> list[Stretch]:
    """Return what is left of joined stretches without the time of others."""
    left: list[Stretch] = []
    at = 0
    for begins, ends in stretches:
        start = begins
        while at < len(others) and others[at][1] <= start:
            at += 1
        inside = at
        while inside < len(others) and others[inside][0] < ends:
            left.append((start, others[inside][0]))
            start = max(start, others[inside][1])
            inside += 1
        left.append((start, ends))
    return [(begins, ends) for begins, ends in left if begins < ends]

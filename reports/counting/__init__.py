"""Counts what happened, row by row, in quarters of an hour (docs/reports.md).

Each happening counts in the quarter in which it happened; time counts in those in which
it was spent. The number of queries is the same whatever there is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.counting import contacts, shares, times, visits
from reports.counting.tally import Tally, Window
from reports.models import (
    AgentSums,
    AssistantSums,
    ContactSums,
    IdleSums,
    QueueSums,
    RatingSums,
    ShareSums,
    WrapUpSums,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from reports.counting.tally import Table

    Counting = Callable[[Tally], None]

__all__ = ["TABLES", "Tally", "Window", "count"]

COUNTINGS: Mapping[Table, tuple[Counting, ...]] = {
    QueueSums: (visits.count, visits.count_contained),
    ShareSums: (shares.count, shares.count_answers),
    WrapUpSums: (shares.count,),
    AgentSums: (times.count,),
    IdleSums: (times.count,),
    ContactSums: (contacts.count,),
    AssistantSums: (contacts.count,),
    RatingSums: (contacts.count_ratings,),
}
TABLES: tuple[Table, ...] = tuple(COUNTINGS)


def count(window: Window, *, tables: Collection[Table] = TABLES) -> Tally:
    """Return the sums of a window, of these tables."""
    tally = Tally(window)
    needed = dict.fromkeys(each for table in tables for each in COUNTINGS[table])
    for counting in needed:
        counting(tally)
    return tally

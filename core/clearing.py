"""Rows that are over are deleted a few at a time, so that nobody waits for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import QuerySet

AT_ONCE = 500  # rows of one statement
BATCHES = 100  # of one run; the next goes on


def clear(rows: QuerySet[Any]) -> int:
    """Delete these rows. What has changed meanwhile so that it is none of them stays.

    Return how many there were.
    """
    cleared = 0
    for _ in range(BATCHES):
        keys = list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
        count, _each = rows.filter(pk__in=keys).delete()
        cleared += count
        if len(keys) < AT_ONCE:
            break
    return cleared

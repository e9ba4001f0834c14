"""Search: every word occurs, in whatever order, on every database alike (D35).

The columns that are searched hold folded text (`core.folding`), so that the database
compares characters and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from core import text

if TYPE_CHECKING:
    from collections.abc import Iterable

# More words narrow nothing; they would only make the query long.
MOST_WORDS = 32


def having_words(asked: str, columns: Iterable[str]) -> Q:
    """Return the condition that each word occurs in one of the columns; words beyond
    the first 32 are ignored."""
    columns = list(columns)
    condition = Q()
    for word in text.words(asked)[:MOST_WORDS]:
        condition &= having(word, columns)
    return condition


def having(part: str, columns: Iterable[str]) -> Q:
    """Return the condition that a folded part occurs in one of the columns."""
    condition = Q()
    for column in columns:
        condition |= Q((f"{column}__contains", part))
    return condition

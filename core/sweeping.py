"""Work of a sweep, item by item."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

logger = logging.getLogger(__name__)

T = TypeVar("T")


def each(items: Iterable[T], work: Callable[[T], object]) -> int:
    """Do the work for every item; one that fails stops none of the others, and is
    tried again by the next sweep. Return for how many it went well."""
    done = 0
    for item in items:
        try:
            work(item)
        except Exception:
            logger.exception("Work of a sweep failed; the next one tries again")
        else:
            done += 1
    return done

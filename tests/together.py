"""Several people do something at the same moment, each on a connection of their own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, TypeVar

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

PATIENCE = 30  # seconds


def together(works: Sequence[Callable[[], T]]) -> list[T]:
    """Do all of this at once; return what each returned."""
    start = Barrier(len(works))

    def do(work: Callable[[], T]) -> T:
        try:
            start.wait(PATIENCE)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as threads:
        started = [threads.submit(do, work) for work in works]
        return [each.result(PATIENCE) for each in started]

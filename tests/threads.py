"""Several things at once, each in a thread with a database connection of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 120  # seconds


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Start all of them at the same moment; return what each returns, or raises."""
    start = Barrier(len(works))

    def in_a_thread(work: Callable[[], Any]) -> Any:
        try:
            start.wait(PATIENCE)
            return work()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        running = [pool.submit(in_a_thread, work) for work in works]
        return [each.result(PATIENCE) for each in running]

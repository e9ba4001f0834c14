"""Database work of sockets, in threads of its own that keep their connections."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, TypeVar

from django.db import InterfaceError, OperationalError, connection

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

THREADS = 4
_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="sockets")
# For work that waits for locks, so that all the rest need not wait for it.
PATIENT_THREADS = 2
_patient = ThreadPoolExecutor(PATIENT_THREADS, thread_name_prefix="sockets-patient")


async def in_thread(work: Callable[[], T], *, patiently: bool = False) -> T:
    """Return what `work` returns; it may use the database, and may run twice.

    `patiently`: it may wait long for a lock, and must not keep others from working.
    """
    return await asyncio.get_running_loop().run_in_executor(
        _patient if patiently else _threads, lambda: _with_connection(work)
    )


def _with_connection(work: Callable[[], T]) -> T:
    try:
        return work()
    except (OperationalError, InterfaceError):
        # The database was restarted or refused to wait: once more, afresh.
        connection.close()
        return work()


def close_connections() -> None:
    """Close the threads' connections (a test that drops its database needs it)."""
    for pool, size in ((_threads, THREADS), (_patient, PATIENT_THREADS)):
        _close_connections_of(pool, size)


def _close_connections_of(pool: ThreadPoolExecutor, size: int) -> None:
    all_here = Barrier(size)

    def close() -> None:
        # A thread that waits here takes no second turn: each closes its own.
        all_here.wait()
        connection.close()

    for future in [pool.submit(close) for _ in range(size)]:
        future.result()

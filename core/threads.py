"""Database work of sockets, in threads of its own that keep their connections."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, TypeVar

from django.db import InterfaceError, OperationalError, connection
from django.utils import translation

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Threads:
    """Some threads for one kind of work, so that it holds up no other kind."""

    def __init__(self, name: str, number: int) -> None:
        self._number = number
        self._pool = ThreadPoolExecutor(number, thread_name_prefix=f"sockets-{name}")

    async def run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(
            self._pool, _in_language(lambda: _with_connection(work))
        )

    def close_connections(self) -> None:
        all_here = Barrier(self._number)

        def close() -> None:
            # Whoever waits here takes no second turn: each thread closes its own.
            all_here.wait()
            connection.close()

        for future in [self._pool.submit(close) for _ in range(self._number)]:
            future.result()


# Stores messages, and nothing else: who speaks waits for nobody who does less.
MESSAGES = Threads("messages", 2)
# Tells Redis what nobody waits for.
POST = Threads("post", 1)
# Work that waits for locks: messages of a contact that somebody holds, and the like.
PATIENT = Threads("patient", 2)
# Notes what people have read, which waits for locks too, and is never urgent.
READS = Threads("reads", 2)
# Opens and closes sockets, many at once: a storm of them holds up nothing else.
ARRIVALS = Threads("arrivals", 2)
# Reads the floors that supervisors look at, once a second each.
FLOOR = Threads("floor", 1)
ALL_ELSE = Threads("else", 3)


async def in_thread(work: Callable[[], T], *, of: Threads = ALL_ELSE) -> T:
    """Return what `work` returns; it may use the database, and may run twice.

    Work that may wait for a lock says so by `of`: it must not keep others waiting.
    """
    return await of.run(work)


def _in_language(work: Callable[[], T]) -> Callable[[], T]:
    """Return work that speaks as whoever asks for it does."""
    language = translation.get_language()

    def speak() -> T:
        with translation.override(language):
            return work()

    return speak


def _with_connection(work: Callable[[], T]) -> T:
    try:
        return work()
    except (OperationalError, InterfaceError):
        # The database was restarted or refused to wait: once more, afresh.
        connection.close()
        return work()


def close_connections() -> None:
    """Close the threads' connections (a test that drops its database needs it)."""
    for threads in (MESSAGES, POST, PATIENT, READS, ARRIVALS, FLOOR, ALL_ELSE):
        threads.close_connections()

"""So many at once, so many in line, and no more: for work that fills a processor."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Semaphore
from typing import TYPE_CHECKING

from core.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

RETRY_AFTER = 5  # seconds


class Turns:
    """Lets threads of this process work in turn."""

    def __init__(self, *, at_once: int, in_line: int) -> None:
        self._places = Semaphore(at_once + in_line)
        self._work = Semaphore(at_once)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, and take it. Raise Unavailable where the line is full."""
        if not self._places.acquire(blocking=False):
            raise Unavailable(retry_after=RETRY_AFTER)
        try:
            with self._work:
                yield
        finally:
            self._places.release()

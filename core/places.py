"""Places for work on behalf of many, so that none of them takes all the threads."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator


class Places:
    """Counts who works for whom, among the threads of this process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._taken: Counter[Hashable] = Counter()

    @contextmanager
    def taken(self, whose: Hashable, *, most: int) -> Iterator[bool]:
        """Take a place in the block, without waiting; say whether there was one."""
        with self._lock:
            is_free = self._taken[whose] < most
            self._taken[whose] += is_free
        try:
            yield is_free
        finally:
            with self._lock:
                self._taken[whose] -= is_free
                if not self._taken[whose]:
                    del self._taken[whose]

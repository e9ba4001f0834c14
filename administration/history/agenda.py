"""What happens next: a clock that jumps from one event of a day to the next."""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


class Agenda:
    """Events in the order of their times; of two at once the one noted first."""

    def __init__(self, start: datetime) -> None:
        self.now = start
        self._numbers = count()
        self._due: list[tuple[datetime, int, Callable[[], None]]] = []

    def at(self, when: datetime, do: Callable[[], None]) -> None:
        heappush(self._due, (max(when, self.now), next(self._numbers), do))

    def run(self) -> None:
        while self._due:
            self.now, _, do = heappop(self._due)
            do()

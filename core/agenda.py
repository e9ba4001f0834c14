"""What happens next: a clock that jumps from one event to the next."""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    Event = Callable[[], object]


class Agenda:
    """Events in the order of their times; of two at once the one noted first."""

    def __init__(self, start: datetime) -> None:
        self.now = start
        self._numbers = count()
        self._due: list[tuple[datetime, int, Event]] = []

    def at(self, when: datetime, do: Event) -> None:
        """Note an event; what is late happens next."""
        heappush(self._due, (max(when, self.now), next(self._numbers), do))

    def events(self, *, before: datetime | None = None) -> Iterator[Event]:
        """Yield one event after the other, when it is its time, for the caller to let
        it happen; in the end it is the time before which they are asked for."""
        while self._due and (before is None or self._due[0][0] < before):
            self.now, _, do = heappop(self._due)
            yield do
        if before is not None:
            self.now = before

    def run(self) -> None:
        for do in self.events():
            do()

"""Newcomers wait in a line, so that those who are there already are served between
them."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable

TURN_SECONDS = 0.005  # for newcomers, before all others have their turn


class Line:
    """Serves newcomers in their order, a few at each turn of one event loop."""

    def __init__(self) -> None:
        self._waiting: deque[Callable[[], object]] = deque()
        self._is_moving = False

    def join(self, serve: Callable[[], object]) -> None:
        """Call this when its turn has come."""
        self._waiting.append(serve)
        self._move()

    def _move(self) -> None:
        if self._waiting and not self._is_moving:
            self._is_moving = True
            asyncio.get_running_loop().call_soon(self._serve)

    def _serve(self) -> None:
        end = time.perf_counter() + TURN_SECONDS
        try:
            while self._waiting:
                self._waiting.popleft()()
                if time.perf_counter() >= end:
                    return
        finally:
            self._is_moving = False
            self._move()


_lines: WeakKeyDictionary[asyncio.AbstractEventLoop, Line] = WeakKeyDictionary()


def line() -> Line:
    """Return the line of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _lines:
        _lines[loop] = Line()
    return _lines[loop]

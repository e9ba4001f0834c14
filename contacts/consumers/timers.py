"""Whether the timers run, as sockets are told it: asked once a second per process."""

from __future__ import annotations

import asyncio
from weakref import WeakKeyDictionary

from core import clock, heartbeat
from core.threads import in_thread

KEPT_SECONDS = 1
OK, STALE = "ok", "stale"


class Timers:
    """Whether the sweep enforces the timers, for the sockets of one event loop."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._state = OK
        self._asked_at: float | None = None

    async def state(self) -> str:
        """Return "ok" or "stale", as it was within the last second."""
        async with self._lock:
            if self._asked_at is None or clock.ticks() - self._asked_at >= KEPT_SECONDS:
                self._state = await in_thread(_state)
                self._asked_at = clock.ticks()
        return self._state


def _state() -> str:
    return OK if heartbeat.is_fresh(clock.now()) else STALE


_timers: WeakKeyDictionary[asyncio.AbstractEventLoop, Timers] = WeakKeyDictionary()


def timers() -> Timers:
    """Return the timers of the running event loop."""
    return _timers.setdefault(asyncio.get_running_loop(), Timers())

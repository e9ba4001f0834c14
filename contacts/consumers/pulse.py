"""Says every few seconds that the sockets of this process are open still."""

from __future__ import annotations

import asyncio
import logging
import uuid
from weakref import WeakKeyDictionary

from django.db import DatabaseError

from agents.services import presence
from core import clock
from core.hub import hub
from core.threads import in_thread

logger = logging.getLogger(__name__)

PROCESS = uuid.uuid4()


class Pulse:
    """Says every few seconds that this process's sockets are open still."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None
        self._acted: set[str] = set()

    def acted(self, address: str) -> None:
        """Note that a person did something; it is stored with the next beat."""
        self._acted.add(address)

    def start(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._beat())

    async def _beat(self) -> None:
        while hub().is_in_use:
            await asyncio.sleep(presence.REFRESH_SECONDS)
            try:
                await in_thread(self._refresh)
            except DatabaseError as error:
                logger.warning("Presence was not refreshed: %s", error)

    def _refresh(self) -> None:
        acted, self._acted = self._acted, set()
        presence.refresh(process=PROCESS, acted=acted, now=clock.now())


_pulses: WeakKeyDictionary[asyncio.AbstractEventLoop, Pulse] = WeakKeyDictionary()


def pulse() -> Pulse:
    """Return the pulse of the running event loop."""
    return _pulses.setdefault(asyncio.get_running_loop(), Pulse())

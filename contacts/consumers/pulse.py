"""Says every few seconds that the sockets of this process are open still."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING
from uuid import UUID, uuid4
from weakref import WeakKeyDictionary

from django.db import Error

from agents.services import presence
from core import clock
from core.gathering import Gathering
from core.loops import Loop
from core.threads import in_thread

if TYPE_CHECKING:
    from collections.abc import Sequence

PROCESS = uuid4()


def _note_ends(ends: Sequence[tuple[UUID, str]]) -> list[None]:
    presence.close_sockets(sockets=dict(ends), now=clock.now())
    return [None] * len(ends)


_ends = Gathering(_note_ends)


class Pulse:
    """Says every few seconds that this process's sockets are open still."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None
        self._acted: set[str] = set()
        self._sockets: dict[UUID, str] = {}
        self._loop = Loop("presence", outages=(Error,))

    def acted(self, address: str) -> None:
        """Note that a person did something; it is stored with the next beat."""
        self._acted.add(address)

    def opened(self, socket_id: UUID, address: str) -> None:
        """Go on saying that a socket is open, until it is `closed`."""
        self._sockets[socket_id] = address
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._beat())

    async def closed(self, socket_id: UUID, address: str) -> None:
        self._sockets.pop(socket_id, None)
        with contextlib.suppress(Error):
            await _ends.ask((socket_id, address))

    async def _beat(self) -> None:
        while self._sockets:
            await asyncio.sleep(presence.REFRESH_SECONDS)
            with self._loop.goes_on():
                await self._refresh()

    async def _refresh(self) -> None:
        """Say what is open and who acted; who acted is kept until it is stored."""
        acted, self._acted = frozenset(self._acted), set()
        try:
            await in_thread(
                lambda: presence.refresh(
                    process=PROCESS, sockets=self._sockets, acted=acted, now=clock.now()
                )
            )
        except BaseException:
            self._acted |= acted
            raise


_pulses: WeakKeyDictionary[asyncio.AbstractEventLoop, Pulse] = WeakKeyDictionary()


def pulse() -> Pulse:
    """Return the pulse of the running event loop."""
    return _pulses.setdefault(asyncio.get_running_loop(), Pulse())

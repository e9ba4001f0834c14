"""The frames that wait for one reader: in order, bounded in number and in bytes."""

from __future__ import annotations

import asyncio
from collections import deque

from core.closing import CloseCode

MAX_WAITING = 1000  # frames a slow reader may be behind
MAX_BYTES = 8 * 1024 * 1024  # of frames a slow reader may be behind
ROOM_BYTES = 256 * 1024  # that may wait while another frame of the reader is served


class Finish(int):
    """A close code that waits its turn among the frames."""


class Outgoing:
    """The frames that wait for one reader.

    While they are `held`, for a first frame that is being made, none goes out.
    """

    def __init__(self) -> None:
        self._items: deque[str | Finish] = deque()
        self._bytes = 0
        self._is_held = False
        self._is_finished = False
        self._is_awaited = False
        self._ready = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()

    @property
    def is_held(self) -> bool:
        """Whether a first frame is being made."""
        return self._is_held

    @property
    def is_finished(self) -> bool:
        """Whether the close is in the line: nothing comes after it."""
        return self._is_finished

    @property
    def is_behind(self) -> bool:
        """Whether something waits for the reader to take it."""
        return bool(self._items)

    @property
    def is_clear(self) -> bool:
        """Whether the next frame would go out at once: nothing is before it."""
        return self._is_awaited and not self._items and not self._is_held

    def put(self, text: str) -> None:
        """Add a frame; a reader who is too far behind gets none of them, but a close
        with 1013, and resumes."""
        if self._is_finished:
            return
        if len(self._items) >= MAX_WAITING or self._bytes > MAX_BYTES:
            self.give_up(CloseCode.RESUME)
            return
        self._items.append(text)
        self._count(_bytes(text))

    def finish(self, code: int) -> None:
        """Close with this code after what was put before."""
        if self._is_finished:
            return
        self._is_finished = True
        self._items.append(Finish(code))
        self._count(0)

    def give_up(self, code: int) -> None:
        """Close with this code, before all that waits."""
        self._is_finished = True
        self._is_held = False
        self._items.clear()
        self._items.append(Finish(code))
        self._count(-self._bytes)

    def hold(self) -> None:
        """Keep back what is put from now on, until `begin`."""
        self._is_held = True
        self._count(0)

    def begin(self, first: str) -> None:
        """Let go what was held, behind this frame."""
        if not self._is_held:
            return  # too much came meanwhile
        self._is_held = False
        self._items.appendleft(first)
        self._count(_bytes(first))

    async def take(self) -> str | Finish:
        """Return the next frame, once there is one."""
        while self._is_held or not self._items:
            self._ready.clear()
            self._is_awaited = True
            await self._ready.wait()
        self._is_awaited = False
        item = self._items.popleft()
        self._count(-_bytes(item) if isinstance(item, str) else 0)
        return item

    async def room(self) -> None:
        """Return once the reader has taken most of what waits."""
        await self._room.wait()

    def _count(self, grown: int) -> None:
        self._bytes += grown
        if self._items and not self._is_held:
            self._ready.set()
        if self._bytes <= ROOM_BYTES:
            self._room.set()
        else:
            self._room.clear()


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())

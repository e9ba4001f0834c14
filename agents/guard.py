"""Closes the sockets of people who are not signed in any more.

Signing out tells the sockets at once, but events may be lost on the way; so every
process asks the database too.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from django.db import Error

from agents.services import standing
from core import clock
from core.closing import CloseCode
from core.loops import Loop
from core.threads import in_thread

if TYPE_CHECKING:
    from agents.services.standing import SignIn
    from core.hub import Listener

CHECK_SECONDS = 2


class Guard:
    """Watches the sockets of one event loop; see `guard()`."""

    def __init__(self) -> None:
        self._sockets: dict[Listener, SignIn] = {}
        self._task: asyncio.Task[None] | None = None
        self._loop = Loop("sign-ins", outages=(Error,))

    def watch(self, socket: Listener, sign_in: SignIn) -> None:
        """Close the socket when its sign-in ends."""
        self._sockets[socket] = sign_in
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._check())

    def forget(self, socket: Listener) -> None:
        self._sockets.pop(socket, None)

    async def _check(self) -> None:
        while self._sockets:
            await asyncio.sleep(CHECK_SECONDS)
            with self._loop.goes_on():
                ended = await in_thread(self._ended)
                for socket, sign_in in list(self._sockets.items()):
                    if sign_in in ended:
                        socket.finish(CloseCode.UNAUTHORISED)

    def _ended(self) -> set[SignIn]:
        return standing.ended(set(self._sockets.values()), now=clock.now())


_guards: WeakKeyDictionary[asyncio.AbstractEventLoop, Guard] = WeakKeyDictionary()


def guard() -> Guard:
    """Return the guard of the running event loop."""
    return _guards.setdefault(asyncio.get_running_loop(), Guard())

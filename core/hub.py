"""This process's table of open sockets: it hears what the process itself tells, and
all others by one Redis subscription."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from typing import TYPE_CHECKING, Protocol
from weakref import WeakKeyDictionary

from django.conf import settings
from redis import RedisError
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from core import nearby
from core.closing import CloseCode
from core.loops import Loop
from core.realtime import CLOSE
from core.unthreaded import lines

if TYPE_CHECKING:
    from collections.abc import Iterable

RETRY_SECONDS = 0.5
READY_SECONDS = 2
MOST_SOCKETS = 20  # of one person
SILENCE_SECONDS = 15


class Listener(Protocol):
    """A socket as the hub sees it."""

    socket_id: str

    def push(self, text: str) -> None:
        """Send a frame, in order, without waiting."""

    def finish(self, code: int) -> None:
        """Close with this code after what was pushed before."""


class Hub:
    """Forwards events to the sockets of one event loop; see `hub()`."""

    def __init__(self) -> None:
        # In the order in which they came.
        self._sockets: dict[str, dict[Listener, None]] = defaultdict(dict)
        self._ready = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._was_deaf = False
        self._loop = Loop("events", outages=(RedisError, OSError))
        # While somebody listens: what is known for ever would never be let go.
        self._home: asyncio.AbstractEventLoop | None = None

    async def join(self, address: str, listener: Listener) -> None:
        """Let the listener hear what is published to the address from now on."""
        self._sockets[address][listener] = None
        self._let_go_of_the_oldest(self._sockets[address])
        if self._task is None:
            self._home = asyncio.get_running_loop()
            nearby.hear(self._hear)
            lines().open()
            self._task = asyncio.create_task(self._listen())
        if self._ready.is_set():
            return  # to wait with a limit takes a task, for every socket
        with contextlib.suppress(TimeoutError):
            # Without Redis people still talk; they resume when it is back.
            await asyncio.wait_for(self._ready.wait(), READY_SECONDS)

    @staticmethod
    def _let_go_of_the_oldest(sockets: dict[Listener, None]) -> None:
        """Nobody needs so many; what opens them for ever may be a fault of a page."""
        while len(sockets) > MOST_SOCKETS:
            oldest = next(iter(sockets))
            del sockets[oldest]
            oldest.finish(CloseCode.FLOOD)

    async def leave(self, address: str, listener: Listener) -> None:
        self._sockets[address].pop(listener, None)
        if not self._sockets[address]:
            del self._sockets[address]
        if not self._sockets and self._task is not None:
            nearby.hear_no_more(self._hear)
            self._home = None
            task, self._task = self._task, None
            self._ready = asyncio.Event()  # the old one knows the loop
            self._was_deaf = False
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            await lines().close()

    async def _listen(self) -> None:
        while True:
            try:
                await self._subscription()
            except Exception as error:  # noqa: BLE001 - `failed` logs it
                self._loop.failed(error)
            self._ready.clear()
            self._was_deaf = True
            await asyncio.sleep(RETRY_SECONDS)

    async def _subscription(self) -> None:
        # No retries below us: a lost connection means lost events.
        client = Redis.from_url(
            settings.REDIS_URL, retry=Retry(NoBackoff(), 0), socket_connect_timeout=2
        )
        async with client, client.pubsub() as subscription:
            await subscription.subscribe(nearby.channel())
            while True:
                item = await subscription.get_message(timeout=SILENCE_SECONDS)
                if item is None:
                    await subscription.ping()
                elif item["type"] == "subscribe":
                    self._heard_again()
                elif item["type"] == "message":
                    self._deliver(item["data"].decode())

    def _heard_again(self) -> None:
        self._loop.went_well()
        self._ready.set()
        if self._was_deaf:
            self._was_deaf = False
            for listener in self._everybody():
                listener.finish(CloseCode.RESUME)

    def _hear(self, events: str) -> None:
        """Take what a thread of this process tells, or its event loop."""
        home = self._home
        if home is None:
            return
        if _running_loop() is home:
            home.call_soon(self._deliver, events)
            return
        with contextlib.suppress(RuntimeError):  # the loop has come to its end
            home.call_soon_threadsafe(self._deliver, events)

    def _deliver(self, events: str) -> None:
        lines = events.split("\n")
        for head, text in zip(lines[::2], lines[1::2], strict=True):
            self._forward(head, text)

    def _forward(self, head: str, text: str) -> None:
        addresses, _, skip = head.partition("|")
        for listener in self._listeners(addresses.split()):
            if listener.socket_id == skip:
                continue
            if text.startswith(CLOSE):
                listener.finish(int(text.removeprefix(CLOSE)))
            else:
                listener.push(text)

    def _listeners(self, addresses: Iterable[str]) -> list[Listener]:
        return [
            listener
            for address in addresses
            for listener in self._sockets.get(address, ())
        ]

    def _everybody(self) -> list[Listener]:
        return self._listeners(list(self._sockets))


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """Return the hub of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]

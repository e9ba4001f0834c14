"""The server's connections: nobody holds one for ever by doing nothing.

uvicorn waits without end for a peer who takes nothing of what is written, also in
order to close. `bin/run` has it use these classes (`--http`, `--ws`).
"""

from __future__ import annotations

import asyncio
import struct
from typing import TYPE_CHECKING, Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
from websockets.protocol import State

from core import files
from core.line import line

if TYPE_CHECKING:
    from asyncio import BaseTransport

HEAD_SECONDS = 20.0  # in which the head of a request has to come
LOOK_SECONDS = 10.0
LEAST_BYTES = 10 * 1024  # that a peer for whom we wait has to take between two looks
SMALL = 1200  # bytes of a frame that takes one packet, whether it is compressed or not
# Where a socket's scope has the `Sockets.write_at_once` of its connection.
AT_ONCE = "parley.write_at_once"


class Pace:
    """Looks now and then whether a peer takes what is written, else cuts it off."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._is_paused = False
        self._most: int | None = None  # bytes that may be left at the next look
        self._next = self._loop.call_later(LOOK_SECONDS, self._look)

    def paused(self) -> None:
        """Note that nothing more is written before the peer takes some."""
        self._is_paused = True

    def resumed(self) -> None:
        self._is_paused = False
        self._most = None

    def stop(self) -> None:
        self._next.cancel()

    def _look(self) -> None:
        left = self._transport.get_write_buffer_size()
        if self._most is not None and left > self._most:
            self._transport.abort()
            return
        waits = self._is_paused or self._transport.is_closing()
        self._most = max(0, left - LEAST_BYTES) if waits else None
        self._next = self._loop.call_later(LOOK_SECONDS, self._look)


class Requests(H11Protocol):
    """One connection over which requests come, and perhaps a websocket.

    What it says first waits in a line: where thousands connect again at once, those who
    are connected already are served between them.
    """

    _pace: Pace
    _head: asyncio.TimerHandle | None = None
    _is_new = True
    _first = b""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._pace = Pace(transport)
        self._expect_head()
        files.note(transport.get_extra_info("socket").fileno())

    def connection_lost(self, exc: Exception | None) -> None:
        self._pace.stop()
        self._expect_nothing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if not self._is_new:
            super().data_received(data)
            self._expect_head()
            return
        self._first += data
        self.flow.pause_reading()
        line().join(self._begin)

    def _begin(self) -> None:
        """Take what was said first, if anybody is there still."""
        self._is_new = False
        first, self._first = self._first, b""
        if not self.transport.is_closing():
            self.flow.resume_reading()
            self.data_received(first)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._expect_head()

    def _expect_head(self) -> None:
        """Cut the connection off where no whole head comes in time; what comes of it
        meanwhile makes that time no longer."""
        if self.conn.their_state is not h11.IDLE:
            self._expect_nothing()
        elif self._head is None:
            self._head = self.loop.call_later(HEAD_SECONDS, self._cut_off)

    def _cut_off(self) -> None:
        self._head = None
        if self._first:  # it is we who keep it waiting
            self._expect_head()
        else:
            self.transport.abort()

    def _expect_nothing(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def pause_writing(self) -> None:
        super().pause_writing()
        self._pace.paused()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._pace.resumed()

    def handle_websocket_upgrade(self, event: Any) -> None:
        self._pace.stop()
        self._expect_nothing()
        super().handle_websocket_upgrade(event)


class Sockets(WebSocketsSansIOProtocol):
    """One websocket. Small frames are not compressed: that takes longer than all else
    that is done for them, and an idle socket needs no memory for it."""

    _pace: Pace

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.config.ws_per_message_deflate:
            self.conn.available_extensions = [COMPRESSION]

    async def run_asgi(self) -> None:
        extensions: dict[str, Any] = self.scope["extensions"]
        extensions[AT_ONCE] = self.write_at_once
        try:
            await super().run_asgi()
        finally:
            del extensions[AT_ONCE]  # or only the collector of garbage frees us

    async def send(self, message: Any) -> None:
        await self.writable.wait()
        text = message.get("text")
        if text is None or not self.write_at_once(text):
            await super().send(message)

    def write_at_once(self, text: str) -> bool:
        """Write a small frame. Return whether it was: a larger one, or one for a peer
        who takes no more or is gone, has to be sent."""
        if len(text) >= SMALL or not self.writable.is_set():
            return False
        small = text.encode()
        is_open = self.conn.state is State.OPEN and not self.disconnected
        if len(small) >= SMALL or not is_open:
            return False
        self.transport.write(_frame(small))
        return True

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self._pace = Pace(self.transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._pace.stop()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._pace.paused()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._pace.resumed()

    def handle_ping(self) -> None:
        # A client that does not read gets no answers to pings on top.
        if self.writable.is_set():
            super().handle_ping()
        else:
            self.conn.data_to_send()


# Each frame by itself: what was sent before is not kept.
COMPRESSION = ServerPerMessageDeflateFactory(
    server_no_context_takeover=True,
    server_max_window_bits=12,
    client_max_window_bits=12,
    compress_settings={"memLevel": 5},
)


def _frame(data: bytes) -> bytes:
    """Return a whole text frame, as servers send it."""
    whole_text = 0x81
    if len(data) < 126:  # noqa: PLR2004 - RFC 6455, 5.2
        return struct.pack("!BB", whole_text, len(data)) + data
    return struct.pack("!BBH", whole_text, 126, len(data)) + data

"""A websocket client that costs little: the machine is the server's."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from websockets.client import ClientProtocol
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import State
from websockets.uri import parse_uri

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Self

PATIENCE = 30  # seconds for a handshake


class Refused(Exception):
    """The server closed the socket, or did not open it."""


class ClientSocket(asyncio.Protocol):
    """One open socket; `hear` gets each text frame, in order.

    It offers compression, as browsers do; `window_bits` 9 takes little memory for it.
    """

    def __init__(
        self, url: str, headers: Mapping[str, str], window_bits: int | None = None
    ) -> None:
        self._ws = ClientProtocol(
            parse_uri(url),
            extensions=[
                ClientPerMessageDeflateFactory(
                    client_max_window_bits=window_bits or True,
                    compress_settings={"memLevel": 1 if window_bits else 5},
                )
            ],
        )
        self._headers = headers
        self._transport: asyncio.Transport | None = None
        self._opened: asyncio.Future[None] = asyncio.Future()
        self._closed: asyncio.Future[None] = asyncio.Future()
        self._first: asyncio.Future[str] = asyncio.Future()
        self.hear: Callable[[str], None] = self._keep_first

    @classmethod
    async def open(
        cls,
        port: int,
        path: str,
        headers: Mapping[str, str] | None = None,
        *,
        window_bits: int | None = None,
    ) -> Self:
        """Return an open socket. Raise Refused."""
        url = f"ws://127.0.0.1:{port}{path}"
        socket = cls(url, headers or {}, window_bits)
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: socket, "127.0.0.1", port)
        try:
            async with asyncio.timeout(PATIENCE):
                await socket._opened
        except BaseException:
            socket.drop()
            raise
        return socket

    def send(self, text: str) -> None:
        self._ws.send_text(text.encode())
        self._flush()

    async def first(self) -> str:
        """Return the first frame. Raise Refused."""
        async with asyncio.timeout(PATIENCE):
            return await self._first

    async def gone(self) -> None:
        """Return once the socket is closed, whoever did that."""
        await self._closed

    def drop(self) -> None:
        """Close it, without a word."""
        if self._transport is not None:
            self._transport.abort()

    async def close(self) -> None:
        """Say goodbye and wait for the answer."""
        if self._ws.state is State.OPEN:
            self._ws.send_close(1000)
            self._flush()
        async with asyncio.timeout(PATIENCE):
            await self._closed

    def _keep_first(self, text: str) -> None:
        if not self._first.done():
            self._first.set_result(text)

    # --- asyncio's side -------------------------------------------------------
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        request = self._ws.connect()
        request.headers.update(self._headers)
        self._ws.send_request(request)
        self._flush()

    def data_received(self, data: bytes) -> None:
        self._ws.receive_data(data)
        for event in self._ws.events_received():
            if isinstance(event, Response):
                self._answered(event)
            elif isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                self.hear(bytes(event.data).decode())
        self._flush()

    def connection_lost(self, error: Exception | None) -> None:
        refusal = Refused(f"{self._ws.uri.path}: closed ({self._ws.close_code})")
        for waiting in (self._opened, self._first):
            if not waiting.done():
                waiting.set_exception(refusal)
                waiting.exception()  # it is no news to nobody in particular
        if not self._closed.done():
            self._closed.set_result(None)

    def _answered(self, response: Response) -> None:
        if self._opened.done():
            return  # nobody waits any more
        if self._ws.state is State.OPEN:
            self._opened.set_result(None)
        else:
            self._opened.set_exception(Refused(f"status {response.status_code}"))

    def _flush(self) -> None:
        assert self._transport is not None
        for data in self._ws.data_to_send():
            if data:
                self._transport.write(data)
            elif self._transport.can_write_eof():
                self._transport.write_eof()

"""Open sockets of the tests' people, on a real server in a thread beside the test.

with sockets.desk_of(alice) as desk, sockets.page_of(chat) as page:
    page.say("Hello")
    assert desk.read_until("message")["message"]["text"] == "Hello"
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import socket
from contextlib import contextmanager
from functools import cache
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import uvicorn
from django.conf import settings
from uvicorn.server import ServerState
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from agents import addresses
from config.asgi import application
from config.processes import LARGEST_FRAME
from core import realtime, threads
from core.unthreaded import lines
from tests.steps import token_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.test import Client
    from websockets.frames import Frame
    from websockets.sync.connection import Connection

    from agents.models import Agent
    from tests.steps import Chat, Json

PATIENCE = 10  # seconds for a frame to come
NOBODY = 1006  # the connection was lost without a word
FENCE = "fence"  # an event of the tests: whoever hears it has heard all before it


class Socket:
    """One open socket, as its page or program sees it."""

    def __init__(self, server: Server, connection: Connection, port: int) -> None:
        self._server = server
        self._connection = connection
        self._port = port
        # Where its person hears events, and the first frame, where it was read.
        self.address = ""
        self.welcome: Json = {}

    # --- frames out -----------------------------------------------------------
    def send(self, kind: str, **frame: Any) -> None:
        self.send_text(json.dumps({"type": kind, **frame}, default=str))

    def send_text(self, text: str | bytes) -> None:
        self._connection.send(text)

    def say(self, chat: Chat, text: str, *, client_id: str = "") -> Json:
        """Send a message; return its acknowledgement."""
        client_id = client_id or secrets.token_hex(8)
        self.send("send", contact=chat.id, client_id=client_id, text=text)
        return self.read_until("ack")

    # --- frames in ------------------------------------------------------------
    def read(self) -> Json:
        """Return the next frame; {"close": code} where there is none any more."""
        try:
            frame: Json = json.loads(self._connection.recv(PATIENCE))
        except ConnectionClosed:
            code = self._connection.close_code
            return {"close": NOBODY if code is None else code}
        return frame

    def read_text(self) -> str:
        """Return the next frame as it is written."""
        text = self._connection.recv(PATIENCE)
        assert isinstance(text, str)
        return text

    @property
    def is_compressed(self) -> bool:
        """Whether both ends have agreed on compression."""
        return bool(self._connection.protocol.extensions)

    def frames_on_the_wire(self) -> list[Frame]:
        """Return a list to which all frames are added from now on, as they come."""
        [deflate] = self._connection.protocol.extensions
        decode = type(deflate).decode
        frames: list[Frame] = []

        def noted(frame: Frame, **options: Any) -> Frame:
            frames.append(frame)
            return decode(deflate, frame, **options)

        vars(deflate).update(decode=noted)
        return frames

    def read_until(self, kind: str) -> Json:
        """Return the next frame of this kind."""
        while True:
            frame = self.read()
            if frame.get("type") == kind or kind in frame:
                return frame
            assert "close" not in frame, frame

    def close_code(self) -> int:
        """Return the code with which the server closes."""
        return int(self.read_until("close")["close"])

    def heard(self) -> list[Json]:
        """Return all frames that were on their way: answers, and events up to now."""
        self.send("ping")
        frames = self._up_to(lambda frame: frame["type"] == "pong")
        fence = secrets.token_hex(8)
        realtime.publish(FENCE, {"fence": fence}, to=[self.address])
        frames += self._up_to(lambda frame: frame.get("fence") == fence)
        return [frame for frame in frames if frame["type"] != FENCE]

    def heard_kinds(self) -> list[str]:
        return [frame["type"] for frame in self.heard()]

    def _up_to(self, is_last: Callable[[Json], bool]) -> list[Json]:
        frames: list[Json] = []
        while True:
            frame = self.read()
            assert "close" not in frame, frame
            if is_last(frame):
                return frames
            frames.append(frame)

    def leave(self) -> None:
        """Close, and wait until the server has noticed."""
        self._connection.close()
        self._server.finished(self._port).wait(PATIENCE)


class Server:
    """The application behind uvicorn, as bin/run starts it."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever)
        self._thread.start()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._state = ServerState()
        self._finished: dict[int, Event] = {}
        self._run(self._listen())
        self.host = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.users = 0

    def dial(self) -> socket.socket:
        host, port = self.host.split(":")
        return socket.create_connection((host, int(port)), PATIENCE)

    def connect(
        self,
        path: str,
        headers: dict[str, str],
        wire: socket.socket,
        *,
        compressed: bool,
    ) -> Any:
        return connect(
            f"ws://{self.host}{path}",
            sock=wire,
            compression="deflate" if compressed else None,
            additional_headers=headers,
            max_size=None,
            ping_interval=None,
            open_timeout=PATIENCE,
            close_timeout=PATIENCE,
            user_agent_header=None,
        )

    def finished(self, port: int) -> Event:
        """Return what is set when the socket from this port is served no more."""
        return self._finished.setdefault(port, Event())

    def wait_until_nobody_is_connected(self) -> None:
        async def wait() -> None:
            while self._state.connections:  # noqa: ASYNC110
                await asyncio.sleep(0.01)  # nobody says when

        self._run(wait())

    def stop(self) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        threads.close_connections()

    async def _listen(self) -> None:
        config = _config()

        def protocol() -> asyncio.Protocol:
            return config.http_protocol_class(  # type: ignore[call-arg]
                config=config, server_state=self._state, app_state={"server": self}
            )

        self._server = await self._loop.create_server(protocol, sock=self._listener)

    async def _close(self) -> None:
        self._server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await lines().close()

    def _run(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)


async def _app(scope: Any, receive: Any, send: Any) -> None:
    """Serve, and say when a socket or a request is served no more."""
    try:
        await application(scope, receive, send)
    finally:
        scope["state"]["server"].finished(scope["client"][1]).set()


@cache
def _config() -> uvicorn.Config:
    config = uvicorn.Config(
        _app,
        http="core.wire:Requests",
        ws="core.wire:Sockets",
        ws_max_size=LARGEST_FRAME,
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
    )
    config.load()
    return config


class _Errors(logging.Handler):
    """Remembers what the server has logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


errors = _Errors()
_servers: list[Server] = []


@contextmanager
def running() -> Iterator[Server]:
    """Give the server, which runs as long as somebody is connected, or this block."""
    if not _servers:
        _servers.append(Server())
        errors.records.clear()
        logging.getLogger().addHandler(errors)
    server = _servers[0]
    server.users += 1
    try:
        yield server
    finally:
        server.users -= 1
        if not server.users:
            _servers.clear()
            server.stop()
            logging.getLogger().removeHandler(errors)
    assert not errors.records, [record.getMessage() for record in errors.records]


@contextmanager
def opened(path: str, *, compressed: bool = False, **headers: str) -> Iterator[Socket]:
    """Give an open socket of this address."""
    with running() as server:
        given = {
            name: value.replace("{host}", server.host)
            for name, value in headers.items()
        }
        wire = server.dial()
        port = wire.getsockname()[1]
        with server.connect(path, given, wire, compressed=compressed) as connection:
            opened = Socket(server, connection, port)
            try:
                yield opened
            finally:
                opened.leave()


# The page's own origin, whatever the server's address is.
ORIGIN = "http://{host}"


def desk_with_token(token: str, tab: str = "") -> Any:
    """Open a program's desk."""
    path = f"/ws/desk/?tab={tab}" if tab else "/ws/desk/"
    return opened(path, authorization=f"Bearer {token}")


def floor_with_token(token: str, *, compressed: bool = False) -> Any:
    """Open a program's floor."""
    bearer = f"Bearer {token}"
    return opened("/ws/floor/", compressed=compressed, authorization=bearer)


def cookie_of(client: Client) -> str:
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


def desk_in_browser(client: Client) -> Any:
    """Open the desk of a browser that has signed in."""
    return opened("/ws/desk/", cookie=cookie_of(client), origin=ORIGIN)


@contextmanager
def desk_of(agent: Agent, *, tab: str = "") -> Iterator[Socket]:
    """Open a desk of the agent, up to its welcome."""
    with desk_with_token(token_of(agent), tab) as desk:
        desk.address = agent.address
        desk.welcome = desk.read()
        assert desk.welcome.get("type") == "welcome", desk.welcome
        yield desk


@contextmanager
def floor_of(agent: Agent) -> Iterator[Socket]:
    """Open the floor as somebody sees it."""
    with floor_with_token(token_of(agent)) as floor:
        floor.address = addresses.of_floor(agent.pk)
        yield floor


@contextmanager
def chat_of(chat: Chat, *, after: int = 0, tab: str = "") -> Iterator[Socket]:
    """Open the chat's page, and say hello."""
    with opened(f"/ws/chat/{chat.id}/") as page:
        page.address = addresses.of_customer(chat.id)
        named = {"tab": tab} if tab else {}
        page.send("hello", token=chat.token, after=after, **named)
        yield page


@contextmanager
def page_of(chat: Chat, *, after: int = 0, tab: str = "") -> Iterator[Socket]:
    """Open the chat's page, up to its welcome."""
    with chat_of(chat, after=after, tab=tab) as page:
        page.welcome = page.read()
        assert page.welcome.get("type") == "welcome", page.welcome
        yield page

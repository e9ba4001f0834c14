"""Peers who do not read, or do not go on: nobody is kept waiting for them for ever."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from websockets.client import ClientProtocol
from websockets.frames import Frame
from websockets.uri import parse_uri

from agents.models import Socket
from contacts import queries
from contacts.models import EventCode
from contacts.services import conversation
from contacts.services.drafts import SYSTEM, Draft
from core import clock, wire
from tests import sockets, steps
from tests.steps import for_agents

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from threading import Event

    from agents.models import Agent
    from contacts.models import Contact
    from contacts.queries import Lines, Place
    from tests.steps import Chat

PATIENCE = 20  # seconds
SMALL = 4096  # bytes that the peer's machine keeps for it


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    assert wire.LOOK_SECONDS == 10
    monkeypatch.setattr(wire, "LOOK_SECONDS", 0.2)


class Deaf:
    """A websocket that is opened, reads its first frame, and reads no more."""

    def __init__(self, line: socket.socket, path: str, **headers: str) -> None:
        self._line = line
        self._protocol = ClientProtocol(parse_uri(f"ws://127.0.0.1{path}"))
        request = self._protocol.connect()
        request.headers.update(headers)
        self._protocol.send_request(request)
        self._flush()
        while not any(isinstance(event, Frame) for event in self._events()):
            pass

    def send(self, kind: str, **frame: object) -> None:
        text = json.dumps({"type": kind, **frame}, default=str)
        self._protocol.send_text(text.encode())
        self._flush()

    def ping(self) -> None:
        self._protocol.send_ping(b"x" * 125)
        self._flush()

    def _flush(self) -> None:
        self._line.sendall(b"".join(self._protocol.data_to_send()))

    def _events(self) -> Sequence[object]:
        self._protocol.receive_data(self._line.recv(65536))
        return self._protocol.events_received()


@contextmanager
def deaf_desk(agent: Agent) -> Iterator[tuple[Deaf, Event]]:
    """Give a desk that is deaf, and what is set once the server is done with it."""
    with sockets.running() as server, server.dial() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
        token = f"Bearer {steps.token_of(agent)}"
        desk = Deaf(line, "/ws/desk/", authorization=token)
        yield desk, server.finished(line.getsockname()[1])


@pytest.fixture
def long(talking: Chat) -> Chat:
    """A chat of 6.4 MB."""
    draft = Draft(talking.id, SYSTEM, "x" * 8000)
    drafts = [replace(draft, event=EventCode.QUEUED) for _ in range(800)]
    conversation.append(drafts, now=clock.now())
    return talking


# --- who does not read -------------------------------------------------------------
def test_who_asks_and_does_not_read_is_not_answered_on_and_on(
    alice: Agent, long: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[Contact] = []
    read = queries.caught_up

    def counted(contact: Contact, place: Place) -> Lines:
        served.append(contact)
        return read(contact, place)

    monkeypatch.setattr(queries, "caught_up", counted)

    with deaf_desk(alice) as (desk, done):
        for _ in range(250):
            desk.send("sync", contact=long.id, after=0)

        assert done.wait(PATIENCE)
    # What the two machines keep for each other on the way is not ours.
    assert len(served) < 10


def test_who_does_not_read_has_no_presence(alice: Agent, long: Chat) -> None:
    with deaf_desk(alice) as (desk, done):
        for _ in range(10):
            desk.send("sync", contact=long.id, after=0)
        assert done.wait(PATIENCE)

        assert not Socket.objects.exists()


def test_a_close_does_not_wait_for_who_does_not_read(alice: Agent, long: Chat) -> None:
    with sockets.running() as server, server.dial() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
        lines = [
            f"GET {for_agents(long, 'transcript')} HTTP/1.1",
            *("Host: 127.0.0.1", "Connection: close"),
            f"Authorization: Bearer {steps.token_of(alice)}",
        ]
        line.sendall("\r\n".join([*lines, "", ""]).encode())
        assert server.finished(line.getsockname()[1]).wait(PATIENCE)

        server.wait_until_nobody_is_connected()


# --- a peer's pace -----------------------------------------------------------------
class Transport(asyncio.Transport):
    """A transport of which so much is left to send at each look."""

    def __init__(self, *left: int, is_closing: bool = False) -> None:
        super().__init__()
        self._left = list(left)
        self._is_closing = is_closing
        self.is_aborted = False
        self.is_done = asyncio.Event()

    def get_write_buffer_size(self) -> int:
        left = self._left.pop(0)
        if not self._left:
            self.is_done.set()
        return left

    def is_closing(self) -> bool:
        return self._is_closing

    def abort(self) -> None:
        self.is_aborted = True


async def is_cut_off(transport: Transport, *, is_paused: bool = True) -> bool:
    pace = wire.Pace(transport)
    if is_paused:
        pace.paused()
    await asyncio.wait_for(transport.is_done.wait(), PATIENCE)
    pace.stop()
    return transport.is_aborted


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "LOOK_SECONDS", 0)


@pytest.mark.usefixtures("busy")
async def test_who_reads_slowly_goes_on() -> None:
    assert not await is_cut_off(Transport(90_000, 75_000, 60_000, 45_000))
    assert not await is_cut_off(Transport(25_000, 14_000, is_closing=True))


@pytest.mark.usefixtures("busy")
async def test_who_reads_next_to_nothing_is_cut_off() -> None:
    assert await is_cut_off(Transport(90_000, 75_000, 74_000))
    assert await is_cut_off(Transport(9_000, 9_000, is_closing=True), is_paused=False)


@pytest.mark.usefixtures("busy")
async def test_nobody_for_whom_we_do_not_wait_is_cut_off() -> None:
    assert not await is_cut_off(Transport(9_000, 9_000, 9_000), is_paused=False)


# --- who does not go on -----------------------------------------------------------
HEAD = b"GET /healthz/live HTTP/1.1\r\nHost: 127.0.0.1\r\n"


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    assert wire.HEAD_SECONDS == 20
    monkeypatch.setattr(wire, "HEAD_SECONDS", 0.5)


def is_closed(line: socket.socket) -> bool:
    """Read to the end; say whether the server has ended it."""
    try:
        while line.recv(65536):
            pass
    except ConnectionResetError:
        pass
    except TimeoutError:
        return False
    return True


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("half", [b"", b"G", HEAD, HEAD + b"X-More: "])
@pytest.mark.django_db
def test_a_head_that_is_not_complete_in_time_ends_the_connection(half: bytes) -> None:
    with sockets.running() as server, server.dial() as line:
        line.sendall(half)

        assert is_closed(line)


@pytest.mark.usefixtures("hasty")
@pytest.mark.django_db
def test_neither_does_a_second_one_on_the_same_connection() -> None:
    with sockets.running() as server, server.dial() as line:
        line.sendall(HEAD + b"\r\n")
        assert line.recv(65536).startswith(b"HTTP/1.1 200")
        line.sendall(HEAD)

        assert is_closed(line)


@pytest.mark.usefixtures("hasty")
@pytest.mark.django_db
def test_pieces_make_the_time_no_longer() -> None:
    with sockets.running() as server, server.dial() as line:
        line.sendall(HEAD)
        line.settimeout(0.05)
        pieces = 0
        while not is_closed(line) and pieces < 200:
            with suppress(BrokenPipeError, ConnectionResetError):
                line.sendall(b"X-More: 1\r\n")
            pieces += 1

        assert pieces < 200


@pytest.mark.usefixtures("hasty")
def test_an_open_socket_waits_for_no_head(alice: Agent) -> None:
    with sockets.desk_of(alice) as desk, sockets.running() as server:
        with server.dial() as line:
            assert is_closed(line)

        desk.send("ping")
        assert desk.read_until("pong")

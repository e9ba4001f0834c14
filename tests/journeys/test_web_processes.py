"""Two web processes behind one address: one conversation, whoever serves which end."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from websockets.sync.client import ClientConnection, connect

from tests.journeys.test_killed_timers import Desk, Program
from tests.parley import PATIENCE, READY, Running, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.installations import Install

pytestmark = pytest.mark.slow

LINES = 40
MOST_PAGES = 18  # a customer has 20 at most in each process
Json = dict[str, Any]


@pytest.fixture(scope="module")
def parley(
    tmp_path_factory: pytest.TempPathFactory, install: Install
) -> Iterator[Running]:
    folder: Path = tmp_path_factory.mktemp("parley")
    install(folder)
    with running(folder, PARLEY_WEB_PROCESSES="2") as one:
        one.until(READY)
        yield one


class Chat:
    """A chat that Alice has accepted, with as many pages as are opened."""

    def __init__(self, parley: Running, stack: ExitStack) -> None:
        self._parley = parley
        self._stack = stack
        self.alice = Desk(parley, "alice@acme.example", stack)
        self.alice.until(lambda: self.alice.state != "")
        self.alice.go_available()
        customer = Program(parley)
        opened = customer.call("POST", "chat/contacts/", {"entry_point": "acme-direct"})
        self.id, self._token = opened["contact"]["id"], opened["token"]
        self.alice.until(lambda: self.id in self.alice.cards)
        self.alice.call("POST", f"contacts/{self.id}/accept/", {})

    def page(self) -> ClientConnection:
        """Open one more page of the customer."""
        page = self._stack.enter_context(
            connect(
                f"ws://127.0.0.1:{self._parley.port}/ws/chat/{self.id}/",
                max_queue=None,
            )
        )
        page.send(json.dumps({"type": "hello", "token": self._token}))
        assert read(page)["type"] == "welcome"
        return page

    def lines(self) -> list[tuple[int, str]]:
        """Return what is stored, as Alice reads it."""
        messages = self.alice.call("GET", f"contacts/{self.id}/messages/")
        return [(line["seq"], line["text"]) for line in messages]


@pytest.fixture
def chat(parley: Running) -> Iterator[Chat]:
    with ExitStack() as stack:
        yield Chat(parley, stack)


def read(socket: ClientConnection) -> Json:
    frame: Json = json.loads(socket.recv(PATIENCE))
    return frame


def processes_of(parley: Running) -> int:
    """Return how many processes serve sockets."""
    with closing(sqlite3.connect(parley.data / "parley.sqlite3")) as database:
        [number] = database.execute(
            "SELECT count(DISTINCT process) FROM agents_socket"
        ).fetchone()
    return int(number)


def heard(page: ClientConnection, last: int) -> list[tuple[int, str]]:
    """Read the lines up to this one, those that the page itself has sent among them."""
    lines: list[tuple[int, str]] = []
    while len(lines) < last:
        frame = read(page)
        if frame["type"] in {"message", "ack"}:
            lines.append((frame["message"]["seq"], frame["message"]["text"]))
    return lines


def test_ends_at_different_processes_read_the_same_lines(
    parley: Running, chat: Chat
) -> None:
    pages = [chat.page() for _ in range(2)]
    while processes_of(parley) < 2:
        assert len(pages) < MOST_PAGES, "one process has taken all of them"
        pages.append(chat.page())
    before = len(chat.lines())

    for number in range(LINES):
        page = pages[number % len(pages)]
        said = {"type": "send", "client_id": uuid4().hex, "text": f"Line {number}"}
        page.send(json.dumps(said))

    views = [heard(page, LINES) for page in pages]
    stored = chat.lines()[before:]
    assert [seq for seq, _ in stored] == list(range(before + 1, before + 1 + LINES))
    assert sorted(text for _, text in stored) == sorted(
        f"Line {number}" for number in range(LINES)
    )
    for view in views:
        assert sorted(view) == stored


def test_while_one_is_started_again_the_other_serves(
    parley: Running, chat: Chat
) -> None:
    os.kill(parley.pid_of("web-2"), signal.SIGKILL)
    for _ in range(20):
        answer, _ = parley.ask("GET", "/healthz/live")
        assert answer.status == 200
    parley.until("web-2 started")

    page = chat.page()
    page.send(json.dumps({"type": "send", "client_id": "a", "text": "Hello"}))

    assert heard(page, 1)[0][1] == "Hello"

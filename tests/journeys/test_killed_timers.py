"""Timers that are killed come back, nothing else holds them up, nobody is stuck."""

from __future__ import annotations

import json
import os
import signal
import urllib.request
from collections import Counter
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from websockets.sync.client import connect

from administration.demo import PASSWORD
from tests.parley import PATIENCE, READY, Running, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.installations import Install

pytestmark = pytest.mark.slow

AGENTS = ("alice@acme.example", "bob@acme.example", "carol@acme.example")
SLOTS = 3
CHATS = 12
Json = dict[str, Any]


class Program:
    """Somebody who works over REST."""

    def __init__(self, parley: Running, email: str = "") -> None:
        self._base = f"http://127.0.0.1:{parley.port}/api/v1/"
        self.token = ""
        if email:
            body = {"email": email, "password": PASSWORD}
            self.token = self.call("POST", "auth/token/", body)["token"]

    def call(self, method: str, path: str, body: Json | None = None) -> Any:
        request = urllib.request.Request(  # noqa: S310 - our own server
            self._base + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            text = answer.read()
        return json.loads(text) if text else None


class Desk(Program):
    """An agent with an open desk, who reads every frame."""

    def __init__(self, parley: Running, email: str, stack: ExitStack) -> None:
        super().__init__(parley, email)
        self._socket = stack.enter_context(
            connect(
                f"ws://127.0.0.1:{parley.port}/ws/desk/",
                additional_headers={"Authorization": f"Bearer {self.token}"},
                max_size=None,
                max_queue=None,  # what is left unread must not hold up the close
            )
        )
        self.state = ""
        self.cards: dict[str, Json] = {}

    def until(self, holds: Callable[[], bool]) -> None:
        """Read frames until they say so."""
        while not holds():
            self._apply(json.loads(self._socket.recv(PATIENCE)))

    def _apply(self, frame: Json) -> None:
        match frame["type"]:
            case "welcome" | "me":
                self.state = frame["me"]["state"]
                self.cards |= {card["contact"]: card for card in frame.get("cards", ())}
            case "card":
                self.cards[frame["card"]["contact"]] = frame["card"]
            case "card_removed":
                self.cards.pop(frame["contact"], None)

    def go_available(self) -> None:
        self.call("PUT", "me/state/", {"state": "available"})

    def is_in_rona(self) -> bool:
        return self.state == "rona" and not self.cards

    def is_full(self) -> bool:
        states = [card["state"] for card in self.cards.values()]
        return states == ["offered"] * SLOTS

    def serve_all(self, code: int) -> int:
        """Take each contact from its card to its reason. Return how many."""
        contacts = [card["contact"] for card in self.call("GET", "me/cards/")]
        for contact in contacts:
            for command in ("accept", "end"):
                self.call("POST", f"contacts/{contact}/{command}/", {})
            self.call("POST", f"contacts/{contact}/wrap-up/", {"wrapup_code": code})
        return len(contacts)


@pytest.fixture(scope="module")
def parley(
    tmp_path_factory: pytest.TempPathFactory, install: Install
) -> Iterator[Running]:
    folder: Path = tmp_path_factory.mktemp("parley")
    install(folder)
    with running(folder, PARLEY_CONTACTS_PER_MINUTE="0") as one:
        one.until(READY)
        yield one


@pytest.fixture
def ada(parley: Running) -> Program:
    return Program(parley, "admin@acme.example")


@pytest.fixture
def desks(parley: Running) -> Iterator[list[Desk]]:
    with ExitStack() as stack:
        yield [Desk(parley, email, stack) for email in AGENTS]


def open_chats(parley: Running, number: int) -> None:
    for _ in range(number):
        Program(parley).call("POST", "chat/contacts/", {"entry_point": "acme-direct"})


def kill_the_timers(parley: Running) -> None:
    """Kill their worker, and the beat in it, like a power cut."""
    os.kill(parley.pid_of("timers"), signal.SIGKILL)


def until_they_are_back(parley: Running) -> None:
    parley.until("timers started (process")


@contextmanager
def work_that_takes_long(parley: Running) -> Iterator[None]:
    """Stop the worker of all other tasks: it is alive and comes to no end."""
    worker = parley.pid_of("worker")
    os.kill(worker, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(worker, signal.SIGCONT)


def test_no_contact_is_stuck(parley: Running, ada: Program, desks: list[Desk]) -> None:
    ada.call("PATCH", "organisation/", {"acceptance_timeout": 2, "blink_duration": 1})
    codes = ada.call("GET", "wrapup-codes/")["results"]
    for desk in desks:
        desk.go_available()
    open_chats(parley, CHATS)

    kill_the_timers(parley)
    until_they_are_back(parley)

    # The deadlines were in the database: everybody goes to RONA, once.
    for desk in desks:
        desk.until(desk.is_in_rona)
    assert ada.call("GET", "contacts/?state=queued")["count"] == CHATS

    # And all is served, though the timers are killed once more.
    ada.call("PATCH", "organisation/", {"acceptance_timeout": 600})
    for desk in desks:
        desk.go_available()
        desk.until(desk.is_full)
    kill_the_timers(parley)
    served = 0
    while served < CHATS:
        served += sum(desk.serve_all(codes[0]["id"]) for desk in desks)
    until_they_are_back(parley)

    contacts = ada.call("GET", "contacts/?page_size=200")["results"]
    assert len(contacts) == CHATS
    assert all(contact["closed_at"] for contact in contacts)
    shares = [share for contact in contacts for share in contact["assignments"]]
    states = Counter(share["state"] for share in shares)
    # Cards that rang a moment later than the one missed were withdrawn with it (D24).
    assert states.keys() <= {"completed", "rona", "withdrawn"}
    assert states["completed"] == CHATS
    assert states["rona"] + states["withdrawn"] >= SLOTS * len(desks)
    missed = {
        share["agent"]["display_name"] for share in shares if share["state"] == "rona"
    }
    assert missed == {"Alice", "Bob", "Carol"}
    assert [sum(person["live"].values()) for person in ada.call("GET", "people/")] == [
        0
    ] * 4


def test_work_that_takes_long_delays_no_deadline(
    parley: Running, ada: Program, desks: list[Desk]
) -> None:
    ada.call("PATCH", "organisation/", {"acceptance_timeout": 2, "blink_duration": 1})
    for desk in desks:
        desk.go_available()

    with work_that_takes_long(parley):
        open_chats(parley, len(desks))

        for desk in desks:
            desk.until(desk.is_in_rona)
        assert parley.health()["timers"] == "ok"

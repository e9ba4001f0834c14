"""A card number that people say is nowhere afterwards: not in the files of Parley, what
its processes say, nor in anything that goes through Redis, tasks among it (D13)."""

from __future__ import annotations

import json
import logging
import secrets
import threading
from typing import TYPE_CHECKING, Any

import pytest
import redis

from config.private_redis import socket_in
from contacts.services import conversation
from tests import steps
from tests.parley import READY, Running, running
from tests.steps import customer_of, for_customers

if TYPE_CHECKING:
    from pathlib import Path

    from tests.installations import Install
    from tests.steps import Chat

CARD = "4929 1357 9024 6809"
DIGITS = CARD.replace(" ", "")
TRACES = (CARD.encode(), DIGITS.encode())


class Wire:
    """All that goes through a Redis."""

    def __init__(self, data: Path) -> None:
        self._client = redis.Redis(unix_socket_path=str(socket_in(data)))
        self._monitor = self._client.monitor().__enter__()  # type: ignore[no-untyped-call]
        self.heard: list[str] = []
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        for command in self._monitor.listen():
            self.heard.append(command["command"])
            if "the end" in command["command"]:
                return

    def end(self) -> None:
        self._client.echo("the end")
        self._thread.join(timeout=30)
        assert not self._thread.is_alive()


class Person:
    """Somebody who uses the REST API of a Parley that runs."""

    def __init__(self, parley: Running) -> None:
        self._parley, self.token = parley, ""

    def ask(self, method: str, path: str, **body: Any) -> Any:
        answer, content = self._parley.ask(
            method, f"/api/v1/{path}", body or None, token=self.token
        )
        assert answer.status < 300, content
        return json.loads(content) if content else None

    def say(self, path: str, text: str) -> None:
        self.ask("POST", f"{path}/messages/", client_id=secrets.token_hex(4), text=text)


@pytest.mark.slow
def test_a_card_number_is_in_no_file_no_word_and_no_command(
    tmp_path: Path, install: Install
) -> None:
    install(tmp_path)
    with running(tmp_path) as parley:
        parley.until(READY)
        wire = Wire(tmp_path)

        converse(parley)

        wire.end()
        parley.end()
    said = "".join(parley.said).encode()
    traffic = "\n".join(wire.heard).encode()
    assert b"************6809" in traffic
    assert traces_in({"output": said, "Redis": traffic}) == []
    files = {
        str(path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()
    }
    assert any(b"************6809" in content for content in files.values())
    assert traces_in(files) == []


def traces_in(places: dict[str, bytes]) -> list[tuple[str, bytes]]:
    return [(name, t) for name, text in places.items() for t in TRACES if t in text]


def converse(parley: Running) -> None:
    """Let both sides of a chat say the number wherever they can."""
    alice, dora = Person(parley), Person(parley)
    sign_in = {"email": "alice@acme.example", "password": "parley-demo"}
    alice.token = alice.ask("POST", "auth/token/", **sign_in)["token"]
    alice.ask("PUT", "me/state/", state="available")
    customer = {"name": f"Dora {CARD}", "email": "dora@example.com"}
    opened = dora.ask(
        "POST", "chat/contacts/", entry_point="acme-direct", customer=customer
    )
    dora.token, chat = opened["token"], opened["contact"]["id"]
    alice.ask("POST", f"contacts/{chat}/accept/", again=1)
    for text in (f"It is {CARD}", CARD[:9], CARD[10:]):
        dora.say(f"chat/contacts/{chat}", text)
    alice.say(f"contacts/{chat}", f"You said {CARD}")
    alice.ask("PATCH", f"contacts/{chat}/customer/", name=CARD)
    alice.ask("POST", f"contacts/{chat}/end/", again=1)
    (code, *_) = alice.ask("GET", f"contacts/{chat}/wrapup-codes/")
    alice.ask("POST", f"contacts/{chat}/wrap-up/", wrapup_code=code["id"], note=CARD)
    dora.ask("POST", f"chat/contacts/{chat}/rating/", score=5, comment=CARD)


def test_a_crash_tells_nothing_of_what_was_said(
    talking: Chat,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr(conversation, "_store", fail)
    caplog.set_level(logging.DEBUG)
    client = customer_of(talking)
    client.raise_request_exception = False
    body = {"client_id": "one", "text": CARD}

    answer = steps.post(client, for_customers(talking, "messages"), body)

    assert answer.status_code == 500
    assert "out of order" in caplog.text
    out, err = capfd.readouterr()
    told = {"log": caplog.text, "out": out, "err": err, "answer": answer.content}
    shown = {k: v if isinstance(v, bytes) else v.encode() for k, v in told.items()}
    assert traces_in(shown) == []

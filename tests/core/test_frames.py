"""What a socket does with frames that are none, too many, too large, or missing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from contacts.models import Message
from core import consumers
from tests import sockets, steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agents.models import Agent
    from queues.models import EntryPoint
    from tests.sockets import Socket

KIB = 1024


@pytest.fixture
def desk(alice: Agent) -> Iterator[Socket]:
    with sockets.desk_of(alice) as desk:
        yield desk


@pytest.fixture
def page(direct: EntryPoint) -> Iterator[Socket]:
    with sockets.page_of(steps.open_chat(direct)) as page:
        yield page


def is_alive(socket: Socket) -> bool:
    socket.send("ping")
    return bool(socket.read_until("pong"))


# --- frames that are none -----------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "{",
        "null",
        "7",
        '"ping"',
        "[]",
        '[{"type": "ping"}]',
        "{}",
        '{"type": null}',
        '{"type": 7}',
        '{"type": ["ping"]}',
        '{"type": {"a": 1}}',
        '{"type": "nothing"}',
        '{"type": "PING"}',
        '{"type": "ping", }',
        '{"type": "event.push", "text": "x"}',
        '{"type": "websocket.disconnect"}',
        '{"type": "__init__"}',
        '{"type": "finish", "code": 1000}',
        '{"type": "send_message"}',
        "[" * 60_000,
        '{"type": ' * 7_000,
        "9" * 10_000,
        b'{"type": "ping"}',
        b"\xff\xfe\x00",
        '{"type": "ping\\ud800"}',
    ],
    ids=lambda text: repr(text[:24]),
)
def test_what_is_no_frame_is_an_error(
    desk: Socket, page: Socket, text: str | bytes
) -> None:
    for socket in (desk, page):
        socket.send_text(text)

        error = socket.read_until("error")
        assert error.keys() == {"type", "code", "detail"}
        assert error["code"] == "bad_frame"
        assert is_alive(socket)


def test_a_field_that_is_missing_is_named(desk: Socket) -> None:
    desk.send("send", client_id="one")

    error = desk.read_until("error")

    assert (error["code"], error["client_id"]) == ("invalid", "one")
    assert error["errors"] == {
        "contact": ["This field is required."],
        "text": ["This field is required."],
    }
    assert error["detail"] == "This field is required."


@pytest.mark.parametrize("contact", [None, "x", [], {}, "\x00", "9" * 40, 2**128])
def test_a_contact_is_an_id(desk: Socket, contact: object) -> None:
    for kind in ("send", "sync", "typing", "read"):
        desk.send(
            kind, contact=contact, client_id="1", text="x", after=0, on=True, seq=1
        )

        assert desk.read_until("error")["code"] == "invalid"


# --- frames that are too large ------------------------------------------------
@pytest.mark.parametrize("size", [64 * KIB, 200 * KIB, 1024 * KIB - 1])
def test_a_large_frame_is_an_error(desk: Socket, page: Socket, size: int) -> None:
    frame = json.dumps({"type": "ping", "more": ""})
    frame = frame.replace('""', '"{}"'.format("x" * (size - len(frame))))
    assert len(frame) == size

    for socket in (desk, page):
        socket.send_text(frame)

        assert socket.read_until("error")["code"] == "bad_frame"
        assert is_alive(socket)


def test_the_size_of_a_frame_is_counted_in_bytes(desk: Socket) -> None:
    frame = json.dumps({"type": "ping", "more": "é" * 33 * KIB}, ensure_ascii=False)
    assert len(frame) < 64 * KIB

    desk.send_text(frame)

    assert desk.read_until("error")["code"] == "bad_frame"
    assert is_alive(desk)


def test_what_is_smaller_is_served(desk: Socket) -> None:
    desk.send("ping", more="x" * 60 * KIB)

    assert desk.read_until("pong")


def test_a_huge_frame_closes(desk: Socket, page: Socket) -> None:
    for socket in (desk, page):
        socket.send_text("x" * (1024 * KIB + 1))

        assert socket.close_code() == 1009


def test_a_frame_that_inflates_closes(alice: Agent) -> None:
    token = f"Bearer {steps.token_of(alice)}"
    with sockets.opened("/ws/desk/", compressed=True, authorization=token) as desk:
        desk.read_until("welcome")
        desk.send_text("x" * (8 * 1024 * KIB))

        assert desk.close_code() == 1009


# --- frames that are too many -------------------------------------------------
@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    assert consumers.FRAMES_PER_MINUTE == 600
    monkeypatch.setattr(consumers, "FRAMES_PER_MINUTE", 5)
    monkeypatch.setattr(consumers, "FRAMES_UNTIL_CLOSED", 10)


@pytest.mark.usefixtures("few")
def test_too_many_frames_are_not_served(alice: Agent, direct: EntryPoint) -> None:
    talking = steps.connected(alice, direct)
    with sockets.desk_of(alice) as desk:
        for _ in range(5):
            desk.send("ping")
            desk.read_until("pong")

        desk.send("send", contact=talking.id, client_id="one", text="Hello")

        error = desk.read_until("error")
        assert (error["code"], error["client_id"]) == ("too_many", "one")
        assert 1 <= error["retry_after"] <= 60
    assert not Message.objects.filter(kind="text").exists()


@pytest.mark.usefixtures("few")
def test_a_flood_closes(desk: Socket, page: Socket) -> None:
    for socket in (desk, page):
        for _ in range(12):
            socket.send("ping")

        assert socket.close_code() == 4429


@pytest.mark.usefixtures("few")
def test_a_flood_of_one_does_not_hold_up_another(desk: Socket, page: Socket) -> None:
    for _ in range(12):
        desk.send("ping")

    assert is_alive(page)


def test_persistent_nonsense_closes(
    desk: Socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert consumers.BAD_FRAMES_UNTIL_CLOSED == 60
    monkeypatch.setattr(consumers, "BAD_FRAMES_UNTIL_CLOSED", 3)

    for _ in range(3):
        desk.send_text("nonsense")

    assert desk.close_code() == 4429


# --- frames that are missing --------------------------------------------------
def test_a_silent_socket_closes(alice: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    assert consumers.SILENCE_SECONDS == 60
    monkeypatch.setattr(consumers, "SILENCE_SECONDS", 0.2)

    with sockets.desk_with_token(steps.token_of(alice)) as desk:
        assert desk.close_code() == 4408


@pytest.mark.parametrize("text", ['{"type": "ping"}', "nonsense", None])
async def test_who_says_anything_is_not_silent(text: str | None) -> None:
    socket = consumers.PersonConsumer()
    socket._heard_at -= 61
    silent_since = socket._heard_at

    await socket._receive(text)

    assert socket._heard_at > silent_since + 60

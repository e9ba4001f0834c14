"""An open chat page says hello: `/ws/chat/<contact>/` (contract 4.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from agents.models import Presence, Socket
from contacts.consumers import arrivals
from contacts.consumers import chat as consumer
from contacts.models import Message
from tests import sockets, steps

if TYPE_CHECKING:
    from agents.models import Agent
    from queues.models import EntryPoint
    from tests.steps import Chat, Json

from tests.contacts.pages import refusal, view_of

CUSTOMER_CONTACT = {
    "id",
    "state",
    "queue_position",
    "estimated_wait_seconds",
    "attended",
    "agents",
    "pictures",
    "video",
    "can_send",
    "can_attach",
    "transcript_by_mail",
    "last_seq",
    "version",
}


# --- hello --------------------------------------------------------------------
def test_a_page_is_welcomed_with_all_it_shows(talking: Chat) -> None:
    steps.say(talking, "Hello")
    with sockets.page_of(talking) as page:
        welcome = page.welcome

    assert {"type", "now", "contact", "messages"} <= welcome.keys()
    assert welcome["contact"].keys() == CUSTOMER_CONTACT
    assert welcome["contact"] == view_of(talking)
    assert welcome["messages"] == steps.lines_of(talking)


def test_a_page_that_comes_back_gets_what_it_missed(talking: Chat) -> None:
    steps.say(talking, "One")
    steps.say(talking, "Two")
    with sockets.page_of(talking, after=2) as page:
        assert [line["text"] for line in page.welcome["messages"]] == ["Two"]


def test_two_pages_of_one_chat_are_both_live(talking: Chat) -> None:
    with sockets.page_of(talking) as page, sockets.page_of(talking) as other_page:
        ack = page.say(talking, "Hello")

        expected = {"type": "message", "message": ack["message"]}
        assert expected in other_page.heard()
        assert "message" not in page.heard_kinds()


def test_an_open_page_is_a_row_that_goes_with_it(waiting: Chat) -> None:
    with sockets.page_of(waiting) as page:
        assert Socket.objects.get().address == page.address

    assert not Socket.objects.exists()
    assert Presence.objects.filter(address=page.address).exists()


def test_without_a_hello_the_socket_closes(
    waiting: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert consumer.HELLO_SECONDS == 10
    monkeypatch.setattr(consumer, "HELLO_SECONDS", 0.05)

    with sockets.opened(f"/ws/chat/{waiting.id}/") as page:
        assert page.read() == {"close": 4408}


def test_noise_is_no_hello(waiting: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer, "HELLO_SECONDS", 0.5)

    with sockets.opened(f"/ws/chat/{waiting.id}/") as page:
        page.send("ping")
        page.send("hello", token=7 * [1])

        assert page.close_code() == 4408


def test_a_hello_that_could_not_be_looked_up_is_none(
    waiting: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*tokens: object, **values: object) -> object:
        raise RuntimeError("a fault")

    monkeypatch.setattr(consumer, "HELLO_SECONDS", 0.5)
    monkeypatch.setattr(arrivals, "contacts_of_tokens", fails)

    with sockets.opened(f"/ws/chat/{waiting.id}/") as page:
        page.send("hello", token=waiting.token)

        assert page.read()["code"] == "server_error"
        assert page.read() == {"close": 4408}
        sockets.errors.records.clear()


def test_a_hello_in_time_stays(waiting: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer, "HELLO_SECONDS", 0.5)

    path = f"/ws/chat/{waiting.id}/"
    with sockets.page_of(waiting) as page, sockets.opened(path) as silent:
        assert silent.read() == {"close": 4408}

        assert page.heard() == []


@pytest.mark.parametrize("token", ["made-up", "x" * 200, "é", "\u0000"])
def test_a_made_up_token_is_refused(waiting: Chat, token: str) -> None:
    with sockets.opened(f"/ws/chat/{waiting.id}/") as page:
        page.send("hello", token=token)

        answer = page.read()

    assert answer == {"close": 4401} or answer["code"] == "invalid"


def test_the_token_of_another_chat_is_refused(
    waiting: Chat, direct: EntryPoint
) -> None:
    other = steps.open_chat(direct)
    with sockets.opened(f"/ws/chat/{waiting.id}/") as page:
        page.send("hello", token=other.token)

        assert page.read() == {"close": 4404}


def test_an_unknown_chat_is_refused(waiting: Chat) -> None:
    with sockets.opened(f"/ws/chat/{uuid4()}/") as page:
        page.send("hello", token=waiting.token)

        assert page.read() == {"close": 4404}


def test_the_token_of_an_agent_is_refused(alice: Agent, talking: Chat) -> None:
    with sockets.opened(f"/ws/chat/{talking.id}/") as page:
        page.send("hello", token=steps.token_of(alice))

        assert page.read() == {"close": 4401}


@pytest.mark.parametrize("hello", [{}, {"token": None}, {"token": 7}, {"token": []}])
def test_a_wrong_hello_can_be_said_again(waiting: Chat, hello: Json) -> None:
    with sockets.opened(f"/ws/chat/{waiting.id}/") as page:
        if hello.get("token") != 7:
            assert refusal(page, "hello", **hello)["code"] == "invalid"

        page.send("hello", token=waiting.token)

        assert page.read()["type"] == "welcome"


def test_who_knows_more_than_there_is_begins_anew(alice: Agent, talking: Chat) -> None:
    """A back-up was restored: the numbers they know are those of other lines."""
    steps.say(alice, "Hello", to=talking)
    with sockets.page_of(talking, after=812) as page:
        page.send("sync", contact=talking.id, after=3)
        synced = page.read_until("messages")

    for frame in (page.welcome, synced):
        assert frame["reset"] is True
        assert frame["messages"] == steps.lines_of(talking)


def test_who_knows_what_there_is_goes_on(talking: Chat) -> None:
    with sockets.page_of(talking, after=1) as page:
        assert "reset" not in page.welcome
        assert page.welcome["messages"] == []


def test_hello_is_said_once(waiting: Chat) -> None:
    with sockets.page_of(waiting) as page:
        assert refusal(page, "hello", token=waiting.token)["code"] == "bad_frame"

        assert page.heard() == []


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("send", {"client_id": "one", "text": "Hello"}),
        ("sync", {"after": 0}),
        ("typing", {"on": True}),
        ("read", {"seq": 1}),
        ("ping", {}),
    ],
)
def test_before_the_hello_nothing_is_served(
    alice: Agent, talking: Chat, kind: str, more: Json
) -> None:
    with (
        sockets.desk_of(alice) as desk,
        sockets.opened(f"/ws/chat/{talking.id}/") as page,
    ):
        error = refusal(page, kind, contact=talking.id, **more)

        assert error["code"] == "forbidden"
        assert desk.heard() == []
    assert not Message.objects.filter(kind="text").exists()


# --- origins ------------------------------------------------------------------
def test_a_page_of_ours_may_connect(waiting: Chat) -> None:
    path = f"/ws/chat/{waiting.id}/"
    with sockets.opened(path, origin=sockets.ORIGIN) as page:
        page.send("hello", token=waiting.token)

        assert page.read()["type"] == "welcome"


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "https://{host}", "http://127.0.0.1:1", "null"]
)
def test_another_site_may_not(waiting: Chat, direct: EntryPoint, origin: str) -> None:
    # Who may frame the page is another question.
    direct.allowed_origins = ["https://evil.example"]
    direct.save(update_fields=["allowed_origins"])

    with sockets.opened(f"/ws/chat/{waiting.id}/", origin=origin) as page:
        assert page.read() == {"close": 4403}

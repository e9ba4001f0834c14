"""An open desk: `/ws/desk/` (contract 4.1): who gets one, and from where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from agents.models import Presence, Socket
from tests import sockets, steps
from tests.steps import API, client_for

if TYPE_CHECKING:
    from agents.models import Agent
    from tests.steps import Chat


def browser_of(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent)
    return client


# --- opening ------------------------------------------------------------------
def test_a_desk_is_welcomed_first(alice: Agent, talking: Chat) -> None:
    with sockets.desk_of(alice) as desk:
        welcome = desk.welcome

    assert {"type", "now", "me", "cards"} <= welcome.keys()
    assert welcome["now"].endswith("Z")
    assert welcome["me"] == client_for(alice).get(f"{API}/me/").json()
    assert welcome["cards"] == steps.cards_of(alice)
    assert len(welcome["cards"]) == 1


def test_the_first_desk_makes_idle(alice: Agent) -> None:
    with sockets.desk_of(alice) as desk:
        me = desk.welcome["me"]

    assert (me["state"], me["idle_code"]["name"]) == ("idle", "Break")
    alice.refresh_from_db()
    assert alice.state == "idle"


def test_a_second_desk_changes_nothing(alice: Agent) -> None:
    steps.go_available(alice)
    since = alice.state_since

    with sockets.desk_of(alice), sockets.desk_of(alice) as second:
        assert second.welcome["me"]["state"] == "available"

    alice.refresh_from_db()
    assert (alice.state, alice.state_since) == ("available", since)


def test_a_page_opens_a_desk_with_its_session(alice: Agent) -> None:
    with sockets.desk_in_browser(browser_of(alice)) as desk:
        assert desk.read()["type"] == "welcome"


def test_an_open_desk_is_a_row_that_goes_with_it(alice: Agent) -> None:
    with sockets.desk_of(alice):
        assert Socket.objects.get().address == alice.address
        assert Presence.objects.filter(address=alice.address).exists()

    assert not Socket.objects.exists()
    assert Presence.objects.get(address=alice.address).last_heard_at is not None


def test_a_desk_opens_for_administrators_too(ada: Agent) -> None:
    with sockets.desk_of(ada) as desk:
        assert desk.welcome["me"]["state"] == "offline"
        assert desk.welcome["cards"] == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer made-up"},
        {"authorization": "Bearer"},
        {"cookie": "sessionid=made-up", "origin": sockets.ORIGIN},
    ],
)
@pytest.mark.django_db
def test_who_is_not_signed_in_gets_no_desk(headers: Any) -> None:
    with sockets.opened("/ws/desk/", **headers) as desk:
        assert desk.read() == {"close": 4401}


def test_the_superuser_gets_no_desk(root: Agent) -> None:
    with sockets.desk_with_token(steps.token_of(root)) as desk:
        assert desk.read() == {"close": 4401}


def test_a_customer_gets_no_desk(waiting: Chat) -> None:
    with sockets.desk_with_token(waiting.token) as desk:
        assert desk.read() == {"close": 4401}


def test_who_was_deactivated_gets_no_desk(alice: Agent) -> None:
    token, browser = steps.token_of(alice), browser_of(alice)
    alice.is_active = False
    alice.save(update_fields=["is_active"])

    with sockets.desk_with_token(token) as desk:
        assert desk.read() == {"close": 4401}
    with sockets.desk_in_browser(browser) as desk:
        assert desk.read() == {"close": 4401}


# --- origins ------------------------------------------------------------------
FOREIGN = [
    "https://evil.example",
    "http://evil.example",
    "https://{host}",
    "http://127.0.0.1",
    "http://127.0.0.1:1",
    "http://localhost:1",
    "http://{host}.evil.example",
    "http://evil.example?{host}",
    "http://evil.example@{host}",
    "http://{host}/",
    "http://{host}/desk/",
    "http://[",
    "http://",
    "//{host}",
    "{host}",
    "null",
    "x",
]


@pytest.mark.parametrize("origin", FOREIGN)
def test_another_site_opens_no_desk(alice: Agent, origin: str) -> None:
    cookie = sockets.cookie_of(browser_of(alice))

    with sockets.opened("/ws/desk/", cookie=cookie, origin=origin) as desk:
        assert desk.read() == {"close": 4403}

    alice.refresh_from_db()
    assert alice.state == "offline"


@pytest.mark.parametrize("origin", FOREIGN[:3])
def test_another_site_opens_no_desk_with_a_token(alice: Agent, origin: str) -> None:
    token = f"Bearer {steps.token_of(alice)}"

    with sockets.opened("/ws/desk/", authorization=token, origin=origin) as desk:
        assert desk.read() == {"close": 4403}


def test_a_name_that_is_not_ours_opens_no_desk(alice: Agent) -> None:
    # Anybody can let a name of theirs lead to our address.
    foreign = "evil.example"
    lines = [
        "GET /ws/desk/ HTTP/1.1",
        f"Host: {foreign}",
        f"Origin: http://{foreign}",
        f"Authorization: Bearer {steps.token_of(alice)}",
        *("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"),
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]

    with sockets.running() as server, server.dial() as wire:
        wire.sendall("\r\n".join([*lines, "", ""]).encode())
        answer = b""
        while close_frame(4403) not in answer:
            answer += wire.recv(4096) or pytest.fail(repr(answer))
            assert b"welcome" not in answer


def close_frame(code: int) -> bytes:
    return b"\x88\x02" + code.to_bytes(2, "big")


def test_a_cookie_alone_opens_no_desk(alice: Agent) -> None:
    cookie = sockets.cookie_of(browser_of(alice))

    with sockets.opened("/ws/desk/", cookie=cookie) as desk:
        assert desk.read() == {"close": 4403}


def test_a_token_needs_no_origin(alice: Agent) -> None:
    with sockets.desk_of(alice) as desk:
        assert desk.welcome["me"]["id"] == alice.pk


# --- other addresses ----------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/ws/", "/ws/nothing/", "/ws/desk", "/ws/chat/x/", "/", "/api/v1/me/"]
)
def test_there_is_no_such_socket(path: str) -> None:
    with sockets.opened(path) as socket:
        assert socket.read() == {"close": 4404}

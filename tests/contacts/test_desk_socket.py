"""An open desk: `/ws/desk/` (contract 4.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.test import Client

from agents.models import Presence, Socket
from contacts import jobs, queries
from contacts.models import Assignment, Message
from contacts.services import conversation
from core import clock
from tests import sockets, steps
from tests.steps import API, client_for, for_agents

if TYPE_CHECKING:
    from agents.models import Agent
    from queues.models import EntryPoint
    from tests.stage import Later
    from tests.steps import Chat, Json


def browser_of(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent)
    return client


def kinds(frames: list[Json]) -> list[str]:
    return [frame["type"] for frame in frames]


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


# --- saying something ---------------------------------------------------------
def test_a_message_is_acknowledged(alice: Agent, talking: Chat) -> None:
    with sockets.desk_of(alice) as desk:
        ack = desk.say(talking, "Hello", client_id="one")

    assert ack.keys() == {"type", "client_id", "message"}
    assert ack["client_id"] == "one"
    assert ack["message"] == steps.lines_of(talking)[-1]


def test_a_message_is_acknowledged_after_it_is_stored(
    alice: Agent, talking: Chat
) -> None:
    with sockets.desk_of(alice) as desk:
        ack = desk.say(talking, "Hello")

        assert Message.objects.filter(seq=ack["message"]["seq"]).exists()


def test_the_same_message_again_is_the_same_acknowledgement(
    alice: Agent, talking: Chat
) -> None:
    with sockets.desk_of(alice) as desk:
        first = desk.say(talking, "Hello", client_id="one")

        second = desk.say(talking, "Something else", client_id="one")

    assert second == first
    assert Message.objects.filter(kind="text").count() == 1


def test_another_desk_sends_the_same_message_again(alice: Agent, talking: Chat) -> None:
    with sockets.desk_of(alice) as desk:
        first = desk.say(talking, "Hello", client_id="one")

    with sockets.desk_of(alice) as desk:
        assert desk.say(talking, "Hello", client_id="one") == first

    assert Message.objects.filter(kind="text").count() == 1


def test_everybody_hears_a_message_but_the_socket_it_came_from(
    alice: Agent, talking: Chat
) -> None:
    with (
        sockets.desk_of(alice) as desk,
        sockets.desk_of(alice) as other_desk,
        sockets.page_of(talking) as page,
    ):
        ack = desk.say(talking, "Hello")

        assert "message" not in desk.heard_kinds()
        expected = {"type": "message", "message": ack["message"]}
        assert expected in other_desk.heard()
        assert expected in page.heard()


def test_a_message_over_rest_reaches_all_desks(alice: Agent, talking: Chat) -> None:
    with sockets.desk_of(alice) as desk:
        message = steps.say(alice, "Hello", to=talking)

        assert {"type": "message", "message": message} in desk.heard()


def test_nobody_hears_a_contact_they_are_not_in(
    alice: Agent, bob: Agent, sam: Agent, ada: Agent, gina: Agent, talking: Chat
) -> None:
    with (
        sockets.desk_of(bob) as desk,
        sockets.desk_of(sam) as sams,
        sockets.desk_of(ada) as adas,
        sockets.desk_of(gina) as ginas,
    ):
        for bystander in (desk, sams, adas, ginas):
            bystander.heard()

        steps.say(talking, "Secret")
        steps.say(alice, "Secret", to=talking)
        with sockets.page_of(talking) as page:
            page.send("typing", contact=talking.id, on=True)
            page.heard()
        steps.end(alice, talking)

        for bystander in (desk, sams, adas, ginas):
            assert bystander.heard() == []


def test_who_has_left_hears_nothing_more(
    alice: Agent, bob: Agent, talking: Chat
) -> None:
    steps.go_available(bob)
    with sockets.desk_of(alice) as desk:
        steps.transfer(alice, talking, to=bob)
        steps.accept(bob, talking)
        desk.heard()

        steps.say(talking, "Secret")
        steps.say(bob, "Secret", to=talking)
        with sockets.page_of(talking) as page:
            page.send("typing", contact=talking.id, on=True)
            page.heard()

        assert desk.heard() == []


def test_an_offer_alone_lets_nobody_hear(alice: Agent, offered: Chat) -> None:
    with sockets.desk_of(alice) as desk:
        steps.say(offered, "Secret")

        assert "message" not in desk.heard_kinds()


# --- what is refused ----------------------------------------------------------
def refusal(desk: sockets.Socket, kind: str, **frame: Any) -> Json:
    desk.send(kind, **frame)
    error = desk.read_until("error")
    assert error["detail"]
    return error


def send(desk: sockets.Socket, contact: object, **frame: Any) -> Json:
    frame = {"client_id": "one", "text": "Hello", **frame}
    error = refusal(desk, "send", contact=contact, **frame)
    assert error.get("client_id") == frame["client_id"]
    return error


def test_an_unknown_contact_is_refused(alice: Agent) -> None:
    with sockets.desk_of(alice) as desk:
        assert send(desk, uuid4())["code"] == "not_found"
        for kind, more in (
            ("sync", {"after": 0}),
            ("typing", {"on": True}),
            ("read", {"seq": 1}),
        ):
            assert refusal(desk, kind, contact=uuid4(), **more)["code"] == "not_found"


def test_the_contact_of_somebody_else_is_unknown(
    bob: Agent, gina: Agent, talking: Chat
) -> None:
    for stranger in (bob, gina):
        with sockets.desk_of(stranger) as desk:
            assert send(desk, talking.id)["code"] == "not_found"
            error = refusal(desk, "sync", contact=talking.id, after=0)
            assert error["code"] == "not_found"
    assert not Message.objects.filter(kind="text").exists()


def test_an_offered_contact_is_not_spoken_in(alice: Agent, offered: Chat) -> None:
    with sockets.desk_of(alice) as desk:
        assert send(desk, offered.id)["code"] == "not_accepted"
        error = refusal(desk, "sync", contact=offered.id, after=0)
        assert error["code"] == "not_accepted"
    assert not Message.objects.exists()


def test_an_ended_contact_is_not_spoken_in(alice: Agent, ended: Chat) -> None:
    with sockets.desk_of(alice) as desk:
        assert send(desk, ended.id)["code"] == "contact_ended"
    assert ended.contact.last_seq == 3


def test_who_oversees_does_not_speak(sam: Agent, talking: Chat) -> None:
    with sockets.desk_of(sam) as desk:
        assert send(desk, talking.id)["code"] == "forbidden"
    assert not Message.objects.filter(kind="text").exists()


@pytest.mark.parametrize(
    "text",
    ["", "  ", "x" * 8001, None, [], "a\x00", "\ud800"],
    ids=lambda t: repr(t)[:9],
)
def test_a_wrong_text_is_refused(alice: Agent, talking: Chat, text: object) -> None:
    with sockets.desk_of(alice) as desk:
        assert send(desk, talking.id, text=text)["code"] == "invalid"
    assert not Message.objects.filter(kind="text").exists()


@pytest.mark.parametrize("client_id", ["x" * 65, "a\x00"])
def test_a_wrong_client_id_is_refused(
    alice: Agent, talking: Chat, client_id: str
) -> None:
    with sockets.desk_of(alice) as desk:
        assert send(desk, talking.id, client_id=client_id)["code"] == "invalid"
    assert not Message.objects.filter(kind="text").exists()


def test_a_fault_of_ours_is_an_error_that_can_be_tried_again(
    alice: Agent, talking: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("a bug")

    with sockets.desk_of(alice) as desk:
        with monkeypatch.context() as broken:
            broken.setattr(queries, "caught_up", fail)
            error = refusal(desk, "sync", contact=talking.id, after=0)
        assert error["code"] == "server_error"
        assert "bug" not in error["detail"]

        desk.send("sync", contact=talking.id, after=0)
        assert len(desk.read_until("messages")["messages"]) == 1
        [record] = sockets.errors.records
        assert "could not be served" in record.getMessage()
        sockets.errors.records.clear()


def test_a_database_that_hiccups_loses_no_message(
    alice: Agent, talking: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    hiccups = iter([OperationalError("restarted")])
    store = conversation.append

    def append(*args: Any, **kwargs: Any) -> Any:
        for hiccup in hiccups:
            raise hiccup
        return store(*args, **kwargs)

    monkeypatch.setattr(conversation, "append", append)

    with sockets.desk_of(alice) as desk:
        ack = desk.say(talking, "Hello")

    assert ack["message"]["seq"] == 2


def test_a_desk_that_cannot_open_leaves_nothing_behind(
    alice: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*who: object, **where: object) -> None:
        raise RuntimeError("a bug")

    with sockets.desk_of(alice):
        with monkeypatch.context() as broken:
            broken.setattr(queries, "cards", fail)
            with sockets.desk_with_token(steps.token_of(alice)) as desk:
                assert desk.read() == {"close": 1011}
                sockets.errors.records.clear()
        assert Socket.objects.count() == 1


# --- catching up --------------------------------------------------------------
def test_sync_answers_what_came_after(alice: Agent, talking: Chat) -> None:
    steps.say(talking, "One")
    steps.say(talking, "Two")
    with sockets.desk_of(alice) as desk:
        desk.send("sync", contact=talking.id, after=1)
        answer = desk.read_until("messages")

    assert answer.keys() == {"type", "contact", "messages", "last_seq", "next"}
    assert answer["contact"] == str(talking.id)
    assert answer["messages"] == steps.lines_of(talking)[1:]
    assert answer["last_seq"] == 3


def test_sync_begins_at_the_beginning(alice: Agent, talking: Chat) -> None:
    with sockets.desk_of(alice) as desk:
        desk.send("sync", contact=talking.id)

        assert desk.read_until("messages")["messages"] == steps.lines_of(talking)


def test_who_knows_more_than_there_is_begins_anew(alice: Agent, talking: Chat) -> None:
    """A back-up was restored: the numbers they know are those of other lines."""
    steps.say(talking, "Hello")
    with sockets.desk_of(alice) as desk:
        desk.send("sync", contact=talking.id, after=2)
        up_to_date = desk.read_until("messages")
        desk.send("sync", contact=talking.id, after=812)
        beyond = desk.read_until("messages")

    assert "reset" not in up_to_date
    assert beyond["reset"] is True
    assert beyond["messages"] == steps.lines_of(talking)
    assert beyond["last_seq"] == 2


@pytest.mark.parametrize("after", [-1, "x", None, 2**40, 1.5, []])
def test_sync_needs_a_number(alice: Agent, talking: Chat, after: object) -> None:
    with sockets.desk_of(alice) as desk:
        error = refusal(desk, "sync", contact=talking.id, after=after)

        assert error["code"] == "invalid"


def test_who_oversees_may_catch_up(sam: Agent, talking: Chat) -> None:
    with sockets.desk_of(sam) as desk:
        desk.send("sync", contact=talking.id, after=0)

        assert len(desk.read_until("messages")["messages"]) == 1


def test_a_pong_says_where_each_contact_is(
    alice: Agent, talking: Chat, direct: EntryPoint
) -> None:
    wrapped = steps.in_wrap_up(alice, direct)
    offered = steps.offered(alice, direct)
    with sockets.desk_of(alice) as desk:
        desk.send("ping")
        pong = desk.read_until("pong")

    assert pong["now"].endswith("Z")
    # One whose card frame was lost is noticed, too: it would end in RONA.
    places = {str(talking.id): 1, str(wrapped.id): 3, str(offered.id): 0}
    assert pong["last_seq"] == places


# --- typing and reading -------------------------------------------------------
def test_the_customer_sees_the_agent_typing(alice: Agent, talking: Chat) -> None:
    with (
        sockets.desk_of(alice) as desk,
        sockets.desk_of(alice) as other_desk,
        sockets.page_of(talking) as page,
    ):
        desk.send("typing", contact=talking.id, on=True)
        assert "typing" not in desk.heard_kinds()

        assert page.heard() == [
            {
                "type": "typing",
                "contact": str(talking.id),
                "sender": steps.sender_of(alice),
                "on": True,
            }
        ]
        assert other_desk.heard() == []


def test_the_agent_sees_the_customer_typing(alice: Agent, talking: Chat) -> None:
    with sockets.desk_of(alice) as desk, sockets.page_of(talking) as page:
        page.send("typing", contact=talking.id, on=False)
        assert "typing" not in page.heard_kinds()

        assert desk.heard() == [
            {
                "type": "typing",
                "contact": str(talking.id),
                "sender": steps.sender_of(talking),
                "on": False,
            }
        ]


def test_the_customer_sees_what_the_agent_has_read(alice: Agent, talking: Chat) -> None:
    steps.say(talking, "Hello")
    with sockets.desk_of(alice) as desk, sockets.page_of(talking) as page:
        desk.send("read", contact=talking.id, seq=2)
        frames = desk.heard()

        # All desks of the agent learn that nothing is unread.
        [card] = [frame["card"] for frame in frames if frame["type"] == "card"]
        assert card["unread"] == 0
        assert page.heard() == [
            {
                "type": "read",
                "contact": str(talking.id),
                "reader": steps.sender_of(alice),
                "seq": 2,
            }
        ]


def test_the_agent_sees_what_the_customer_has_read(alice: Agent, talking: Chat) -> None:
    with sockets.desk_of(alice) as desk, sockets.page_of(talking) as page:
        page.send("read", contact=talking.id, seq=1)
        page.heard()

        frames = desk.heard()

    assert {
        "type": "read",
        "contact": str(talking.id),
        "reader": steps.sender_of(talking),
        "seq": 1,
    } in frames
    assert talking.contact.customer_read_seq == 1


def test_reading_is_told_once(alice: Agent, talking: Chat) -> None:
    with sockets.desk_of(alice) as desk, sockets.page_of(talking) as page:
        for seq in (1, 1, 9):
            page.send("read", contact=talking.id, seq=seq)
        page.heard()

        assert [f["seq"] for f in desk.heard() if f["type"] == "read"] == [1]


@pytest.mark.parametrize("kind", ["typing", "read"])
def test_who_does_not_talk_says_nothing_on_the_side(
    alice: Agent, sam: Agent, offered: Chat, kind: str
) -> None:
    with sockets.page_of(offered) as page:
        for agent, code in ((alice, "not_accepted"), (sam, "forbidden")):
            with sockets.desk_of(agent) as desk:
                error = refusal(desk, kind, contact=offered.id, on=True, seq=1)

                assert error["code"] == code
        assert page.heard() == []


# --- events -------------------------------------------------------------------
def test_an_offer_rings(alice: Agent, direct: EntryPoint) -> None:
    steps.go_available(alice)
    with sockets.desk_of(alice) as desk:
        steps.open_chat(direct)

        frame = desk.read_until("card")

    assert frame.keys() == {"type", "card"}
    assert frame["card"] == steps.cards_of(alice)[0]


def test_an_accept_shows_on_every_desk(alice: Agent, offered: Chat) -> None:
    with sockets.desk_of(alice) as desk, sockets.desk_of(alice) as other_desk:
        card = steps.accept(alice, offered)

        for each in (desk, other_desk):
            frames = each.heard()
            assert {"type": "card", "card": card} in frames
            [joined] = [f["message"] for f in frames if f["type"] == "message"]
            assert joined["event"]["code"] == "agent_joined"


def rona(alice: Agent, chat: Chat) -> None:
    Assignment.objects.update(rona_at=clock.now())
    jobs.expire_offers(clock.now())


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (steps.decline, "declined"),
        (lambda alice, chat: steps.leave(chat), "withdrawn"),
        (lambda alice, chat: steps.go_idle(alice), "declined"),
        (rona, "rona"),
    ],
    ids=["decline", "leave", "idle", "rona"],
)
def test_a_card_goes_with_its_reason(
    alice: Agent, offered: Chat, happens: Any, reason: str
) -> None:
    with sockets.desk_of(alice) as desk:
        happens(alice, offered)

        removed = [f for f in desk.heard() if f["type"] == "card_removed"]

    assert removed == [
        {"type": "card_removed", "contact": str(offered.id), "reason": reason}
    ]


def test_a_card_goes_when_all_is_done(alice: Agent, ended: Chat, resolved: Any) -> None:
    with sockets.desk_of(alice) as desk:
        steps.wrap_up(alice, ended, resolved)

        frames = desk.heard()

    assert frames == [
        {"type": "card_removed", "contact": str(ended.id), "reason": "completed"}
    ]


def test_a_change_of_state_shows_on_every_desk(alice: Agent) -> None:
    with sockets.desk_of(alice) as desk, sockets.desk_of(alice) as other_desk:
        me = steps.go_available(alice)

        for each in (desk, other_desk):
            assert {"type": "me", "me": me} in each.heard()


def test_the_system_puts_into_rona_and_says_so(alice: Agent, offered: Chat) -> None:
    with sockets.desk_of(alice) as desk:
        rona(alice, offered)

        [me] = [frame["me"] for frame in desk.heard() if frame["type"] == "me"]

    assert me["state"] == "rona"


def test_messages_bring_the_card_again_with_the_next_sweep(
    alice: Agent, talking: Chat
) -> None:
    with sockets.desk_of(alice) as desk:
        for number in range(5):
            steps.say(talking, f"Line {number}")
        assert "card" not in desk.heard_kinds()

        jobs.send_cards(clock.now())

        [card] = [f["card"] for f in desk.heard() if f["type"] == "card"]
    assert (card["unread"], card["last_seq"]) == (5, 6)
    assert card["last_message"]["text"] == "Line 4"


def test_signing_out_closes_every_desk(alice: Agent) -> None:
    with sockets.desk_of(alice) as desk, sockets.desk_of(alice) as other_desk:
        client_for(alice).post(f"{API}/me/sign-out/")

        assert [desk.close_code(), other_desk.close_code()] == [4401, 4401]
    alice.refresh_from_db()
    assert alice.state == "offline"


def test_an_event_over_rest_reaches_nobody_else(
    alice: Agent, bob: Agent, offered: Chat, later: Later
) -> None:
    with sockets.desk_of(bob) as desk:
        desk.heard()

        client_for(alice).post(for_agents(offered, "accept"))

        assert desk.heard() == []

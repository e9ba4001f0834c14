"""What is said on an open desk, what is refused, and how one catches up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import OperationalError

from agents.models import Socket
from contacts import queries
from contacts.models import Message
from contacts.services import conversation
from tests import sockets, steps

if TYPE_CHECKING:
    from agents.models import Agent
    from queues.models import EntryPoint
    from tests.steps import Chat, Json


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

"""An open chat page: what is said there, and what it hears (contract 4.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contacts import jobs, queries
from contacts.models import Message
from core import clock
from tests import sockets, steps
from tests.steps import customer_of, for_customers

if TYPE_CHECKING:
    from pytest_django import Settings

    from agents.models import Agent
    from queues.models import EntryPoint
    from tests.stage import Later
    from tests.steps import Chat, Json

from tests.contacts.pages import refusal, view_of


# --- saying something ---------------------------------------------------------
def test_a_message_is_acknowledged(waiting: Chat) -> None:
    with sockets.page_of(waiting) as page:
        ack = page.say(waiting, "Hello", client_id="one")

    assert ack == {
        "type": "ack",
        "client_id": "one",
        "message": steps.lines_of(waiting)[0],
    }
    assert ack["message"]["sender"] == steps.sender_of(waiting)


def test_the_same_message_again_is_the_same_acknowledgement(waiting: Chat) -> None:
    with sockets.page_of(waiting) as page:
        first = page.say(waiting, "Hello", client_id="one")
        assert page.say(waiting, "Hello", client_id="one") == first
    with sockets.page_of(waiting) as page:
        assert page.say(waiting, "Hello", client_id="one") == first

    assert Message.objects.count() == 1


def test_what_was_sent_over_rest_is_not_sent_again(waiting: Chat) -> None:
    body = {"client_id": "one", "text": "Hello"}
    url = for_customers(waiting, "messages")
    stored = customer_of(waiting).post(url, body, format="json").json()

    with sockets.page_of(waiting) as page:
        assert page.say(waiting, "Hello", client_id="one")["message"] == stored

    assert Message.objects.count() == 1


def test_another_chat_is_not_spoken_in(waiting: Chat, direct: EntryPoint) -> None:
    other = steps.open_chat(direct)
    with sockets.page_of(waiting) as page:
        error = refusal(page, "send", contact=other.id, client_id="1", text="Hi")
        assert (error["code"], error["client_id"]) == ("forbidden", "1")
        for kind in ("sync", "typing", "read"):
            error = refusal(page, kind, contact=other.id, after=0, on=True, seq=1)
            assert error["code"] == "forbidden"

    assert not Message.objects.exists()


def test_the_address_names_the_contact_so_that_frames_need_not(
    alice: Agent, talking: Chat
) -> None:
    with sockets.desk_of(alice) as desk, sockets.page_of(talking) as page:
        page.send("send", client_id="1", text="Hi")
        message = page.read_until("ack")["message"]
        page.send("sync", after=message["seq"] - 1)
        assert page.read_until("messages")["messages"] == [message]
        page.send("typing", on=True)
        page.send("read", seq=1)
        page.heard()

        told = [frame for frame in desk.heard() if frame["type"] in {"typing", "read"}]

    assert [frame["contact"] for frame in told] == [str(talking.id)] * 2


def test_the_rest_of_a_message_is_not_the_customers_to_say(waiting: Chat) -> None:
    with sockets.page_of(waiting) as page:
        page.send(
            "send",
            contact=waiting.id,
            client_id="1",
            text="Hi",
            sender={"kind": "agent", "name": "Alice"},
            seq=7,
            masked=True,
            skip="",
        )
        message = page.read_until("ack")["message"]

    assert message["sender"]["kind"] == "customer"
    assert (message["seq"], message["masked"]) == (1, False)


def test_a_customer_in_a_hurry_is_slowed_down(
    waiting: Chat, settings: Settings
) -> None:
    settings.MESSAGES_PER_MINUTE = 2
    with sockets.page_of(waiting) as page:
        first = page.say(waiting, "One", client_id="1")
        page.say(waiting, "Two", client_id="2")

        error = refusal(page, "send", contact=waiting.id, client_id="3", text="Three")

        assert (error["code"], error["client_id"]) == ("too_many", "3")
        assert 1 <= error["retry_after"] <= 60
        # What is stored is acknowledged all the same, and makes no room.
        assert page.say(waiting, "One", client_id="1") == first
        error = refusal(page, "send", contact=waiting.id, client_id="3", text="Three")
        assert error["code"] == "too_many"
    assert [line["text"] for line in steps.lines_of(waiting)] == ["One", "Two"]


def test_the_limit_counts_pages_and_rest_together(
    waiting: Chat, settings: Settings
) -> None:
    settings.MESSAGES_PER_MINUTE = 2
    steps.say(waiting, "One")
    with sockets.page_of(waiting) as page:
        page.say(waiting, "Two")
        error = refusal(page, "send", contact=waiting.id, client_id="3", text="x")

    assert error["code"] == "too_many"


# --- catching up --------------------------------------------------------------
def test_sync_answers_what_came_after(talking: Chat) -> None:
    steps.say(talking, "One")
    with sockets.page_of(talking) as page:
        page.send("sync", contact=talking.id, after=1)
        answer = page.read_until("messages")

    assert answer == {
        "type": "messages",
        "contact": str(talking.id),
        "messages": steps.lines_of(talking)[1:],
        "last_seq": 2,
        "next": None,
    }


def test_a_pong_says_where_the_conversation_is(talking: Chat) -> None:
    with sockets.page_of(talking) as page:
        page.send("ping")
        assert page.read_until("pong")["last_seq"] == {str(talking.id): 1}
        steps.say(talking, "One")
        page.send("ping")
        assert page.read_until("pong")["last_seq"] == {str(talking.id): 2}


# --- events -------------------------------------------------------------------
def views(page: sockets.Socket) -> list[Json]:
    return [frame["contact"] for frame in page.heard() if frame["type"] == "contact"]


def test_the_customer_sees_the_story_of_the_chat(alice: Agent, waiting: Chat) -> None:
    with sockets.page_of(waiting) as page:
        assert page.welcome["contact"]["queue_position"] == 1
        assert page.welcome["contact"]["agents"] == []

        steps.go_available(alice)
        assert views(page) == [view_of(waiting)]
        assert view_of(waiting)["state"] == "offered"

        steps.accept(alice, waiting)
        frames = page.heard()
        assert {"type": "contact", "contact": view_of(waiting)} in frames
        assert view_of(waiting)["agents"] == ["Alice"]
        [joined] = [f["message"] for f in frames if f["type"] == "message"]
        assert joined["text"] == "Alice has joined the chat"

        said = steps.say(alice, "Hello Dora", to=waiting)
        assert page.heard() == [{"type": "message", "message": said}]


def test_at_the_end_come_the_last_frames_then_the_close(
    alice: Agent, talking: Chat
) -> None:
    with sockets.page_of(talking) as page:
        steps.end(alice, talking)

        frames = []
        while "close" not in (frame := page.read()):
            frames.append(frame)

    assert frame == {"close": 4409}
    lines = [f["message"]["event"]["code"] for f in frames if f["type"] == "message"]
    assert lines == ["agent_left", "contact_ended"]
    assert frames[-1] == {"type": "contact", "contact": view_of(talking)}
    assert frames[-1]["contact"]["can_send"] is False


def test_an_end_during_the_hello_comes_after_the_welcome(
    alice: Agent, talking: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = queries.all_caught_up

    def before_the_end(readers: Any) -> Any:
        lines = read(readers)
        steps.end(alice, talking)
        return lines

    monkeypatch.setattr(queries, "all_caught_up", before_the_end)

    with sockets.page_of(talking) as page:
        frames = []
        while "close" not in (frame := page.read()):
            frames.append(frame)

    assert frame == {"close": 4409}
    assert frames[-1]["contact"]["state"] == "ended"


def test_a_hello_that_fails_ends_the_socket(
    talking: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(readers: Any) -> Any:
        raise RuntimeError("a bug")

    monkeypatch.setattr(queries, "all_caught_up", fail)

    with sockets.chat_of(talking) as page:
        assert page.read() == {"close": 1011}
        sockets.errors.records.clear()


def test_leaving_closes_every_page(talking: Chat) -> None:
    with sockets.page_of(talking) as page, sockets.page_of(talking) as other_page:
        steps.leave(talking)

        assert [page.close_code(), other_page.close_code()] == [4409, 4409]


def test_an_ended_chat_is_shown_and_closed(done: Chat) -> None:
    with sockets.page_of(done) as page:
        assert page.welcome["contact"] == view_of(done)
        assert page.welcome["messages"] == steps.lines_of(done)
        assert page.read() == {"close": 4409}


def test_a_day_after_the_end_nothing_is_shown(done: Chat, later: Later) -> None:
    later(hours=24, seconds=1)

    with sockets.chat_of(done) as page:
        assert page.read() == {"close": 4401}


def test_the_customer_hears_nothing_of_a_search(
    alice: Agent, bob: Agent, offered: Chat
) -> None:
    steps.go_available(bob)
    with sockets.page_of(offered) as page:
        steps.decline(alice, offered)

        frames = page.heard()

    assert {frame["type"] for frame in frames} == {"contact"}
    assert "Alice" not in str(frames)
    assert "Bob" not in str(frames)


def test_the_place_moves_up_with_the_next_sweep(
    waiting: Chat, direct: EntryPoint
) -> None:
    behind = steps.open_chat(direct)
    with sockets.page_of(behind) as page:
        assert page.welcome["contact"]["queue_position"] == 2
        steps.leave(waiting)

        jobs.send_positions(clock.now())

        assert [view["queue_position"] for view in views(page)] == [1]


def test_nobody_else_hears_a_chat(
    alice: Agent, talking: Chat, direct: EntryPoint
) -> None:
    stranger = steps.open_chat(direct)
    with sockets.page_of(stranger) as page:
        page.heard()
        steps.say(talking, "Secret")
        steps.say(alice, "Secret", to=talking)
        steps.end(alice, talking)

        assert [f for f in page.heard() if f["type"] != "contact"] == []

"""A supervisor comes into a chat without being asked (D33, contract 3.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contacts.models import Assignment, ContactEvent, ContactState
from tests import sockets, steps, trail
from tests.contacts.floor import can_take, open_other, shares_of, state_of
from tests.factories import TeamFactory
from tests.steps import client_for, for_agents, refuses
from tests.supervision.watchers import (
    barge,
    ends_of,
    take_over,
    watch,
    watched_by,
)

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from queues.models import EntryPoint, Queue
    from tests.steps import Chat
    from wrapup.models import WrapUpCode

REASON = "She asked for me"


@pytest.fixture
def talking(alice: Agent, direct: EntryPoint) -> Chat:
    return steps.connected(alice, direct, customer={"name": "Dora"})


def history(chat: Chat) -> list[Any]:
    """Return (code, agent) of what happened to a contact since it was accepted."""
    rows = ContactEvent.objects.filter(contact=chat.id).order_by("pk")
    codes = list(rows.values_list("code", "agent__display_name"))
    return codes[codes.index(("accepted", "Alice")) + 1 :]


# --- barge in ---------------------------------------------------------------------
def test_a_supervisor_joins_as_a_consulted_agent_does(
    sam: Agent, alice: Agent, ada: Agent, talking: Chat
) -> None:
    watch(sam, talking)

    card = barge(sam, talking).json()

    assert (card["state"], card["kind"], card["role"]) == (
        "connected",
        "conference",
        "consulted",
    )
    assert card["controls"] == ["send", "attach", "conference_exit"]
    assert steps.texts_of(talking)[-1] == "Sam has joined the chat"
    [owner] = steps.cards_of(alice)
    assert owner["conference"] == {
        "state": "joined",
        "agent": {"id": sam.pk, "display_name": "Sam"},
    }
    assert owner["watchers"] == []
    assert ends_of(talking) == [("Sam", "barged")]
    assert steps.say(sam, "Hello, I am Sam", to=talking)["sender"]["name"] == "Sam"
    assert history(talking) == [("barged", "Sam")]
    entry = trail.said(ada, "barged")
    assert entry["actor"]["display_name"] == "Sam"
    assert entry["object"]["id"] == str(talking.id)
    assert entry["changes"] == {"agent": [None, "Alice"]}


def test_no_free_slot_and_no_watch_is_needed(sam: Agent, talking: Chat) -> None:
    can_take(sam, chat=0)

    assert barge(sam, talking).status_code == 200
    assert state_of(sam) == "idle"  # at work, with something in hand


def test_again_changes_nothing(sam: Agent, talking: Chat) -> None:
    first = barge(sam, talking).json()

    assert barge(sam, talking).json() == first
    assert shares_of(talking) == [("Alice", "connected"), ("Sam", "connected")]


def test_both_can_end_it(sam: Agent, alice: Agent, bob: Agent, talking: Chat) -> None:
    barge(sam, talking)
    client_for(sam).post(for_agents(talking, "conference/exit"))
    barge(sam, talking)
    client_for(alice).post(for_agents(talking, "conference/drop"))

    assert shares_of(talking) == [
        ("Alice", "connected"),
        ("Sam", "left"),
        ("Sam", "left"),
    ]
    barge(sam, talking)
    steps.go_available(bob)
    body = {"agent": bob.pk}
    refused = client_for(alice).post(for_agents(talking, "conference"), body)
    refuses(refused, 409, "in_conference")


def test_one_colleague_at_a_time(
    sam: Agent, alice: Agent, bob: Agent, talking: Chat
) -> None:
    steps.go_available(bob)
    steps.invite(alice, talking, bob)

    # An invitation that nobody has answered is taken back.
    assert barge(sam, talking).status_code == 200
    assert shares_of(talking)[1:] == [("Bob", "withdrawn"), ("Sam", "connected")]
    client_for(sam).post(for_agents(talking, "conference/exit"))
    steps.invite(alice, talking, bob)
    steps.accept(bob, talking)

    refuses(barge(sam, talking), 409, "in_conference")
    assert [agent for agent, state in shares_of(talking) if state == "connected"] == [
        "Alice",
        "Bob",
    ]


def test_who_was_asked_may_come_without_accepting(
    sam: Agent, alice: Agent, talking: Chat
) -> None:
    steps.go_available(sam)
    steps.invite(alice, talking, sam)

    assert barge(sam, talking).status_code == 200

    assert shares_of(talking)[1:] == [("Sam", "withdrawn"), ("Sam", "connected")]


# --- take over -----------------------------------------------------------------------
def test_a_supervisor_becomes_the_owner_at_once(
    sam: Agent, alice: Agent, ada: Agent, talking: Chat, resolved: WrapUpCode
) -> None:
    watch(sam, talking)
    with sockets.desk_of(alice) as desk:
        card = take_over(sam, talking, REASON).json()
        gone = desk.read_until("card_removed")

    assert (card["state"], card["role"], card["kind"]) == (
        "connected",
        "primary",
        "routed",
    )
    assert {"send", "transfer", "conference", "end"} <= set(card["controls"])
    assert (gone["contact"], gone["reason"]) == (str(talking.id), "left")
    assert steps.cards_of(alice) == []  # no wrap-up
    assert shares_of(talking) == [("Alice", "left"), ("Sam", "connected")]
    assert steps.texts_of(talking)[-2:] == [
        "Alice has left the chat",
        "Sam has joined the chat",
    ]
    assert ends_of(talking) == [("Sam", "taken_over")]
    assert Assignment.objects.get(agent=alice).outcome == "taken_over"
    assert history(talking) == [("taken_over", "Sam")]
    entry = trail.said(ada, "taken_over")
    assert entry["changes"] == {"owner": ["Alice", "Sam"]}
    assert entry["reason"] == REASON
    steps.end(sam, talking)
    steps.wrap_up(sam, talking, resolved)
    assert talking.contact.closed_at is not None


def test_who_had_it_hears_nothing_of_it_any_more(
    sam: Agent, alice: Agent, talking: Chat
) -> None:
    with sockets.desk_of(alice) as desk:
        take_over(sam, talking)
        desk.read_until("card_removed")
        steps.say(talking, "Who are you?")
        kinds = desk.heard_kinds()

    assert "message" not in kinds
    assert "card" not in kinds
    refused = client_for(alice).post(for_agents(talking, "end"))
    refuses(refused, 409, "wrong_state")


def test_the_slot_is_free_again(
    sam: Agent, alice: Agent, direct: EntryPoint, talking: Chat
) -> None:
    can_take(alice, chat=1)
    waiting = steps.open_chat(direct)
    assert shares_of(waiting) == []

    take_over(sam, talking)

    assert shares_of(waiting) == [("Alice", "offered")]


def test_who_has_barged_in_takes_over_where_they_are(sam: Agent, talking: Chat) -> None:
    barge(sam, talking)

    card = take_over(sam, talking).json()

    assert (card["role"], card["conference"]) == ("primary", None)
    assert shares_of(talking) == [("Alice", "left"), ("Sam", "connected")]
    joined = [text for text in steps.texts_of(talking) if "Sam has joined" in text]
    assert len(joined) == 1
    assert take_over(sam, talking).json() == card  # again is harmless


def test_a_colleague_in_the_chat_stays(
    sam: Agent, alice: Agent, bob: Agent, talking: Chat
) -> None:
    steps.go_available(bob)
    steps.invite(alice, talking, bob)
    steps.accept(bob, talking)

    card = take_over(sam, talking).json()

    assert card["conference"]["agent"]["display_name"] == "Bob"
    assert "conference_end" in card["controls"]
    steps.say(bob, "I stay", to=talking)


def test_a_contact_of_another_channel_can_be_taken_but_not_joined(
    sam: Agent, ada: Agent, alice: Agent, support: Queue
) -> None:
    can_take(alice, voice=1)
    steps.go_available(alice)
    call = open_other(ada, "voice", support)
    client_for(alice).post(for_agents(call, "accept"))
    url = for_agents(call, "barge")
    refuses(client_for(sam).post(url), 409, "wrong_state")

    url = for_agents(call, "take-over")
    assert client_for(sam).post(url, {"reason": REASON}).status_code == 200

    assert shares_of(call) == [("Alice", "left"), ("Sam", "connected")]


# --- refused ------------------------------------------------------------------------
@pytest.mark.parametrize("command", [barge, take_over], ids=["barge", "take-over"])
def test_not_where_nobody_talks(
    sam: Agent, alice: Agent, bob: Agent, direct: EntryPoint, command: Any
) -> None:
    waiting = steps.open_chat(direct)
    refuses(command(sam, waiting), 409, "wrong_state")
    steps.go_available(alice)
    steps.accept(alice, waiting)
    steps.go_available(bob)
    steps.transfer(alice, waiting, to=bob)
    refuses(command(sam, waiting), 409, "wrong_state")
    steps.accept(bob, waiting)
    steps.leave(waiting)

    refuses(command(sam, waiting), 409, "wrong_state")

    assert "Sam" not in [agent for agent, _ in shares_of(waiting)]
    assert waiting.contact.state == ContactState.ENDED


@pytest.mark.parametrize("command", [barge, take_over], ids=["barge", "take-over"])
def test_not_in_other_teams(
    sam: Agent, acme: Organisation, talking: Chat, command: Any
) -> None:
    sam.teams.set([TeamFactory.create(organisation=acme, name="Others")])

    refuses(command(sam, talking), 403, "forbidden")

    assert shares_of(talking) == [("Alice", "connected")]


@pytest.mark.parametrize("command", [barge, take_over], ids=["barge", "take-over"])
def test_who_wraps_it_up_finishes_that_first(
    sam: Agent, alice: Agent, direct: EntryPoint, command: Any
) -> None:
    own = steps.connected(sam, direct)
    steps.go_idle(sam)
    steps.go_available(alice)
    steps.transfer(sam, own, to=alice)
    steps.accept(alice, own)

    refuses(command(sam, own), 409, "wrong_state")

    assert shares_of(own) == [("Sam", "wrapup"), ("Alice", "connected")]


def test_a_reason_is_needed_and_screened(sam: Agent, ada: Agent, talking: Chat) -> None:
    url = for_agents(talking, "take-over")
    refuses(client_for(sam).post(url, {}), 400, "invalid", errors=["reason"])
    assert shares_of(talking) == [("Alice", "connected")]

    take_over(sam, talking, "Card 4111 1111 1111 1111")

    assert trail.said(ada, "taken_over")["reason"] == "Card ************1111"
    assert watched_by(talking) is None

"""Conferences (R52-R76, D8-D10, D20-D22)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from contacts import jobs
from contacts.models import Assignment
from core import clock
from tests import sockets, steps
from tests.steps import client_for, for_agents

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from tests.steps import Chat, Json
    from wrapup.models import WrapUpCode


def command(agent: Agent, chat: Chat, name: str) -> int:
    response = client_for(agent).post(for_agents(chat, f"conference/{name}"))
    return int(response.status_code)


def texts(chat: Chat) -> list[str]:
    return [line["text"] for line in steps.lines_of(chat)]


def controls(agent: Agent) -> list[str]:
    [card] = steps.cards_of(agent)
    found: list[str] = card["controls"]
    return found


@pytest.fixture
def asked(alice: Agent, bob: Agent, talking: Chat) -> Chat:
    """Alice's chat, to which Bob is invited."""
    steps.go_available(bob)
    steps.invite(alice, talking, bob)
    return talking


@pytest.fixture
def joined(bob: Agent, asked: Chat) -> Chat:
    """Alice's chat, which Bob has joined."""
    steps.accept(bob, asked)
    return asked


def test_a_colleague_is_asked_and_the_customer_sees_nothing(
    alice: Agent, bob: Agent, asked: Chat
) -> None:
    [card] = steps.cards_of(alice)
    assert card["conference"]["state"] == "pending"
    assert card["conference"]["agent"]["display_name"] == "Bob"
    assert card["controls"] == [
        "send",
        "attach",
        "transfer",
        "conference_cancel",
        "end",
        "video",
    ]
    [offer] = steps.cards_of(bob)
    assert (offer["kind"], offer["role"]) == ("conference", "consulted")
    assert texts(asked)[-1] == "Alice has joined the chat"


def test_both_agents_and_the_customer_see_who_joins(
    alice: Agent, bob: Agent, joined: Chat
) -> None:
    assert texts(joined)[-1] == "Bob has joined the chat"
    assert controls(alice) == [
        "send",
        "attach",
        "conference_drop",
        "conference_end",
        "video",
    ]
    assert controls(bob) == ["send", "attach", "conference_exit"]
    steps.say(bob, "Hello from me too", to=joined)
    assert texts(joined)[-1] == "Hello from me too"


def test_only_the_owner_ends_and_only_the_consulted_exits(
    alice: Agent, bob: Agent, joined: Chat
) -> None:
    assert command(bob, joined, "end") == 403
    assert command(bob, joined, "drop") == 403
    assert client_for(bob).post(for_agents(joined, "end")).status_code == 403
    assert command(alice, joined, "exit") == 403
    assert client_for(alice).post(for_agents(joined, "end")).status_code == 409
    assert joined.contact.state == "connected"


@pytest.mark.parametrize("what", ["wrap-up", "transfer", "conference"])
@pytest.mark.parametrize("body", ["right", "none"])
def test_what_is_the_owners_alone_is_refused_before_its_values(
    alice: Agent, bob: Agent, resolved: WrapUpCode, joined: Chat, what: str, body: str
) -> None:
    values: dict[str, Json] = {
        "wrap-up": {"wrapup_code": resolved.pk},
        "transfer": {"destination_type": "agent", "to": alice.pk},
        "conference": {"agent": alice.pk},
    }

    response = client_for(bob).post(
        for_agents(joined, what), values[what] if body == "right" else {}
    )

    steps.refuses(response, 403, "forbidden")
    assert controls(bob) == ["send", "attach", "conference_exit"]
    assert joined.contact.state == "connected"


@pytest.mark.parametrize("how", ["exit", "drop"])
def test_the_consulted_agent_leaves_and_the_chat_goes_on(
    alice: Agent, bob: Agent, joined: Chat, how: str
) -> None:
    who, status = (bob, 204) if how == "exit" else (alice, 200)

    assert command(who, joined, how) == status
    assert command(who, joined, how) == status

    assert steps.cards_of(bob) == []
    assert texts(joined).count("Bob has left the chat") == 1
    assert controls(alice) == [
        "send",
        "attach",
        "transfer",
        "conference",
        "end",
        "video",
    ]
    assert client_for(bob).get(for_agents(joined, "messages")).status_code == 403


def test_ending_the_conference_ends_it_for_all(
    alice: Agent, bob: Agent, joined: Chat
) -> None:
    assert command(alice, joined, "end") == 200

    assert texts(joined)[-3:] == [
        "Bob has left the chat",
        "Alice has left the chat",
        "The chat has ended",
    ]
    assert steps.cards_of(bob) == []
    assert controls(alice) == ["wrap_up"]


def test_the_customer_leaves_a_conference(
    alice: Agent, bob: Agent, joined: Chat
) -> None:
    steps.leave(joined)

    assert steps.cards_of(bob) == []
    assert controls(alice) == ["conference_end"]
    assert command(alice, joined, "end") == 200
    assert texts(joined)[-2:] == [
        "The customer has left the chat",
        "The chat has ended",
    ]


def test_who_does_not_answer_is_followed_by_the_next(
    alice: Agent, bob: Agent, carol: Agent, asked: Chat
) -> None:
    steps.go_available(carol)

    jobs.expire_offers(clock.now() + timedelta(seconds=36))

    bob.refresh_from_db()
    assert bob.state == "rona"
    [offer] = steps.cards_of(carol)
    assert offer["kind"] == "conference"
    jobs.expire_offers(clock.now() + timedelta(seconds=80))
    assert controls(alice) == [
        "send",
        "attach",
        "transfer",
        "conference",
        "end",
        "video",
    ]
    assert asked.contact.state == "connected"
    assert texts(asked)[-1] == "Alice has joined the chat"


def test_asking_again_whom_the_request_has_asked_changes_nothing(
    alice: Agent, bob: Agent, carol: Agent, sam: Agent, asked: Chat
) -> None:
    for colleague in (carol, sam):
        steps.go_available(colleague)
    first = steps.invite(alice, asked, bob)
    jobs.expire_offers(clock.now() + timedelta(seconds=36))

    again = steps.invite(alice, asked, bob)
    response = client_for(alice).post(
        for_agents(asked, "conference"), {"agent": sam.pk}
    )

    assert first["conference"]["agent"]["display_name"] == "Bob"
    assert again["conference"]["agent"]["display_name"] == "Carol"
    steps.refuses(response, 409, "in_conference")
    assert Assignment.objects.filter(contact=asked.id).count() == 3


@pytest.mark.parametrize("who", ["alice", "gina", "nobody"])
def test_who_is_no_choice_is_refused(
    alice: Agent, gina: Agent, talking: Chat, who: str
) -> None:
    steps.go_available(gina)
    agent = {"alice": alice.pk, "gina": gina.pk, "nobody": 10**9}[who]

    response = client_for(alice).post(
        for_agents(talking, "conference"), {"agent": agent}
    )

    steps.refuses(response, 400, "invalid", errors=["agent"])
    assert controls(alice) == [
        "send",
        "attach",
        "transfer",
        "conference",
        "end",
        "video",
    ]


def test_the_owner_alone_is_told_how_the_request_goes(
    alice: Agent, bob: Agent, carol: Agent, talking: Chat
) -> None:
    for colleague in (bob, carol):
        steps.go_available(colleague)
    with sockets.desk_of(alice) as desk, sockets.page_of(talking) as page:
        steps.invite(alice, talking, bob)
        jobs.expire_offers(clock.now() + timedelta(seconds=36))
        jobs.expire_offers(clock.now() + timedelta(seconds=80))

        told = [frame for frame in desk.heard() if frame["type"] == "notice"]
        seen = [frame for frame in page.heard() if frame["type"] == "message"]

    assert [(frame["code"], frame["text"]) for frame in told] == [
        ("conference_waiting", "Waiting for Bob"),
        ("conference_trying_next", "Bob did not answer; trying another"),
        ("conference_failed", "Carol did not answer; nobody available"),
    ]
    assert seen == []


def test_the_owner_is_told_what_became_of_the_colleague(
    alice: Agent, bob: Agent, carol: Agent, talking: Chat
) -> None:
    for colleague in (bob, carol):
        steps.go_available(colleague)
    with sockets.desk_of(alice) as desk:
        steps.invite(alice, talking, bob)
        steps.decline(bob, talking)
        steps.go_idle(carol)

        told = [frame for frame in desk.heard() if frame["type"] == "notice"]

    assert [frame["text"] for frame in told[1:]] == [
        "Bob declined; trying another",
        "Carol is not available any more; nobody available",
    ]


@pytest.mark.parametrize(
    ("how", "reason"),
    [("exit", "left"), ("drop", "left"), ("end", "left"), ("leave", "customer_left")],
)
def test_the_consulted_desk_hears_why_the_card_is_gone(
    alice: Agent, bob: Agent, joined: Chat, how: str, reason: str
) -> None:
    with sockets.desk_of(bob) as desk:
        if how == "leave":
            steps.leave(joined)
        else:
            command(bob if how == "exit" else alice, joined, how)
        steps.cards_of(alice)
        frames = desk.heard()

    assert frames[-1] == {
        "type": "card_removed",
        "contact": str(joined.id),
        "reason": reason,
    }


def test_a_request_is_taken_back(alice: Agent, bob: Agent, asked: Chat) -> None:
    assert command(alice, asked, "cancel") == 200
    assert command(alice, asked, "cancel") == 200

    bob.refresh_from_db()
    assert bob.state == "available"
    assert steps.cards_of(bob) == []
    share = Assignment.objects.get(contact=asked.id, agent=bob)
    assert share.state == "withdrawn"


def silence(acme: Organisation) -> None:
    """Let nobody have said anything for longer than the limit."""
    acme.customer_inactivity_seconds = 60
    acme.save(update_fields=["customer_inactivity_seconds"])
    jobs.end_inactive_chats(clock.now() + timedelta(minutes=2))


def test_a_long_silence_ends_a_conference_for_the_colleague(
    acme: Organisation, alice: Agent, bob: Agent, joined: Chat
) -> None:
    silence(acme)

    assert steps.cards_of(bob) == []
    assert controls(alice) == ["conference_end"]
    assert command(alice, joined, "end") == 200


def test_a_long_silence_withdraws_the_request(
    acme: Organisation, alice: Agent, bob: Agent, asked: Chat
) -> None:
    silence(acme)

    assert steps.cards_of(bob) == []
    assert controls(alice) == ["end"]
    response = client_for(bob).post(for_agents(asked, "accept"))
    steps.refuses(response, 409, "offer_gone")
    assert asked.contact.is_ended

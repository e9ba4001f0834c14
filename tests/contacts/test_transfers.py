"""Blind transfers (R77-R91, D4-D7, D19, D22)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from contacts import jobs
from contacts.models import Assignment, Message
from core import clock
from queues.models import DistributionGroup
from tests import sockets, steps
from tests.cast import person
from tests.factories import QueueFactory, TeamFactory
from tests.steps import client_for, for_agents

if TYPE_CHECKING:
    from agents.models import Agent, MultimediaProfile, Organisation
    from queues.models import EntryPoint, Queue
    from tests.steps import Chat


@pytest.fixture
def sales(acme: Organisation) -> Queue:
    return QueueFactory.create(organisation=acme, name="Sales")


def texts(chat: Chat) -> list[str]:
    return [line["text"] for line in steps.lines_of(chat)]


def transfer(agent: Agent, chat: Chat, **body: object) -> tuple[int, dict[str, object]]:
    url = for_agents(chat, "transfer")
    response = client_for(agent).post(url, body, format="json")
    return response.status_code, response.json()


def test_an_agent_gives_the_chat_to_a_colleague(
    alice: Agent, bob: Agent, talking: Chat
) -> None:
    steps.go_available(bob)

    card = steps.transfer(alice, talking, to=bob, note="Knows parcels")

    assert card["state"] == "wrapup"
    [offer] = steps.cards_of(bob)
    assert (offer["kind"], offer["state"]) == ("transfer", "offered")
    assert (offer["requested_by"], offer["note"]) == ("Alice", "Knows parcels")
    assert client_for(alice).get(for_agents(talking, "messages")).status_code == 403
    steps.accept(bob, talking)
    assert texts(talking)[-2:] == ["Alice has left the chat", "Bob has joined the chat"]
    assert client_for(alice).get(for_agents(talking)).status_code == 200


def test_who_gave_the_chat_away_cannot_follow_it(
    alice: Agent, bob: Agent, talking: Chat
) -> None:
    steps.say(talking, "Before")
    steps.go_available(bob)
    with sockets.desk_of(alice) as desk:
        card = steps.transfer(alice, talking, to=bob)
        told = [frame for frame in desk.heard() if frame["type"] == "card"]

        steps.accept(bob, talking)
        steps.say(bob, "Only for Dora", to=talking)
        jobs.send_cards(clock.now())
        steps.leave(talking)
        steps.end(bob, talking)

        assert told[-1]["card"] == card
        assert desk.heard() == []
        desk.send("ping")
        assert desk.read_until("pong")["last_seq"] == {}
    assert steps.cards_of(alice) == [card]
    assert (card["last_message"], card["last_seq"]) == (None, 0)
    assert (card["unread"], card["customer_present"]) == (0, True)


def test_a_new_name_of_the_customer_shows_on_the_wrap_up(
    alice: Agent, bob: Agent, talking: Chat
) -> None:
    steps.go_available(bob)
    with sockets.desk_of(alice) as desk:
        steps.transfer(alice, talking, to=bob)
        steps.accept(bob, talking)
        desk.heard()

        client_for(bob).patch(for_agents(talking, "customer"), {"name": "Dorothea"})

        [frame] = desk.heard()
        assert frame["card"]["customer"]["name"] == "Dorothea"


def test_the_same_transfer_again_changes_nothing(
    alice: Agent, bob: Agent, carol: Agent, talking: Chat
) -> None:
    steps.go_available(bob)
    steps.go_available(carol)
    steps.transfer(alice, talking, to=bob)

    again = steps.transfer(alice, talking, to=bob)
    status, problem = transfer(alice, talking, destination_type="agent", to=carol.pk)

    assert again["state"] == "wrapup"
    assert (status, problem["code"]) == (409, "wrong_state")
    assert Assignment.objects.filter(contact=talking.id).count() == 2


def test_a_transfer_that_nobody_answers_ends_the_chat(
    alice: Agent, bob: Agent, talking: Chat
) -> None:
    steps.go_available(bob)
    steps.transfer(alice, talking, to=bob)

    jobs.expire_offers(clock.now() + timedelta(seconds=36))

    bob.refresh_from_db()
    assert bob.state == "rona"
    assert talking.contact.ended_reason == "transfer_no_answer"
    assert texts(talking)[-2:] == ["The agent has left the chat", "The chat has ended"]


def test_an_organisation_may_requeue_it_instead(
    acme: Organisation, alice: Agent, bob: Agent, talking: Chat
) -> None:
    acme.transfer_no_answer = "requeue"
    acme.save(update_fields=["transfer_no_answer"])
    first = talking.contact.enqueued_at
    steps.go_available(bob)
    steps.transfer(alice, talking, to=bob)

    jobs.expire_offers(clock.now() + timedelta(seconds=36))

    assert talking.contact.state == "queued"
    assert talking.contact.enqueued_at == first
    assert texts(talking)[-1] == "Waiting in Support"


@pytest.mark.parametrize("who", ["alice", "gina", "nobody"])
def test_who_is_no_choice_is_refused_and_the_chat_stays(
    alice: Agent, gina: Agent, talking: Chat, who: str
) -> None:
    steps.go_available(gina)
    to = {"alice": alice.pk, "gina": gina.pk, "nobody": 10**9}[who]

    status, problem = transfer(alice, talking, destination_type="agent", to=to)

    assert (status, list(problem["errors"])) == (400, ["to"])  # type: ignore[call-overload]
    assert talking.contact.state == "connected"
    assert not Message.objects.filter(event_code="agent_left").exists()


def test_an_agent_who_is_not_available_is_refused(
    alice: Agent, bob: Agent, talking: Chat
) -> None:
    status, problem = transfer(alice, talking, destination_type="agent", to=bob.pk)

    assert (status, problem["code"]) == (409, "agent_unavailable")
    assert talking.contact.state == "connected"


def test_an_agent_moves_the_chat_to_another_queue(
    alice: Agent, talking: Chat, sales: Queue
) -> None:
    first = talking.contact.enqueued_at

    steps.transfer(alice, talking, to=sales, note="Wants to buy")

    contact = talking.contact
    assert (contact.state, contact.queue) == ("queued", sales)
    assert contact.enqueued_at == first
    assert contact.queue_visits.count() == 2
    assert texts(talking)[-1] == "Alice has left the chat"


def test_the_current_or_an_inactive_queue_is_no_choice(
    alice: Agent, talking: Chat, sales: Queue, support: Queue
) -> None:
    sales.is_active = False
    sales.save(update_fields=["is_active"])

    for queue in (sales, support):
        status, _ = transfer(alice, talking, destination_type="queue", to=queue.pk)
        assert status == 400
    assert talking.contact.state == "connected"


def test_the_targets_are_free_colleagues_and_all_active_queues(
    alice: Agent, bob: Agent, carol: Agent, talking: Chat, sales: Queue
) -> None:
    steps.go_available(bob)

    url = for_agents(talking, "transfer-targets")
    targets = client_for(alice).get(url).json()

    assert [agent["display_name"] for agent in targets["agents"]] == ["Bob"]
    assert [(q["name"], q["current"]) for q in targets["queues"]] == [
        ("Sales", False),
        ("Support", True),
    ]


def test_a_target_serves_the_queue_and_shares_a_team(
    acme: Organisation, alice: Agent, bob: Agent, talking: Chat, support: Queue
) -> None:
    back = TeamFactory.create(organisation=acme, name="Back office")
    serving = TeamFactory.create(organisation=acme, name="Night")
    DistributionGroup.objects.create(queue=support, team=serving, after_seconds=600)
    alice.teams.add(back)
    in_team_only = person("Tess", acme, teams=[back])
    in_queue_only = person("Quinn", acme, teams=[serving])
    for each in (bob, in_team_only, in_queue_only):
        steps.go_available(each)

    targets = {
        kind: client_for(alice).get(for_agents(talking, f"{kind}-targets")).json()
        for kind in ("transfer", "conference")
    }

    names = {
        kind: [agent["display_name"] for agent in found["agents"]]
        for kind, found in targets.items()
    }
    assert names == {"transfer": ["Bob"], "conference": ["Bob", "Quinn"]}
    for agent in (in_team_only, in_queue_only):
        status, problem = transfer(
            alice, talking, destination_type="agent", to=agent.pk
        )
        assert (status, list(problem["errors"])) == (400, ["to"])  # type: ignore[call-overload]
    assert talking.contact.state == "connected"


def test_the_target_is_full(
    alice: Agent,
    bob: Agent,
    talking: Chat,
    direct: EntryPoint,
    chat_profile: MultimediaProfile,
) -> None:
    steps.allow_chats(1, chat_profile)
    steps.go_available(bob)
    steps.open_chat(direct)

    for command, body in (
        ("transfer", {"destination_type": "agent", "to": bob.pk}),
        ("conference", {"agent": bob.pk}),
    ):
        response = client_for(alice).post(
            for_agents(talking, command), body, format="json"
        )
        steps.refuses(response, 409, "agent_unavailable")
    targets = client_for(alice).get(for_agents(talking, "transfer-targets")).json()
    assert targets["agents"] == []
    assert talking.contact.state == "connected"


def test_a_transfer_withdraws_a_pending_invitation(
    alice: Agent, bob: Agent, carol: Agent, direct: EntryPoint, talking: Chat
) -> None:
    steps.go_available(bob)
    steps.go_available(carol)
    steps.invite(alice, talking, bob)

    steps.transfer(alice, talking, to=carol)

    bob.refresh_from_db()
    assert bob.state == "available"
    assert steps.cards_of(bob) == []
    assert [card["kind"] for card in steps.cards_of(carol)] == ["transfer"]

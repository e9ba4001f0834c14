"""The conversation over REST: both sides say something (contract 3.1, 3.3, 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests import steps
from tests.steps import client_for, for_agents

if TYPE_CHECKING:
    from agents.models import Agent
    from queues.models import EntryPoint
    from tests.steps import Chat

from tests.contacts.talking import post, texts

MESSAGE = {
    "contact",
    "seq",
    "rev",
    "client_id",
    "sender",
    "kind",
    "text",
    "event",
    "masked",
    "attachments",
    "buttons",
    "sources",
    "mail",
    "mail_error",
    "created_at",
}


# --- saying something ---------------------------------------------------------
def test_an_agent_says_something(alice: Agent, talking: Chat) -> None:
    response = post(alice, talking)

    assert response.status_code == 201
    message = response.json()
    assert message.keys() == MESSAGE
    assert message["contact"] == str(talking.id)
    assert message["sender"] == steps.sender_of(alice)
    assert (message["seq"], message["rev"]) == (2, 0)
    assert (message["client_id"], message["text"]) == ("one", "Hello")
    assert (message["kind"], message["event"]) == ("text", None)
    assert message["created_at"].endswith("Z")
    assert talking.contact.last_seq == 2


def test_a_customer_says_something_while_waiting(waiting: Chat) -> None:
    response = post(waiting, waiting)

    assert response.status_code == 201
    assert response.json()["sender"] == steps.sender_of(waiting)
    assert response.json()["seq"] == 1


def test_a_customer_without_a_name_is_called_customer(direct: EntryPoint) -> None:
    chat = steps.open_chat(direct)

    sender = post(chat, chat).json()["sender"]

    assert (sender["kind"], sender["name"]) == ("customer", "Customer")


def test_a_message_is_the_same_for_every_reader(
    alice: Agent, sam: Agent, talking: Chat
) -> None:
    sent = post(alice, talking).json()

    read = [
        client_for(alice).get(for_agents(talking, "messages")).json()[-1],
        client_for(sam).get(for_agents(talking, "messages")).json()[-1],
        steps.lines_of(talking)[-1],
    ]

    assert read == [sent] * 3


def test_what_was_said_before_the_accept_is_part_of_the_conversation(
    alice: Agent, offered: Chat
) -> None:
    post(offered, offered, text="I need help")
    steps.accept(alice, offered)

    response = client_for(alice).get(for_agents(offered, "messages"))

    assert [line["text"] for line in response.json()] == [
        "I need help",
        "Alice has joined the chat",
    ]


# --- repeats ------------------------------------------------------------------
def test_a_repeated_client_id_stores_nothing_twice(alice: Agent, talking: Chat) -> None:
    first = post(alice, talking)

    second = post(alice, talking, text="Something else")

    assert second.status_code == 200
    assert second.json() == first.json()
    assert texts() == ["Hello"]


def test_two_senders_may_have_the_same_client_id(alice: Agent, talking: Chat) -> None:
    assert post(alice, talking, text="agent").status_code == 201

    assert post(talking, talking, text="customer").status_code == 201

    assert texts() == ["agent", "customer"]


def test_two_contacts_may_have_the_same_client_id(
    alice: Agent, direct: EntryPoint
) -> None:
    chats = [steps.connected(alice, direct), steps.connected(alice, direct)]

    answers = [post(alice, chat) for chat in chats]

    assert [answer.status_code for answer in answers] == [201, 201]


def test_a_repeat_after_the_end_answers_what_was_stored(
    alice: Agent, talking: Chat
) -> None:
    first = {who: post(who, talking).json() for who in (alice, talking)}
    steps.end(alice, talking)

    for who in (alice, talking):
        response = post(who, talking)

        assert response.status_code == 200
        assert response.json() == first[who]

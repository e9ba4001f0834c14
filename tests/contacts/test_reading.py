"""The conversation over REST: what was said, and how far it was read (contract 3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contacts.models import Message
from tests import steps
from tests.steps import client_for, customer_of, for_agents, for_customers, refuses

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from agents.models import Agent
    from tests.stage import Later
    from tests.steps import Chat

from tests.contacts.talking import read


# --- reading ------------------------------------------------------------------
def fill(chat: Chat, number: int) -> None:
    contact = chat.contact
    first = contact.last_seq + 1
    Message.objects.bulk_create(
        Message(
            contact=contact,
            seq=seq,
            sender_kind="customer",
            sender_key="customer",
            sender_name="Dora",
            text=f"Line {seq}",
            created_at=contact.opened_at,
        )
        for seq in range(first, first + number)
    )
    contact.last_seq += number
    contact.save(update_fields=["last_seq"])


def seqs(who: Agent | Chat, chat: Chat, **query: int) -> list[int]:
    if isinstance(who, steps.Chat):
        client, url = customer_of(who), for_customers(chat, "messages")
    else:
        client, url = client_for(who), for_agents(chat, "messages")
    response = client.get(url, query)
    assert response.status_code == 200
    lines = response.json()
    assert isinstance(lines, list)
    return [line["seq"] for line in lines]


def test_one_reads_what_came_after(alice: Agent, talking: Chat) -> None:
    fill(talking, 4)

    for who in (alice, talking):
        assert seqs(who, talking) == [1, 2, 3, 4, 5]
        assert seqs(who, talking, after=3) == [4, 5]
        assert seqs(who, talking, after=5) == []
        assert seqs(who, talking, after=99) == []


def test_what_was_masked_later_comes_again(alice: Agent, talking: Chat) -> None:
    fill(talking, 4)
    Message.objects.filter(contact=talking.id, seq=2).update(rev=1, masked=True)

    for who in (alice, talking):
        assert seqs(who, talking, after=4) == [2, 5]
        # Beyond the last line there is nothing, whatever was known there.
        assert seqs(who, talking, after=6) == []


def test_at_most_500_lines_come_at_once(alice: Agent, talking: Chat) -> None:
    fill(talking, 600)

    for who in (alice, talking):
        assert seqs(who, talking) == list(range(1, 501))
        assert seqs(who, talking, after=500) == list(range(501, 602))


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "9" * 30, "null"])
def test_after_is_a_number(alice: Agent, talking: Chat, after: str) -> None:
    for client, url in (
        (client_for(alice), for_agents(talking, "messages")),
        (customer_of(talking), for_customers(talking, "messages")),
    ):
        response = client.get(url, {"after": after})

        refuses(response, 400, "invalid", errors=["after"])


def test_the_customer_reads_for_a_day_after_the_end(done: Chat, later: Later) -> None:
    later(hours=23, minutes=59)
    assert len(seqs(done, done)) == 3

    later(minutes=2)
    response = customer_of(done).get(for_customers(done, "messages"))

    refuses(response, 401, "bad_token")


def test_reading_costs_the_same_whatever_the_length(
    alice: Agent, talking: Chat, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_for(alice)
    fill(talking, 100)

    with django_assert_max_num_queries(7):
        client.get(for_agents(talking, "messages"))


# --- how far one has read -----------------------------------------------------
def unread(agent: Agent) -> int:
    [card] = steps.cards_of(agent)
    number: int = card["unread"]
    return number


def test_reading_lowers_the_number_of_unread_lines(alice: Agent, talking: Chat) -> None:
    fill(talking, 3)
    assert unread(alice) == 3

    assert read(alice, talking, 3).status_code == 204
    assert unread(alice) == 1

    read(alice, talking, 4)
    assert unread(alice) == 0


def test_nothing_becomes_unread_again(alice: Agent, talking: Chat) -> None:
    fill(talking, 3)
    read(alice, talking, 4)

    assert read(alice, talking, 2).status_code == 204

    assert unread(alice) == 0


def test_what_is_not_there_yet_cannot_be_read(alice: Agent, talking: Chat) -> None:
    fill(talking, 1)

    read(alice, talking, 1000)

    assert unread(alice) == 1


def test_own_lines_are_never_unread(alice: Agent, talking: Chat) -> None:
    steps.say(alice, "Hello", to=talking)

    assert unread(alice) == 0


@pytest.mark.parametrize("seq", [0, -1, "x", None, 2**40, 1.5])
def test_what_was_read_is_a_line(alice: Agent, talking: Chat, seq: object) -> None:
    refuses(read(alice, talking, seq), 400, "invalid", errors=["seq"])


def test_who_does_not_take_part_reads_nothing(
    alice: Agent, bob: Agent, sam: Agent, offered: Chat
) -> None:
    refuses(read(alice, offered, 1), 403, "not_accepted")
    refuses(read(bob, offered, 1), 404, "not_found")
    refuses(read(sam, offered, 1), 403, "forbidden")

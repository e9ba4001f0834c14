"""The conversation over REST: both sides say something (contract 3.1, 3.3, 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contacts.models import Message
from tests import steps
from tests.steps import client_for, customer_of, for_agents, for_customers, refuses

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries, Settings

    from agents.models import Agent
    from queues.models import EntryPoint
    from tests.stage import Later
    from tests.steps import Chat

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


def post(who: Agent | Chat, chat: Chat, **body: Any) -> Any:
    body = {"client_id": "one", "text": "Hello", **body}
    if isinstance(who, steps.Chat):
        client, url = customer_of(who), for_customers(chat, "messages")
    else:
        client, url = client_for(who), for_agents(chat, "messages")
    return steps.post(client, url, body)


def texts() -> list[str]:
    rows = Message.objects.filter(kind="text").order_by("contact", "seq")
    return list(rows.values_list("text", flat=True))


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


# --- what is refused ----------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "\n\t ",
        None,
        [],
        {},
        True,
        "a\x00b",
        "x" * 8001,
        "\ud800",
        "\u200b\u3164",
    ],
    ids=repr,
)
def test_a_text_is_1_to_8000_characters(
    alice: Agent, talking: Chat, text: object
) -> None:
    for who in (alice, talking):
        refuses(post(who, talking, text=text), 400, "invalid", errors=["text"])

    assert texts() == []
    assert talking.contact.last_seq == 1


@pytest.mark.telling
@pytest.mark.parametrize(
    "text",
    [
        "x" * 8000,
        "🙂" * 8000,
        "שלום \u202e עולם",
        "e\u0301 \u200b \ufeff ¿",
        "<script>alert(1)</script> & 'quotes'",
        "two\nlines\ttab",
        "-- ; DROP TABLE",
    ],
    ids=["8000", "8000 emoji", "bidi", "combining", "markup", "lines", "sql"],
)
def test_any_text_comes_back_as_it_was_sent(
    alice: Agent, talking: Chat, text: str
) -> None:
    response = post(alice, talking, text=text)

    assert response.status_code == 201
    assert response.json()["text"] == text
    assert steps.lines_of(talking)[-1]["text"] == text


def test_space_around_a_text_does_not_count(alice: Agent, talking: Chat) -> None:
    response = post(alice, talking, text=f"  {'x' * 8000}\n")

    assert response.json()["text"] == "x" * 8000


@pytest.mark.parametrize("client_id", ["", None, [], "x" * 65, "a\x00", "\ud800"])
def test_a_client_id_is_1_to_64_characters(
    alice: Agent, talking: Chat, client_id: object
) -> None:
    response = post(alice, talking, client_id=client_id)

    refuses(response, 400, "invalid", errors=["client_id"])
    assert texts() == []


def test_a_client_id_comes_back_as_it_was_sent(alice: Agent, talking: Chat) -> None:
    for client_id in (" a ", "x" * 64, "🙂", "0"):
        response = post(alice, talking, client_id=client_id)

        assert response.status_code == 201
        assert response.json()["client_id"] == client_id


def test_both_are_needed(alice: Agent, talking: Chat) -> None:
    response = client_for(alice).post(
        for_agents(talking, "messages"), {}, format="json"
    )

    refuses(response, 400, "invalid", errors=["client_id", "text"])


def test_a_message_cannot_say_more_than_its_text(alice: Agent, talking: Chat) -> None:
    response = post(
        alice,
        talking,
        seq=77,
        rev=9,
        masked=True,
        sender={"kind": "system", "name": "Root"},
        kind="event",
        buttons=["x"],
    )

    message = response.json()
    assert (message["seq"], message["rev"], message["masked"]) == (2, 0, False)
    assert message["sender"] == steps.sender_of(alice)
    assert (message["kind"], message["buttons"]) == ("text", [])


def test_nobody_says_anything_after_the_end(alice: Agent, talking: Chat) -> None:
    steps.end(alice, talking)
    before = steps.lines_of(talking)

    for who in (alice, talking):
        refuses(post(who, talking), 409, "contact_ended")

    assert steps.lines_of(talking) == before


def test_nobody_says_anything_after_the_customer_left(
    alice: Agent, talking: Chat
) -> None:
    steps.leave(talking)
    before = steps.lines_of(talking)

    refuses(post(alice, talking), 409, "contact_ended")

    assert steps.lines_of(talking) == before


def test_an_agent_says_nothing_before_accepting(alice: Agent, offered: Chat) -> None:
    refuses(post(alice, offered), 403, "not_accepted")

    assert texts() == []


def test_only_who_takes_part_says_something(
    bob: Agent, sam: Agent, ada: Agent, gina: Agent, talking: Chat
) -> None:
    for stranger, status, code in (
        (bob, 404, "not_found"),
        (sam, 403, "forbidden"),
        (ada, 403, "forbidden"),
        (gina, 404, "not_found"),
    ):
        refuses(post(stranger, talking), status, code)

    assert texts() == []


def test_a_customer_says_nothing_in_the_chat_of_somebody_else(
    direct: EntryPoint, talking: Chat
) -> None:
    stranger = steps.open_chat(direct)

    refuses(post(stranger, talking), 404, "not_found")

    assert texts() == []


def test_a_refusal_of_the_person_comes_before_one_of_the_value(
    bob: Agent, alice: Agent, offered: Chat
) -> None:
    refuses(post(bob, offered, text=""), 404, "not_found")
    refuses(post(alice, offered, text=""), 403, "not_accepted")


def test_a_refusal_of_the_value_comes_before_one_of_the_state(
    alice: Agent, ended: Chat
) -> None:
    for who in (alice, ended):
        refuses(post(who, ended, text=""), 400, "invalid", errors=["text"])


# --- limits -------------------------------------------------------------------
@pytest.fixture
def two_a_minute(settings: Settings) -> None:
    settings.MESSAGES_PER_MINUTE = 2


@pytest.mark.usefixtures("two_a_minute")
def test_a_customer_in_a_hurry_is_slowed_down(waiting: Chat) -> None:
    for number in (1, 2):
        assert post(waiting, waiting, client_id=str(number)).status_code == 201

    response = post(waiting, waiting, client_id="3")

    refuses(response, 429, "too_many")
    assert 1 <= int(response["Retry-After"]) <= 60
    assert texts() == ["Hello"] * 2


@pytest.mark.usefixtures("two_a_minute")
def test_a_repeat_does_not_count(waiting: Chat) -> None:
    for client_id in ("1", "1", "1", "2"):
        assert post(waiting, waiting, client_id=client_id).status_code in {200, 201}

    assert post(waiting, waiting, client_id="2").status_code == 200
    refuses(post(waiting, waiting, client_id="3"), 429, "too_many")
    assert texts() == ["Hello"] * 2


@pytest.mark.usefixtures("two_a_minute")
def test_a_repeat_over_the_limit_makes_no_room(waiting: Chat) -> None:
    for client_id in ("1", "2", "2", "1", "2"):
        post(waiting, waiting, client_id=client_id)

    refuses(post(waiting, waiting, client_id="3"), 429, "too_many")

    assert len(texts()) == 2


@pytest.mark.usefixtures("two_a_minute")
def test_a_refused_message_does_not_count(waiting: Chat) -> None:
    for _ in range(3):
        post(waiting, waiting, text="")

    assert post(waiting, waiting).status_code == 201


@pytest.mark.usefixtures("two_a_minute")
def test_agents_have_no_limit(alice: Agent, talking: Chat) -> None:
    for number in range(5):
        response = post(alice, talking, client_id=str(number))

        assert response.status_code == 201


def test_a_limit_of_zero_is_none(waiting: Chat, settings: Settings) -> None:
    settings.MESSAGES_PER_MINUTE = 0

    assert post(waiting, waiting).status_code == 201


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
def read(agent: Agent, chat: Chat, seq: object) -> Any:
    return client_for(agent).post(for_agents(chat, "read"), {"seq": seq}, format="json")


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

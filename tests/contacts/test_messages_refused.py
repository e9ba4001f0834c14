"""The conversation over REST: what is not stored, and why (contract 3.1, 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import steps
from tests.steps import client_for, for_agents, refuses

if TYPE_CHECKING:
    from pytest_django import Settings

    from agents.models import Agent
    from queues.models import EntryPoint
    from tests.steps import Chat

from tests.contacts.talking import post, texts


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

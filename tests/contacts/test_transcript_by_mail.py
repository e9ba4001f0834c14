"""Dora has her chat sent to the address she gave, and to no other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from agents.models import Mail
from tests import steps
from tests.post_office import html_of, text_of
from tests.steps import (
    Chat,
    client_for,
    customer_of,
    for_agents,
    for_customers,
    refuses,
)

if TYPE_CHECKING:
    from pytest_django import Settings

    from agents.models import Agent
    from queues.models import EntryPoint
    from tests.clockwork import Clockwork
    from tests.post_office import PostOffice

DORA = {"name": "Dora", "email": "dora@example.com"}


@pytest.fixture
def written(alice: Agent, direct: EntryPoint) -> Chat:
    """Dora's chat with Alice, in which she gave her address."""
    chat = steps.connected(alice, direct, customer=DORA)
    steps.say(chat, "Hello <b>")
    steps.end(alice, chat)
    return chat


def ask(chat: Chat, **body: Any) -> Any:
    url = for_customers(chat, "transcript/email")
    return customer_of(chat).post(url, body, format="json")


def test_the_whole_chat_goes_to_the_address_that_was_given(
    written: Chat, post_office: PostOffice
) -> None:
    view = customer_of(written).get(for_customers(written)).json()
    assert view["transcript_by_mail"] is True

    answer = ask(written, email="eve@example.com")
    post_office.sends()

    assert (answer.status_code, answer.content) == (202, b"")
    (letter,) = post_office.letters
    assert letter["To"] == DORA["email"]
    assert "Dora: Hello <b>" in text_of(letter)
    assert "Alice has left the chat" in text_of(letter)
    assert "Dora: Hello &lt;b&gt;" in html_of(letter)


def test_no_mail_shows_a_note(
    alice: Agent, direct: EntryPoint, post_office: PostOffice
) -> None:
    chat = steps.connected(alice, direct, customer=DORA)
    note = {"client_id": "n", "text": "Between ourselves"}
    written = client_for(alice).post(for_agents(chat, "notes"), note, format="json")
    assert written.status_code == 201
    steps.end(alice, chat)

    ask(chat)
    post_office.sends()

    (letter,) = post_office.letters
    assert "Alice has left the chat" in text_of(letter)
    assert "Between ourselves" not in text_of(letter) + html_of(letter)


def test_it_is_sent_once_in_ten_minutes(
    written: Chat, post_office: PostOffice, clockwork: Clockwork
) -> None:
    assert ask(written).status_code == 202

    again = ask(written)

    assert again.status_code == 429
    assert again["Retry-After"] == "600"
    assert Mail.objects.count() == 1
    clockwork.moves(seconds=601)
    assert ask(written).status_code == 202


def test_without_an_address_there_is_nowhere_to_send_it(
    talking: Chat, post_office: PostOffice
) -> None:
    view = customer_of(talking).get(for_customers(talking)).json()

    answer = ask(talking, email="eve@example.com")

    assert view["transcript_by_mail"] is False
    refuses(answer, 400, "invalid", errors=["email"])
    assert not Mail.objects.exists()


def test_without_mail_it_is_not_sent(written: Chat, settings: Settings) -> None:
    settings.EMAIL_URL = ""

    refuses(ask(written), 409, "closed")

    assert not Mail.objects.exists()


def test_another_chats_token_sends_nothing(
    written: Chat, waiting: Chat, post_office: PostOffice
) -> None:
    answer = ask(Chat(written.id, waiting.token))

    assert answer.status_code == 404
    assert not Mail.objects.exists()

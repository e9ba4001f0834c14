"""A webhook assistant: what its server is asked, and whatever it may answer."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests import steps
from tests.assistants.servers import SECRET
from tests.assistants.steps import asks, said_by
from tests.factories import QueueFactory

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from queues.models import EntryPoint, Queue
    from tests.assistants.servers import Bot
    from tests.steps import Chat

GREETING = "Hello, how can I help?"
FALLBACK = "I did not understand that."


@pytest.fixture
def chat(bot: Bot, front: EntryPoint) -> Chat:
    return steps.open_chat(front, customer={"name": "Dora"})


def test_its_server_is_asked_and_answers(bot: Bot, chat: Chat) -> None:
    bot.says({"text": "Blue or red?", "buttons": ["Blue", "Red"]}, {"text": "Say!"})

    asks(chat, "I want paint")

    lines = steps.lines_of(chat)
    assert [line["text"] for line in lines[2:]] == ["Blue or red?", "Say!"]
    assert [line["buttons"] for line in lines[2:]] == [["Blue", "Red"], []]
    [(headers, body)] = bot.asked
    question = json.loads(body)
    assert question == {
        "contact": str(chat.id),
        "entry_point": "front",
        "customer": {"name": "Dora"},
        "message": lines[1],
        "history": [lines[0]],
    }
    signed = headers["x-parley-timestamp"].encode() + b"." + body
    digest = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["x-parley-signature"] == f"sha256={digest}"


def test_it_hands_over_to_a_queue(bot: Bot, chat: Chat, support: Queue) -> None:
    billing = QueueFactory.create(organisation=support.organisation)
    bot.says({"text": "One moment"}, action="escalate", queue=billing.pk)

    asks(chat, "My bill")

    contact = chat.contact
    assert (contact.state, contact.queue) == ("queued", billing)
    assert contact.handover_reason == "asked"


def test_it_ends_the_chat(bot: Bot, chat: Chat) -> None:
    bot.says(action="end")

    asks(chat, "Bye")

    assert chat.contact.ended_reason == "bot_ended"


NO_ANSWERS: dict[str, dict[str, Any]] = {
    "a failure": {"status": 500},
    "too many": {"status": 429, "headers": {"Retry-After": "60"}},
    "a redirect": {"status": 302, "headers": {"Location": "http://127.0.0.1/"}},
    "garbage": {"body": b"\xff\xfe{"},
    "another shape": {"body": b"[]"},
    "a deep one": {"body": b"[" * 60_000},
    "too large": {"body": b'"' + b"x" * 70_000 + b'"'},
    "no action": {"body": b'{"messages": [{"text": "Hi"}]}'},
    "an unknown action": {"body": b'{"messages": [], "action": "explode"}'},
    "no words": {"body": b'{"messages": [], "action": "reply"}'},
    "a blank": {"body": b'{"messages": [{"text": " "}], "action": "reply"}'},
    "a number": {"body": b'{"messages": [{"text": 5}], "action": "reply"}'},
    "a NUL": {"body": b'{"messages": [{"text": "a\\u0000"}], "action": "reply"}'},
    "half a character": {
        "body": b'{"messages": [{"text": "\\ud800"}], "action": "reply"}'
    },
    "an unknown queue": {
        "body": b'{"messages": [], "action": "escalate", "queue": 999999}'
    },
    "no queue": {"body": b'{"messages": [], "action": "escalate", "queue": true}'},
    "many buttons": {
        "body": json.dumps(
            {
                "messages": [{"text": "Hi", "buttons": [str(n) for n in range(100)]}],
                "action": "reply",
            }
        ).encode()
    },
}


@pytest.mark.parametrize("name", NO_ANSWERS)
def test_whatever_is_no_answer_is_a_miss(bot: Bot, chat: Chat, name: str) -> None:
    vars(bot).update(NO_ANSWERS[name])

    asks(chat, "Hello?")

    assert said_by(chat, "bot") == [GREETING, FALLBACK]
    assert (chat.contact.state, chat.contact.assistant_misses) == ("bot", 1)
    assert len(bot.asked) == 1


def test_another_organisations_queue_is_unknown(
    bot: Bot, chat: Chat, help_queue: Queue
) -> None:
    bot.says(action="escalate", queue=help_queue.pk)

    asks(chat, "Hello?")

    assert said_by(chat, "bot") == [GREETING, FALLBACK]
    assert chat.contact.state == "bot"


def test_an_inner_address_is_not_asked(bot: Bot, chat: Chat, settings: Any) -> None:
    settings.WEBHOOK_ALLOW_NETWORKS = []

    asks(chat, "Hello?")

    assert bot.asked == []
    assert said_by(chat, "bot") == [GREETING, FALLBACK]


def test_who_is_never_answered_comes_to_a_person(
    bot: Bot, chat: Chat, alice: Agent
) -> None:
    steps.go_available(alice)
    bot.status = 500

    asks(chat, "Hello?", "Anybody?")

    [card] = steps.cards_of(alice)
    assert card["handover"]["reason"] == "misses"


def test_card_numbers_in_its_answer_are_hidden(bot: Bot, chat: Chat) -> None:
    card = "4111 1111 1111 1111"
    bot.says({"text": f"Pay with {card}?", "buttons": [card]})

    asks(chat, "I want paint")

    line = steps.lines_of(chat)[-1]
    assert line["text"] == "Pay with ************1111?"
    assert line["buttons"] == ["************1111"]


def test_an_answer_that_may_not_be_stored_brings_a_person(
    bot: Bot, chat: Chat, acme: Organisation
) -> None:
    acme.sensitive_data_policy = "drop"
    acme.save(update_fields=["sensitive_data_policy"])
    bot.says({"text": "Your card is 4111 1111 1111 1111"})

    asks(chat, "Which card?")

    contact = chat.contact
    assert (contact.state, contact.handover_reason) == ("queued", "failure")
    assert [line["text"] for line in steps.lines_of(chat)[:2]] == [
        GREETING,
        "Which card?",
    ]

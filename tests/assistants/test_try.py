"""Administrators try an assistant out: nothing is stored (contract 3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contacts.models import Contact, Message
from queues.models import Assistant
from tests.steps import API, client_for, refuses

if TYPE_CHECKING:
    from agents.models import Agent
    from queues.models import Article, EntryPoint
    from tests.assistants.servers import Bot, Model


def tries(who: Agent, robot: Assistant, text: object) -> Any:
    url = f"{API}/assistants/{robot.pk}/try/"
    return client_for(who).post(url, {"text": text}, format="json")


def test_it_tells_what_matches_and_what_would_be_said(
    ada: Agent, robot: Assistant
) -> None:
    assert tries(ada, robot, "When are you OPEN?").json() == {
        "intent": "Hours",
        "score": 100,
        "reply": "We are open from nine to five.",
        "action": "reply",
        "buttons": ["Where are you?", "Goodbye"],
        "sources": [],
    }
    assert not Contact.objects.exists()
    assert not Message.objects.exists()


def test_a_slip_scores_less(ada: Agent, robot: Assistant) -> None:
    answer = tries(ada, robot, "opning hours").json()

    assert answer["intent"] == "Hours"
    assert 80 < answer["score"] < 100


def test_a_miss_says_the_fallback(ada: Agent, robot: Assistant) -> None:
    assert tries(ada, robot, "wibble").json() == {
        "intent": None,
        "score": 0,
        "reply": "I did not understand that.",
        "action": "reply",
        "buttons": [],
        "sources": [],
    }


def test_a_model_is_asked_and_counts(
    ada: Agent, robot: Assistant, model: Model, delivery: Article, front: EntryPoint
) -> None:
    Assistant.objects.update(daily_requests=1)
    model.says("Within three days.", delivery.pk)

    assert tries(ada, robot, "How long does a delivery take?").json() == {
        "intent": None,
        "score": 0,
        "reply": "Within three days.",
        "action": "reply",
        "buttons": [],
        "sources": [{"article": delivery.pk, "title": "Delivery times"}],
    }
    over = tries(ada, robot, "How long does a delivery take?").json()
    assert (over["reply"], over["action"]) == ("", "escalate")
    assert len(model.asked) == 1
    assert not Contact.objects.exists()
    assert not Message.objects.exists()


def test_a_model_that_names_no_source_gives_up(
    ada: Agent, robot: Assistant, model: Model
) -> None:
    model.says("Within three days.")

    answer = tries(ada, robot, "How long does a delivery take?").json()

    assert answer["reply"] == "I did not understand that."
    assert (answer["action"], answer["sources"]) == ("escalate", [])


def test_a_webhook_is_not_tried_out(ada: Agent, robot: Assistant, bot: Bot) -> None:
    refuses(tries(ada, robot, "Opening hours?"), 409, "wrong_state")
    assert bot.asked == []


@pytest.mark.parametrize("text", ["", " ", "x" * 8001, 5, None])
def test_a_wrong_text_is_refused(ada: Agent, robot: Assistant, text: object) -> None:
    refuses(tries(ada, robot, text), 400, "invalid", errors=["text"])


def test_another_organisations_assistant_is_unknown(
    greta: Agent, robot: Assistant
) -> None:
    refuses(tries(greta, robot, "Opening hours?"), 404, "not_found")

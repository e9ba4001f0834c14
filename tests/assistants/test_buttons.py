"""Quick-reply buttons of an intent, over REST (contract 3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.steps import API, client_for, refuses

if TYPE_CHECKING:
    from agents.models import Agent
    from queues.models import Assistant


def put(ada: Agent, robot: Assistant, **intent: Any) -> Any:
    body = {"intents": [{"name": "Hi", "phrases": ["hi"], "reply": "Hi!", **intent}]}
    url = f"{API}/assistants/{robot.pk}/"
    return client_for(ada).patch(url, body, format="json")


def test_buttons_are_kept_in_their_order(ada: Agent, robot: Assistant) -> None:
    buttons = ["Where?", "x" * 80, *map(str, range(8))]

    response = put(ada, robot, buttons=buttons)

    assert response.status_code == 200
    assert response.json()["intents"][0]["buttons"] == buttons
    assert robot.intents.get().buttons == buttons


def test_an_intent_needs_no_buttons(ada: Agent, robot: Assistant) -> None:
    assert put(ada, robot).json()["intents"][0]["buttons"] == []


@pytest.mark.parametrize(
    "intent",
    [
        {"buttons": [str(n) for n in range(11)]},
        {"buttons": ["x" * 81]},
        {"buttons": [""]},
        {"buttons": ["two\nlines"]},
        {"buttons": ["\u200b"]},
        {"buttons": ["twice", "twice"]},
        {"buttons": [5]},
        {"buttons": "text"},
        {"buttons": ["Below nothing"], "reply": "", "action": "escalate"},
    ],
    ids=str,
)
def test_wrong_buttons_are_refused(
    ada: Agent, robot: Assistant, intent: dict[str, Any]
) -> None:
    refuses(put(ada, robot, **intent), 400, "invalid", errors=["intents"])

    assert robot.intents.count() == 3

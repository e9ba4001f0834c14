"""What is refused, and what has happened, is said in the language of who reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.utils import translation
from django.utils.translation import gettext

from core.errors import NotFound
from core.wording import english
from tests import steps
from tests.steps import API, client_for, customer_of, for_agents, for_customers

if TYPE_CHECKING:
    from agents.models import Agent
    from queues.models import EntryPoint
    from tests.steps import Chat

LANGUAGES = ("en", "de", "ar")
everywhere = pytest.mark.parametrize("language", LANGUAGES)


def in_language(language: str, sentence: str) -> str:
    """Return how a language says it, which is not as English does."""
    with translation.override(language):
        said = gettext(sentence)
    assert (said == sentence) is (language == "en")
    return said


def asks(client: Any, language: str, url: str, **body: Any) -> Any:
    headers = {"accept-language": language}
    if body:
        return client.post(url, body, headers=headers)
    return client.get(url, headers=headers)


@everywhere
def test_what_is_not_found_is_said_in_the_language_that_is_asked_for(
    alice: Agent, language: str
) -> None:
    url = f"{API}/contacts/00000000-0000-4000-8000-000000000000/"

    answer = asks(client_for(alice), language, url)

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (404, "not_found")
    assert problem["title"] == in_language(language, "Not Found")
    assert problem["detail"] == in_language(language, english(NotFound.sentence))
    assert answer["Content-Language"] == language


@everywhere
def test_a_refusal_of_a_service_is_said_in_the_language_that_is_asked_for(
    alice: Agent, talking: Chat, language: str
) -> None:
    url = for_agents(talking, "decline")

    answer = client_for(alice).post(url, headers={"accept-language": language})

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "wrong_state")
    assert problem["detail"] == in_language(
        language, "You have accepted this contact before."
    )


@everywhere
def test_values_are_found_wrong_in_the_language_that_is_asked_for(
    talking: Chat, language: str
) -> None:
    url = for_customers(talking, "rating")

    answer = asks(customer_of(talking), language, url, score="five")

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, "invalid")
    words = in_language(language, "a whole number")
    sentence = in_language(language, "This must be %(words)s.") % {"words": words}
    assert problem["errors"] == {"score": [sentence]}


def test_what_happens_is_told_in_the_language_of_each_reader(
    alice: Agent, direct: EntryPoint
) -> None:
    chat = steps.connected(alice, direct)
    steps.end(alice, chat)
    told = [f"{alice.display_name} has joined the chat", "The chat has ended"]

    german = asks(client_for(alice), "de", for_agents(chat, "transcript"))
    arabic = asks(customer_of(chat), "ar", for_customers(chat, "transcript"))

    lines = steps.lines_of(chat)
    codes = [line["event"]["code"] for line in lines]
    assert codes == ["agent_joined", "agent_left", "contact_ended"]
    assert [lines[0]["text"], lines[-1]["text"]] == told
    for language, file in (("de", german), ("ar", arabic)):
        words = in_language(language, "{name} has joined the chat")
        assert words.format(name=alice.display_name) in file.text
        assert in_language(language, "The chat has ended") in file.text
        assert told[0] not in file.text

"""A customer rates an ended chat (contract 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.steps import (
    client_for,
    customer_of,
    for_agents,
    for_customers,
    refuses,
)

if TYPE_CHECKING:
    from agents.models import Agent
    from tests.stage import Later
    from tests.steps import Chat


def rate(chat: Chat, **body: Any) -> Any:
    client = customer_of(chat)
    return client.post(for_customers(chat, "rating"), body, format="json")


def test_a_rating_is_kept(done: Chat) -> None:
    response = rate(done, score=4, comment="Quick and kind 🙂")

    assert response.status_code == 204
    assert done.contact.rating == 4
    assert done.contact.rating_comment == "Quick and kind 🙂"


def test_a_rating_is_read_over_rest(alice: Agent, done: Chat) -> None:
    url = for_agents(done, "")
    assert client_for(alice).get(url).json()["rating"] is None

    rate(done, score=4, comment="Quick")

    assert client_for(alice).get(url).json()["rating"] == {
        "score": 4,
        "comment": "Quick",
    }


def test_a_rating_can_come_during_the_wrap_up(ended: Chat) -> None:
    assert rate(ended, score=5).status_code == 204

    assert ended.contact.rating == 5
    assert ended.contact.rating_comment == ""


def test_a_later_rating_replaces_the_earlier_one(done: Chat) -> None:
    rate(done, score=1, comment="Bad")

    rate(done, score=5)

    assert done.contact.rating == 5
    assert done.contact.rating_comment == ""


def test_a_chat_that_goes_on_cannot_be_rated(talking: Chat) -> None:
    refuses(rate(talking, score=5), 409, "wrong_state")

    assert talking.contact.rating is None


@pytest.mark.parametrize("score", [0, 6, -1, 4.5, "good", None, [], True, 10**40])
def test_a_score_is_one_to_five(done: Chat, score: object) -> None:
    refuses(rate(done, score=score), 400, "invalid", errors=["score"])

    assert done.contact.rating is None


def test_a_comment_has_an_end(done: Chat) -> None:
    response = rate(done, score=5, comment="x" * 2001)

    refuses(response, 400, "invalid", errors=["comment"])
    assert done.contact.rating is None


def test_the_token_rates_for_a_day(done: Chat, later: Later) -> None:
    later(hours=24, seconds=1)

    refuses(rate(done, score=5), 401, "bad_token")

    assert done.contact.rating is None


def test_an_agent_rates_nothing(alice: Agent, done: Chat) -> None:
    response = client_for(alice).post(
        for_customers(done, "rating"), {"score": 5}, format="json"
    )

    refuses(response, 401, "bad_token")
    assert done.contact.rating is None

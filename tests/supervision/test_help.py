"""An agent asks those who oversee for help (contract 3.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contacts.models import HelpRequest
from tests import sockets, steps
from tests.steps import client_for, for_agents, refuses
from tests.supervision.watchers import (
    ask_help,
    barge,
    cards_in,
    take_help_back,
    take_over,
    watch,
)

if TYPE_CHECKING:
    from agents.models import Agent
    from queues.models import EntryPoint
    from tests.clockwork import Clockwork
    from tests.steps import Chat


@pytest.fixture
def talking(alice: Agent, direct: EntryPoint) -> Chat:
    return steps.connected(alice, direct)


def open_requests() -> list[tuple[str, str]]:
    rows = HelpRequest.objects.filter(HelpRequest.OPEN)
    return list(rows.values_list("agent__display_name", "text"))


def test_it_is_on_the_card_until_it_is_taken_back(
    alice: Agent, talking: Chat, clockwork: Clockwork
) -> None:
    with sockets.desk_of(alice) as desk, sockets.page_of(talking) as page:
        assert ask_help(alice, talking).status_code == 204
        [asked] = cards_in(desk.heard())
        assert take_help_back(alice, talking).status_code == 204
        [back] = cards_in(desk.heard())
        assert page.heard_kinds() == []

    assert asked["help"]["text"] == "An invoice"
    assert back["help"] is None
    assert open_requests() == []
    assert take_help_back(alice, talking).status_code == 204


def test_asking_again_says_it_in_other_words(alice: Agent, talking: Chat) -> None:
    ask_help(alice, talking)
    ask_help(alice, talking, "A refund")

    assert open_requests() == [("Alice", "A refund")]
    assert HelpRequest.objects.count() == 1


def test_no_word_is_needed(alice: Agent, talking: Chat) -> None:
    url = for_agents(talking, "help")

    assert client_for(alice).post(url, {}).status_code == 204
    assert open_requests() == [("Alice", "")]


@pytest.mark.parametrize("command", [watch, barge, take_over])
def test_somebody_comes(sam: Agent, alice: Agent, talking: Chat, command: Any) -> None:
    ask_help(alice, talking)

    assert command(sam, talking).status_code == 200

    assert open_requests() == []
    assert HelpRequest.objects.get().answered_by == sam


def test_it_is_over_with_the_share(
    alice: Agent, talking: Chat, clockwork: Clockwork
) -> None:
    ask_help(alice, talking)
    steps.end(alice, talking)
    assert open_requests() == []

    clockwork.passes(seconds=1)

    request = HelpRequest.objects.get()
    assert (request.ended_at, request.answered_by) == (clockwork.now, None)


def test_only_who_talks_asks(
    sam: Agent, alice: Agent, bob: Agent, talking: Chat, direct: EntryPoint
) -> None:
    refuses(ask_help(bob, talking), 404, "not_found")
    refuses(ask_help(sam, talking), 403, "forbidden")
    steps.end(alice, talking)
    refuses(ask_help(alice, talking), 409, "wrong_state")
    offered = steps.offered(alice, direct)
    refuses(ask_help(alice, offered), 409, "wrong_state")

    assert not HelpRequest.objects.exists()


def test_numbers_are_hidden_in_it(alice: Agent, talking: Chat) -> None:
    ask_help(alice, talking, "4111 1111 1111 1111")

    assert open_requests() == [("Alice", "************1111")]
    refuses(ask_help(alice, talking, "x" * 201), 400, "invalid", errors=["text"])

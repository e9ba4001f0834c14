"""More time for a wrap-up that ends by itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from contacts.models import Assignment
from tests import steps
from tests.contacts.floor import shares_of
from tests.steps import API, client_for, for_agents, refuses
from wrapup.models import WrapUp
from wrapup.services.wrapups import MOST_TIMES

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from queues.models import EntryPoint
    from tests.clockwork import Clockwork


@pytest.fixture
def one_minute(acme: Organisation) -> None:
    """Wrap-up finishes by itself after 60 s."""
    acme.auto_wrapup_seconds = 60
    acme.save(update_fields=["auto_wrapup_seconds"])


def ask(agent: Agent, chat: steps.Chat) -> Any:
    return client_for(agent).post(for_agents(chat, "wrap-up/more-time"))


def end_of(agent: Agent) -> datetime:
    [card] = steps.cards_of(agent)
    return datetime.fromisoformat(card["wrapup_deadline"])


@pytest.mark.usefixtures("one_minute")
def test_the_time_starts_anew(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.in_wrap_up(alice, direct)
    clockwork.passes(seconds=50)

    assert ask(alice, chat).status_code == 204

    assert end_of(alice) == clockwork.now + timedelta(seconds=60)
    clockwork.passes(seconds=59)
    assert shares_of(chat) == [("Alice", "wrapup")]
    clockwork.passes(seconds=1)
    assert shares_of(chat) == [("Alice", "completed")]
    assert WrapUp.objects.get().auto


@pytest.mark.usefixtures("one_minute")
def test_twice_at_once_is_once(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.in_wrap_up(alice, direct)
    clockwork.passes(seconds=30)

    assert [ask(alice, chat).status_code for _ in range(2)] == [204, 204]

    assert end_of(alice) == clockwork.now + timedelta(seconds=60)


@pytest.mark.usefixtures("one_minute")
def test_it_is_given_ten_times_at_least_and_not_for_ever(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.in_wrap_up(alice, direct)
    began = clockwork.now
    for _ in range(MOST_TIMES):
        clockwork.passes(seconds=59)
        assert ask(alice, chat).status_code == 204
    clockwork.passes(seconds=59)
    assert ask(alice, chat).status_code == 204

    answer = ask(alice, chat)

    refuses(answer, 409, "wrong_state")
    assert "no more time" in answer.json()["detail"]
    assert end_of(alice) == began + timedelta(seconds=60) * (1 + MOST_TIMES)


def test_a_wrap_up_without_an_end_needs_no_more_time(
    alice: Agent, direct: EntryPoint
) -> None:
    chat = steps.in_wrap_up(alice, direct)

    refuses(ask(alice, chat), 409, "wrong_state")

    assert Assignment.objects.get().wrapup_deadline is None


@pytest.mark.usefixtures("one_minute")
def test_a_conversation_is_no_wrap_up(alice: Agent, direct: EntryPoint) -> None:
    chat = steps.connected(alice, direct)

    refuses(ask(alice, chat), 409, "wrong_state")

    assert Assignment.objects.get().wrapup_deadline is None


@pytest.mark.usefixtures("one_minute")
def test_it_is_of_the_agent_alone(
    alice: Agent, bob: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.in_wrap_up(alice, direct)
    until = end_of(alice)
    clockwork.passes(seconds=20)

    assert ask(bob, chat).status_code == 404

    assert end_of(alice) == until


@pytest.mark.usefixtures("one_minute")
@pytest.mark.parametrize("seconds", [90, 40])
def test_another_time_counts_from_when_more_was_asked_for(
    ada: Agent, alice: Agent, direct: EntryPoint, clockwork: Clockwork, seconds: int
) -> None:
    chat = steps.in_wrap_up(alice, direct)
    for _ in range(3):
        clockwork.passes(seconds=50)
        assert ask(alice, chat).status_code == 204
    asked_at = clockwork.now
    clockwork.passes(seconds=10)

    client_for(ada).patch(f"{API}/organisation/", {"auto_wrapup_seconds": seconds})

    assert end_of(alice) == asked_at + timedelta(seconds=seconds)
    clockwork.passes(seconds=seconds - 11)
    assert shares_of(chat) == [("Alice", "wrapup")]
    clockwork.passes(seconds=1)
    assert shares_of(chat) == [("Alice", "completed")]

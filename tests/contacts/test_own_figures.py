"""An agent's own figures of today (domain 6)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import steps
from tests.factories import AgentSkillFactory, SkillFactory
from tests.steps import API, client_for, customer_of, for_customers
from tests.supervision import watchers

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from queues.models import EntryPoint
    from tests.clockwork import Clockwork


def figures(agent: Agent) -> Any:
    answer = client_for(agent).get(f"{API}/me/figures/")
    assert answer.status_code == 200
    return answer.json()


def begin_the_day(acme: Organisation, clockwork: Clockwork) -> datetime:
    """It is ten past midnight where Acme is, two hours ahead; return midnight."""
    acme.timezone = "Africa/Cairo"
    acme.save(update_fields=["timezone"])
    tomorrow = clockwork.now.replace(hour=22, minute=10, second=0)
    clockwork.moves_to(tomorrow + timedelta(days=1))
    return clockwork.now - timedelta(minutes=10)


def test_a_day_without_work(alice: Agent, acme: Organisation) -> None:
    shown = figures(alice)

    assert (shown["chats"], shown["rating"], shown["first_response_seconds"]) == (
        0,
        None,
        None,
    )
    assert shown["states"] == {"idle": 0, "available": 0, "rona": 0}


def test_own_skills_stand_beside_them(alice: Agent, bob: Agent) -> None:
    german = SkillFactory.create(organisation=alice.organisation, name="German")
    AgentSkillFactory.create(agent=alice, skill=german, level=3)

    assert figures(alice)["skills"] == [{"name": "German", "level": 3}]
    assert figures(bob)["skills"] == []


def test_what_was_done_since_midnight_counts(
    alice: Agent, acme: Organisation, direct: EntryPoint, clockwork: Clockwork
) -> None:
    steps.connected(alice, direct)  # yesterday's
    midnight = begin_the_day(acme, clockwork)
    for seconds in (20, 40):
        chat = steps.connected(alice, direct)
        clockwork.moves(seconds=seconds)
        steps.say(alice, "Good morning", to=chat)
        clockwork.moves(seconds=5)
        steps.say(alice, "Are you there?", to=chat)
    steps.end(alice, chat)
    customer_of(chat).post(for_customers(chat, "rating"), {"score": 4}, format="json")
    steps.go_idle(alice)
    clockwork.moves(seconds=30)

    shown = figures(alice)

    assert datetime.fromisoformat(shown["since"]) == midnight
    assert (shown["chats"], shown["first_response_seconds"], shown["rating"]) == (
        2,
        30,
        4.0,
    )
    assert shown["states"] == {"idle": 30, "available": 10 * 60 + 70, "rona": 0}


def test_first_words_of_who_only_joined_are_not_counted(
    alice: Agent, sam: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    """As at the floor: a first response is the owner's."""
    chat = steps.connected(alice, direct)
    watchers.watch(sam, chat)
    watchers.barge(sam, chat)
    clockwork.moves(seconds=20)
    steps.say(sam, "Good morning, Sam here", to=chat)

    shown = figures(sam)

    assert (shown["chats"], shown["first_response_seconds"]) == (1, None)


def test_only_ones_own(
    alice: Agent, bob: Agent, acme: Organisation, direct: EntryPoint
) -> None:
    steps.connected(alice, direct)

    assert figures(bob)["chats"] == 0


def test_they_cost_the_same_after_many_chats(
    alice: Agent, direct: EntryPoint, chat_profile: Any
) -> None:
    steps.allow_chats(5, chat_profile)
    client = client_for(alice)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(f"{API}/me/figures/")
        return len(captured)

    steps.connected(alice, direct)
    cost()  # the first request of all finds a presence to note
    few = cost()
    for _ in range(3):
        steps.connected(alice, direct)

    assert cost() == few <= 8

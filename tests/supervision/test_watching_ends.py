"""How watching an agent ends (D32)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from agents.models import Role
from tests import cast, sockets, steps
from tests.factories import QueueFactory, TeamFactory
from tests.steps import API, client_for, for_agents
from tests.supervision.watchers import (
    ends_of,
    stop,
    take_over,
    watch,
    watched_by,
)

if TYPE_CHECKING:
    from agents.models import Agent, Organisation, Team
    from queues.models import EntryPoint, Queue
    from tests.clockwork import Clockwork
    from tests.steps import Chat

from tests.supervision.changing import change


@pytest.fixture
def talking(alice: Agent, direct: EntryPoint) -> Chat:
    return steps.connected(alice, direct, customer={"name": "Dora"})


@pytest.fixture
def tia(acme: Organisation, front_line: Team) -> Agent:
    """Another supervisor of the team."""
    return cast.person("Tia", acme, role=Role.SUPERVISOR, teams=[front_line])


def test_stopping_takes_the_card_away_and_nothing_more_is_heard(
    sam: Agent, talking: Chat
) -> None:
    watch(sam, talking)
    with sockets.desk_of(sam) as desk:
        desk.heard()
        assert stop(sam, talking).status_code == 204
        steps.say(talking, "Are you alone?")
        frames = desk.heard()

    assert [(f["type"], f.get("reason")) for f in frames] == [("card_removed", "left")]
    assert steps.cards_of(sam) == []
    assert stop(sam, talking).status_code == 204
    assert ends_of(talking) == [("Sam", "stopped")]


def _end(chat: Chat, **people: Any) -> None:
    steps.end(people["alice"], chat)


def _leave(chat: Chat, **people: Any) -> None:
    steps.leave(chat)


def _transfer(chat: Chat, **people: Any) -> None:
    steps.go_available(people["bob"])
    steps.transfer(people["alice"], chat, to=people["bob"])


def _to_queue(chat: Chat, **people: Any) -> None:
    steps.transfer(people["alice"], chat, to=people["sales"])


def _requeue(chat: Chat, **people: Any) -> None:
    body = {"reason": "Stuck"}
    client_for(people["tia"]).post(for_agents(chat, "requeue"), body)


def _close(chat: Chat, **people: Any) -> None:
    body = {"reason": "Stuck"}
    client_for(people["tia"]).post(for_agents(chat, "close"), body)


def _take_over(chat: Chat, **people: Any) -> None:
    assert take_over(people["tia"], chat).status_code == 200


@pytest.mark.parametrize(
    "happens", [_end, _leave, _transfer, _to_queue, _requeue, _close, _take_over]
)
def test_it_ends_with_the_part_of_the_agent(
    sam: Agent,
    tia: Agent,
    alice: Agent,
    bob: Agent,
    front_line: Team,
    support: Queue,
    talking: Chat,
    happens: Any,
) -> None:
    sales = QueueFactory.create(
        organisation=support.organisation, name="Sales", teams=[front_line]
    )
    watch(sam, talking)
    with sockets.desk_of(sam) as desk:
        happens(talking, alice=alice, bob=bob, tia=tia, sales=sales)
        gone = desk.read_until("card_removed")
        frames = desk.heard()

    assert (gone["contact"], gone["reason"]) == (str(talking.id), "left")
    assert [f for f in frames if f["type"] in {"card", "message"}] == []
    assert watched_by(talking) is None
    assert ends_of(talking) == [("Sam", "over")]
    assert steps.cards_of(sam) == []


def test_it_ends_at_once_with_the_team(
    sam: Agent, ada: Agent, acme: Organisation, talking: Chat
) -> None:
    other = TeamFactory.create(organisation=acme, name="Others")
    watch(sam, talking)

    change(ada, sam, teams=[other.pk])

    assert watched_by(talking) is None
    assert ends_of(talking) == [("Sam", "not_allowed")]


def test_it_ends_at_once_where_the_agent_goes_to_another_team(
    sam: Agent, ada: Agent, alice: Agent, acme: Organisation, talking: Chat
) -> None:
    other = TeamFactory.create(organisation=acme, name="Others")
    watch(sam, talking)

    change(ada, alice, teams=[other.pk])

    assert ends_of(talking) == [("Sam", "not_allowed")]


@pytest.mark.parametrize(
    "settings",
    [{"role": "agent"}, {"is_active": False}, {"may_watch": False}],
    ids=["role", "deactivated", "permission"],
)
def test_it_ends_at_once_with_the_right(
    sam: Agent, ada: Agent, talking: Chat, settings: dict[str, Any]
) -> None:
    watch(sam, talking)

    change(ada, sam, **settings)

    assert watched_by(talking) is None
    assert ends_of(talking) == [("Sam", "not_allowed")]


def test_the_sweep_finds_what_nobody_has_ended(
    sam: Agent, acme: Organisation, talking: Chat, clockwork: Clockwork
) -> None:
    watch(sam, talking)
    with sockets.desk_of(sam):
        clockwork.runs(seconds=10)
        assert watched_by(talking) == "Sam"
        sam.teams.clear()  # as another process might, between two steps

        clockwork.passes(seconds=1)

    assert ends_of(talking) == [("Sam", "not_allowed")]


def test_it_ends_with_the_sign_out(sam: Agent, talking: Chat) -> None:
    with sockets.desk_of(sam):
        watch(sam, talking)

        assert client_for(sam).post(f"{API}/me/sign-out/").status_code == 204

    assert ends_of(talking) == [("Sam", "lost")]


def test_it_ends_within_five_seconds_without_a_desk(
    sam: Agent, alice: Agent, talking: Chat, clockwork: Clockwork
) -> None:
    clockwork.runs(seconds=10)
    with sockets.desk_of(sam) as desk:
        watch(sam, talking)
        clockwork.passes(seconds=1)
        desk.leave()
    clockwork.passes(seconds=2)
    assert watched_by(talking) == "Sam"  # the desk may be loaded anew

    clockwork.passes(seconds=2)

    assert ends_of(talking) == [("Sam", "lost")]
    assert steps.cards_of(alice)[0]["watchers"] == []


def test_who_comes_from_the_floor_has_a_moment_to_reach_the_desk(
    sam: Agent, talking: Chat, clockwork: Clockwork
) -> None:
    clockwork.runs(seconds=10)
    watch(sam, talking)
    clockwork.passes(seconds=10)
    assert watched_by(talking) == "Sam"

    clockwork.passes(seconds=6)

    assert ends_of(talking) == [("Sam", "lost")]


def test_a_watcher_who_is_asked_to_join_watches_no_more(
    sam: Agent, alice: Agent, talking: Chat
) -> None:
    steps.go_available(sam)
    watch(sam, talking)
    steps.invite(alice, talking, sam)

    steps.accept(sam, talking)

    assert ends_of(talking) == [("Sam", "stopped")]
    [card] = steps.cards_of(sam)
    assert card["role"] == "consulted"


def test_a_lost_agent_leaves_nobody_watching(
    sam: Agent, alice: Agent, talking: Chat, clockwork: Clockwork
) -> None:
    clockwork.runs(seconds=115)  # nothing is heard of Alice
    with sockets.desk_of(sam):
        watch(sam, talking)
        clockwork.runs(seconds=10)

    assert steps.cards_of(alice) == []
    assert ends_of(talking) == [("Sam", "over")]

"""The floor over REST: the lists behind its numbers, who sees what, and its cost."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import HelpRequest, Watch
from core import clock, heartbeat
from tests import steps
from tests.assistants.steps import asks
from tests.cast import person
from tests.contacts.floor import can_take
from tests.factories import (
    AssignmentFactory,
    MessageFactory,
    QueueFactory,
    QueueVisitFactory,
    TeamFactory,
)
from tests.steps import API, client_for, refuses

if TYPE_CHECKING:
    from agents.models import Agent, Organisation, Team
    from queues.models import EntryPoint, Queue
    from tests.clockwork import Clockwork

from tests.supervision.looking import floor_for, names, queue_for


@pytest.fixture
def back_office(acme: Organisation) -> Team:
    return TeamFactory.create(organisation=acme, name="Back office")


@pytest.fixture
def olga(acme: Organisation, back_office: Team) -> Agent:
    """An agent of another team."""
    return person("Olga", acme, teams=[back_office])


@pytest.fixture
def claims(acme: Organisation, back_office: Team) -> Queue:
    """A queue that the other team serves."""
    return QueueFactory.create(organisation=acme, name="Claims", teams=[back_office])


# --- the lists behind numbers ---------------------------------------------------------
def counted(viewer: Agent, queue: Queue, number: str, **asked: Any) -> set[str]:
    query: dict[str, Any] = {"queue": queue.pk, "number": number, **asked}
    answer = client_for(viewer).get(f"{API}/floor/contacts/", query)
    assert answer.status_code == 200, answer.content
    return {row["id"] for row in answer.json()["results"]}


def test_every_number_has_its_list(
    clockwork: Clockwork,
    sam: Agent,
    alice: Agent,
    front: EntryPoint,
    direct: EntryPoint,
    support: Queue,
) -> None:
    can_take(alice, chat=4)
    wrapped, connected = steps.in_wrap_up(alice, direct), steps.connected(alice, direct)
    contained, gone = steps.open_chat(front), steps.open_chat(direct)
    asks(contained, "goodbye")
    steps.leave(gone)
    steps.go_idle(alice)
    waiting = steps.open_chat(direct)

    row = queue_for(sam, support)
    lists = {
        name: counted(sam, support, name)
        for name in ("waiting", "connected", "wrapup", "answered", "contained")
    }

    assert lists == {
        "waiting": {str(waiting.id)},
        "connected": {str(connected.id)},
        "wrapup": {str(wrapped.id)},
        "answered": {str(wrapped.id), str(connected.id)},
        "contained": {str(contained.id)},
    }
    assert counted(sam, support, "service_level") == lists["answered"]
    for name in ("offered", "abandoned", "short_abandoned", "rona"):
        assert len(counted(sam, support, name)) == row["today"][name], name


def test_a_list_is_of_its_span(
    clockwork: Clockwork, sam: Agent, direct: EntryPoint, support: Queue
) -> None:
    clockwork.moves_to(clockwork.now.replace(hour=12))
    chat = steps.open_chat(direct)
    clockwork.moves(seconds=3600)

    assert counted(sam, support, "offered") == {str(chat.id)}
    assert counted(sam, support, "offered", span="last_30m") == set()


def test_lists_of_other_teams_and_organisations_are_empty(
    sam: Agent,
    ada: Agent,
    greta: Agent,
    claims: Queue,
    support: Queue,
    direct: EntryPoint,
) -> None:
    steps.open_chat(direct)

    assert len(counted(ada, support, "offered")) == 1
    assert counted(greta, support, "offered") == set()
    direct.queue = claims
    direct.save(update_fields=["queue"])
    steps.open_chat(direct)
    assert len(counted(ada, claims, "waiting")) == 1
    assert counted(sam, claims, "waiting") == set()


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"number": "waiting"}, "queue"),
        ({"queue": 1, "number": "agents"}, "number"),
        ({"queue": 1, "number": "waiting", "span": "week"}, "span"),
    ],
)
def test_a_list_of_nothing_is_refused(ada: Agent, asked: Any, field: str) -> None:
    answer = client_for(ada).get(f"{API}/floor/contacts/", asked)

    refuses(answer, 400, "invalid", errors=[field])


# --- who sees what ------------------------------------------------------------------
def test_supervisors_see_their_teams_and_administrators_all(
    sam: Agent,
    ada: Agent,
    alice: Agent,
    olga: Agent,
    support: Queue,
    claims: Queue,
    gina: Agent,
    help_queue: Queue,
    direct: EntryPoint,
) -> None:
    steps.go_available(olga)
    chat = steps.open_chat(direct)
    olgas = AssignmentFactory.create(contact=chat.contact, agent=olga, connected=True)
    HelpRequest.objects.create(
        contact=chat.contact, share=olgas, agent=olga, asked_at=clock.now()
    )

    own, all_of_it = floor_for(sam), floor_for(ada)

    assert names(own["queues"]) == ["Support"]
    assert names(own["agents"]) == ["Alice", "Sam"]
    assert own["help"] == []
    assert names(all_of_it["queues"]) == ["Claims", "Support"]
    assert names(all_of_it["agents"]) == ["Alice", "Olga", "Sam"]
    assert len(all_of_it["help"]) == 1


def test_it_is_narrowed_to_a_team_or_queue(
    ada: Agent,
    alice: Agent,
    olga: Agent,
    support: Queue,
    claims: Queue,
    front_line: Team,
    back_office: Team,
) -> None:
    of_team = floor_for(ada, team=back_office.pk)
    of_queue = floor_for(ada, queue=support.pk)
    of_both = floor_for(ada, team=back_office.pk, queue=support.pk)

    assert (names(of_team["queues"]), names(of_team["agents"])) == (
        ["Claims"],
        ["Olga"],
    )
    assert names(of_queue["queues"]) == ["Support"]
    assert names(of_queue["agents"]) == ["Alice"]
    assert (of_both["queues"], of_both["agents"]) == ([], [])


@pytest.mark.parametrize(
    "asked", ["0", "-1", "1.5", "99999999999999999999", "2147483000"]
)
def test_an_id_of_nothing_matches_nothing(
    ada: Agent, alice: Agent, support: Queue, asked: str
) -> None:
    floor = floor_for(ada, queue=asked)

    assert (floor["queues"], floor["agents"], floor["help"]) == ([], [], [])


def test_another_teams_or_organisations_id_matches_nothing(
    sam: Agent, alice: Agent, claims: Queue, help_desk: Team, help_queue: Queue
) -> None:
    for narrowed in ({"queue": claims.pk}, {"team": help_desk.pk}):
        floor = floor_for(sam, **narrowed)
        assert (floor["queues"], floor["agents"]) == ([], [])


def test_what_is_no_id_is_refused(ada: Agent) -> None:
    answer = client_for(ada).get(f"{API}/floor/", {"team": "front"})

    refuses(answer, 400, "invalid", errors=["team"])


def test_agents_see_no_floor(alice: Agent) -> None:
    refuses(client_for(alice).get(f"{API}/floor/"), 403, "forbidden")


# --- what it costs, and whether it is late --------------------------------------------
def test_timers_that_stand_are_told(clockwork: Clockwork, sam: Agent) -> None:
    assert floor_for(sam)["timers"] == "stale"

    heartbeat.beat(clockwork.now)

    assert floor_for(sam)["timers"] == "ok"


def test_the_floor_costs_the_same_however_much_there_is(
    acme: Organisation, front_line: Team, ada: Agent, support: Queue
) -> None:
    client = client_for(ada)
    client.get(f"{API}/floor/")  # notes that she is there

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"{API}/floor/").status_code == 200
        return len(captured)

    _busy(acme, front_line, support, 1)
    few = cost()
    for number in range(2, 6):
        queue = QueueFactory.create(organisation=acme, teams=[front_line])
        _busy(acme, front_line, queue, number)

    assert cost() == few <= 23


def _busy(acme: Organisation, team: Team, queue: Queue, number: int) -> None:
    """Let another agent have a contact, with a watcher, and ask for help."""
    agent = person(f"Agent{number}", acme, teams=[team])
    share = AssignmentFactory.create(
        contact__organisation=acme,
        contact__queue=queue,
        contact__state="connected",
        agent=agent,
        connected=True,
    )
    earlier = clock.now() - timedelta(minutes=1)
    QueueVisitFactory.create(contact=share.contact, entered_at=earlier)
    MessageFactory.create(contact=share.contact)
    at = {"contact": share.contact, "share": share}
    Watch.objects.create(**at, watcher=agent, mode="monitor", started_at=earlier)
    HelpRequest.objects.create(**at, agent=agent, asked_at=earlier)

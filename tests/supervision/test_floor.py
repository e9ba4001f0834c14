"""The floor over REST: who sees what of queues, agents and who asks for help."""

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
from tests.contacts.floor import can_take, open_other
from tests.factories import (
    AssignmentFactory,
    HoursFactory,
    MessageFactory,
    QueueFactory,
    QueueVisitFactory,
    TeamFactory,
)
from tests.steps import API, Chat, client_for, refuses

if TYPE_CHECKING:
    from agents.models import Agent, Organisation, Team
    from queues.models import EntryPoint, Queue
    from tests.clockwork import Clockwork
    from tests.steps import Json


def floor_for(viewer: Agent, **narrowed: Any) -> Json:
    answer = client_for(viewer).get(f"{API}/floor/", narrowed)
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def queue_for(viewer: Agent, queue: Queue) -> Json:
    [found] = [row for row in floor_for(viewer)["queues"] if row["id"] == queue.pk]
    return dict(found)


def agent_for(viewer: Agent, agent: Agent) -> Json:
    [found] = [row for row in floor_for(viewer)["agents"] if row["id"] == agent.pk]
    return dict(found)


def names(rows: list[Json]) -> list[str]:
    return [row.get("name") or row["display_name"] for row in rows]


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


# --- queues -------------------------------------------------------------------------
def test_a_queue_counts_its_contacts(
    clockwork: Clockwork, sam: Agent, alice: Agent, direct: EntryPoint, support: Queue
) -> None:
    steps.in_wrap_up(alice, direct)
    steps.connected(alice, direct)
    steps.offered(alice, direct)
    clockwork.moves(seconds=5)
    steps.open_chat(direct)
    clockwork.moves(seconds=4)

    row = queue_for(sam, support)

    states = ("waiting", "ringing", "connected", "wrapup")
    assert [row[state] for state in states] == [1, 1, 1, 1]
    assert row["longest_wait_seconds"] == 9
    assert row["open"] is True
    assert row["last_30m"]["offered"] == row["today"]["offered"] == 4


def test_nobody_waits(sam: Agent, support: Queue) -> None:
    row = queue_for(sam, support)

    assert (row["waiting"], row["longest_wait_seconds"]) == (0, None)
    assert row["today"]["service_level"] is None


def test_a_transfer_to_an_agent_is_no_wait(
    clockwork: Clockwork,
    sam: Agent,
    alice: Agent,
    bob: Agent,
    direct: EntryPoint,
    support: Queue,
) -> None:
    chat = steps.connected(alice, direct)
    steps.go_available(bob)
    clockwork.moves(seconds=600)
    steps.transfer(alice, chat, to=bob)

    row = queue_for(sam, support)

    assert (row["ringing"], row["longest_wait_seconds"]) == (1, None)


def test_agents_of_a_queue_by_what_they_can_take(
    sam: Agent,
    alice: Agent,
    bob: Agent,
    carol: Agent,
    direct: EntryPoint,
    support: Queue,
) -> None:
    can_take(alice, chat=1, email=3)
    steps.connected(alice, direct)
    steps.go_idle(bob)
    steps.go_available(carol)

    row = queue_for(sam, support)

    assert row["agents"] == {
        "available": 1,
        "full": 1,  # Alice has room for mails, but for no chat
        "idle": 1,
        "rona": 0,
        "offline": 1,
    }


def test_whoever_takes_no_chats_is_full_by_what_they_take(
    sam: Agent, ada: Agent, alice: Agent, support: Queue
) -> None:
    can_take(alice, email=1)
    steps.go_available(alice)
    assert queue_for(sam, support)["agents"]["available"] == 1

    open_other(ada, "email", support)

    assert queue_for(sam, support)["agents"]["full"] == 1


def test_a_queue_is_open_in_its_hours(
    clockwork: Clockwork, acme: Organisation, sam: Agent, support: Queue
) -> None:
    support.hours = HoursFactory.create(organisation=acme, weekly=[])
    support.save(update_fields=["hours"])

    assert queue_for(sam, support)["open"] is False


def test_an_inactive_queue_is_there_as_long_as_it_has_contacts(
    sam: Agent, alice: Agent, direct: EntryPoint, support: Queue
) -> None:
    steps.open_chat(direct)
    support.is_active = False
    support.save(update_fields=["is_active"])
    assert queue_for(sam, support)["open"] is False

    steps.go_available(alice)
    chat = Chat(support.contacts.get().pk, "")
    steps.accept(alice, chat)
    steps.end(alice, chat)
    assert names(floor_for(sam)["queues"]) == ["Support"]  # in wrap-up
    code = support.organisation.wrapup_codes.get(is_default=True)
    steps.wrap_up(alice, chat, code)

    assert floor_for(sam)["queues"] == []


# --- agents -------------------------------------------------------------------------
def test_an_agent_with_a_contact(
    clockwork: Clockwork, sam: Agent, alice: Agent, direct: EntryPoint, support: Queue
) -> None:
    steps.go_available(alice)
    available_since = clockwork.now
    clockwork.moves(seconds=3)
    chat = steps.open_chat(direct, customer={"name": "Dora"})
    steps.say(chat, "Hello?")
    clockwork.moves(seconds=3)
    steps.accept(alice, chat)

    row = agent_for(sam, alice)

    accepted = clockwork.now.isoformat().replace("+00:00", "Z")
    customer = chat.contact.customer
    assert row == {
        "id": alice.pk,
        "display_name": "Alice",
        "role": "agent",
        "teams": [team.pk for team in alice.teams.all()],
        "state": "available",
        "idle_code": None,
        "state_since": available_since.isoformat().replace("+00:00", "Z"),
        "live": {"voice": 0, "chat": 1, "email": 0, "social": 0},
        "slots": {"voice": 0, "chat": 3, "email": 0, "social": 0},
        "contacts": [
            {
                "contact": str(chat.id),
                "customer": {"id": customer.pk, "name": "Dora"},
                "queue": {"id": support.pk, "name": "Support"},
                "state": "connected",
                "since": accepted,
                "unanswered_since": accepted,
                "watcher": None,
            }
        ],
    }


def test_an_answered_customer_waits_for_nothing(
    sam: Agent, alice: Agent, direct: EntryPoint
) -> None:
    chat = steps.connected(alice, direct)
    steps.say(chat, "Hello?")
    steps.say(alice, "Good morning", to=chat)

    [contact] = agent_for(sam, alice)["contacts"]

    assert contact["unanswered_since"] is None


def test_who_watches_is_named(sam: Agent, alice: Agent, direct: EntryPoint) -> None:
    chat = steps.connected(alice, direct)
    Watch.objects.create(
        contact=chat.contact,
        share=chat.contact.assignments.get(),
        watcher=sam,
        mode="monitor",
        started_at=clock.now(),
    )

    [contact] = agent_for(sam, alice)["contacts"]

    assert contact["watcher"] == {"id": sam.pk, "display_name": "Sam"}


def test_an_idle_agent_says_why(sam: Agent, alice: Agent) -> None:
    steps.go_idle(alice)

    row = agent_for(sam, alice)

    assert (row["state"], row["idle_code"]["name"]) == ("idle", "Break")


# --- help ---------------------------------------------------------------------------
def ask_for_help(agent: Agent, chat: Chat, text: str) -> HelpRequest:
    return HelpRequest.objects.create(
        contact=chat.contact,
        share=chat.contact.assignments.get(),
        agent=agent,
        text=text,
        asked_at=clock.now(),
    )


def test_who_asks_for_help_is_there_until_it_is_over(
    sam: Agent, alice: Agent, direct: EntryPoint
) -> None:
    chat = steps.connected(alice, direct)
    ask_for_help(alice, chat, "May I refund this?")

    [call] = floor_for(sam)["help"]
    steps.end(alice, chat)

    assert call["contact"] == str(chat.id)
    assert call["agent"] == {"id": alice.pk, "display_name": "Alice"}
    assert call["text"] == "May I refund this?"
    assert floor_for(sam)["help"] == []


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

"""The sweep: every timer, late, twice, at once, and whatever fails (4.7, E23)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.celery import app
from contacts import jobs
from contacts.models import Assignment, Contact, ContactEvent
from contacts.services import waiting
from core import heartbeat
from tests import plans, sockets, steps
from tests.contacts.floor import can_take, shares_of, state_of
from tests.factories import (
    AgentFactory,
    AssignmentFactory,
    ContactFactory,
    CustomerFactory,
)
from tests.steps import API, client_for
from tests.threads import at_once
from wrapup import tasks

if TYPE_CHECKING:
    from datetime import datetime

    from agents.models import Agent, Organisation, Team
    from contacts.models import Customer
    from queues.models import EntryPoint, Queue
    from tests.clockwork import Clockwork


# --- late -----------------------------------------------------------------------------
def test_after_an_outage_every_deadline_is_met_by_one_sweep(
    acme: Organisation,
    alice: Agent,
    bob: Agent,
    support: Queue,
    direct: EntryPoint,
    clockwork: Clockwork,
) -> None:
    acme.auto_wrapup_seconds = 60
    acme.customer_inactivity_seconds = 300
    acme.save(update_fields=["auto_wrapup_seconds", "customer_inactivity_seconds"])
    support.max_time_in_queue = 600
    support.save(update_fields=["max_time_in_queue"])
    can_take(alice, chat=1)
    can_take(bob, chat=2)
    missed = steps.offered(alice, direct)
    ended = steps.in_wrap_up(bob, direct)
    silent = steps.connected(bob, direct)
    waits = steps.open_chat(direct)

    clockwork.passes(seconds=3600)

    assert state_of(alice) == "rona"
    assert shares_of(missed)[0] == ("Alice", "rona")
    assert shares_of(ended) == [("Bob", "completed")]
    assert silent.contact.ended_reason == "inactivity"
    # What has waited too long does not wait for the slot that has become free.
    assert missed.contact.ended_reason == "queue_timeout"
    assert waits.contact.ended_reason == "queue_timeout"


# --- twice, and at once ---------------------------------------------------------------
def test_a_second_sweep_finds_nothing_to_do(
    alice: Agent, bob: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    for _ in range(3):
        steps.offered(alice, direct)
    clockwork.passes(seconds=35)
    trail = list(ContactEvent.objects.values_list("pk", flat=True))

    clockwork.sweeps()
    clockwork.sweeps()

    assert list(ContactEvent.objects.values_list("pk", flat=True)) == trail


@pytest.mark.postgresql
def test_sweeps_at_once_share_the_work(
    acme: Organisation,
    front_line: Team,
    support: Queue,
    dora: Customer,
    clockwork: Clockwork,
) -> None:
    for _ in range(20):
        agent = AgentFactory.create(organisation=acme, teams=[front_line])
        steps.go_available(agent)
    chats = [
        ContactFactory.create(organisation=acme, queue=support, customer=dora)
        for _ in range(60)
    ]
    clockwork.sweeps()
    assert Assignment.objects.filter(state="offered").count() == len(chats)
    clockwork.moves(seconds=35)

    assert at_once(*[tasks.run_timers] * 4) == [None] * 4

    shares = Assignment.objects.values_list("contact", "state")
    assert sorted(shares) == sorted((chat.pk, "rona") for chat in chats)
    assert ContactEvent.objects.filter(code="rona").count() == len(chats)
    for agent in acme.agents.all():
        assert agent.state_log.filter(state="rona").count() == 1


# --- piled up, and from other hosts ---------------------------------------------------
@pytest.fixture
def begun(clockwork: Clockwork, monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """Give the times at which a worker that has just been started runs the timers."""
    times: list[datetime] = []
    monkeypatch.setattr(tasks, "pace", tasks.Pace())
    monkeypatch.setattr(tasks, "run_timers", lambda: times.append(clockwork.now))
    return times


def test_sweeps_that_piled_up_are_over_in_a_moment(
    clockwork: Clockwork, begun: list[datetime]
) -> None:
    for _ in range(600):
        tasks.sweep()
    clockwork.moves(seconds=1)
    for _ in range(600):
        tasks.sweep()

    assert len(begun) == 2


def test_sweeps_that_come_a_little_early_or_late_run(
    clockwork: Clockwork, begun: list[datetime]
) -> None:
    for seconds in (1, 0.6, 1.4, 0.5):
        clockwork.moves(seconds=seconds)
        tasks.sweep()

    assert len(begun) == 4


def test_no_clock_of_another_host_makes_a_sweep_too_late() -> None:
    sweep = app.conf.beat_schedule["sweep"]

    message = app.amqp.as_task_v2("an id", sweep["task"], **sweep.get("options", {}))

    assert message.headers["expires"] is None
    assert message.headers["eta"] is None


# --- whatever fails -------------------------------------------------------------------
@pytest.mark.parametrize(
    "broken",
    [
        "withdraw_strays",
        "expire_waits",
        "release_waiting",
        "route_waiting",
        "end_inactive_chats",
        "lose_customers",
        "send_cards",
    ],
)
def test_a_timer_that_fails_stops_no_other(
    alice: Agent,
    direct: EntryPoint,
    clockwork: Clockwork,
    monkeypatch: pytest.MonkeyPatch,
    broken: str,
) -> None:
    steps.offered(alice, direct)

    def fails(*args: object, **values: object) -> int:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(jobs, broken, fails)
    clockwork.passes(seconds=35)

    assert state_of(alice) == "rona"
    assert heartbeat.is_fresh(clockwork.now)


def test_a_contact_that_cannot_be_handled_stops_no_other(
    support: Queue,
    direct: EntryPoint,
    clockwork: Clockwork,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    support.max_time_in_queue = 60
    support.save(update_fields=["max_time_in_queue"])
    chats = []
    for _ in range(3):
        chats.append(steps.open_chat(direct))
        clockwork.moves(seconds=1)
    time_out = waiting.time_out

    def fails_for_the_first(*, contact_id: object, **values: Any) -> None:
        assert contact_id != chats[0].id, "a fault of ours"
        time_out(contact_id=contact_id, **values)  # type: ignore[arg-type]

    monkeypatch.setattr(waiting, "time_out", fails_for_the_first)
    clockwork.passes(seconds=60)
    assert [chat.contact.state for chat in chats] == ["queued", "ended", "ended"]

    monkeypatch.undo()
    monkeypatch.setattr("core.clock.now", lambda: clockwork.now)
    clockwork.passes(seconds=60)

    assert chats[0].contact.state == "ended"


def test_without_redis_deadlines_are_met_all_the_same(
    alice: Agent,
    bob: Agent,
    direct: EntryPoint,
    clockwork: Clockwork,
    request: pytest.FixtureRequest,
) -> None:
    chat = steps.offered(alice, direct)
    steps.go_available(bob)
    request.getfixturevalue("redis_is_away")

    clockwork.passes(seconds=35)

    assert state_of(alice) == "rona"
    assert shares_of(chat) == [("Alice", "rona"), ("Bob", "offered")]


# --- the heartbeat --------------------------------------------------------------------
def test_each_sweep_is_noted(db: None, clockwork: Clockwork) -> None:
    assert not heartbeat.is_fresh(clockwork.now)

    clockwork.sweeps()

    assert heartbeat.age(clockwork.now) is not None
    clockwork.moves(seconds=15)
    assert heartbeat.is_fresh(clockwork.now)
    clockwork.moves(seconds=0.1)
    assert not heartbeat.is_fresh(clockwork.now)


def test_after_the_clock_was_set_back_no_sweep_counts_until_the_next(
    alice: Agent, clockwork: Clockwork
) -> None:
    clockwork.sweeps()
    clockwork.moves(seconds=-7200)

    with sockets.desk_of(alice) as desk:
        desk.send("ping")
        assert desk.read_until("pong")["timers"] == "stale"
        clockwork.passes(seconds=1)  # for so long an answer is good
        desk.send("ping")
        assert desk.read_until("pong")["timers"] == "ok"


# --- what it costs --------------------------------------------------------------------
def queries_of_a_sweep(clockwork: Clockwork) -> list[str]:
    """Return what a sweep asks the database when all is said and done."""
    clockwork.passes(seconds=1)
    clockwork.moves(seconds=1)
    with CaptureQueriesContext(connection) as captured:
        clockwork.sweeps()
    return [query["sql"] for query in captured]


def test_a_sweep_with_nothing_to_do_costs_the_same_however_many_there_are(
    acme: Organisation,
    front_line: Team,
    support: Queue,
    direct: EntryPoint,
    clockwork: Clockwork,
) -> None:
    a_busy_floor(acme, front_line, direct, agents=1)
    few = queries_of_a_sweep(clockwork)
    a_busy_floor(acme, front_line, direct, agents=4)

    many = queries_of_a_sweep(clockwork)

    assert len(many) == len(few)


def a_busy_floor(
    acme: Organisation, team: Team, direct: EntryPoint, *, agents: int
) -> None:
    """Let agents have a chat, a wrap-up and a card each, with more chats waiting."""
    for _ in range(agents):
        agent = AgentFactory.create(organisation=acme, teams=[team])
        steps.go_available(agent)
        for _ in range(4):
            steps.open_chat(direct)
        first, second, _ = [card["contact"] for card in steps.cards_of(agent)]
        client = client_for(agent)
        client.post(f"{API}/contacts/{first}/accept/")
        client.post(f"{API}/contacts/{second}/accept/")
        client.post(f"{API}/contacts/{second}/end/")


@pytest.mark.postgresql
def test_no_timer_reads_years_of_chats(
    acme: Organisation,
    front_line: Team,
    support: Queue,
    direct: EntryPoint,
    clockwork: Clockwork,
) -> None:
    a_busy_floor(acme, front_line, direct, agents=1)
    years_of_chats(acme, support)

    queries = queries_of_a_sweep(clockwork)

    with connection.cursor() as cursor:
        found = [
            plans.plan_of(cursor, sql) for sql in queries if sql.startswith("SELECT")
        ]
    assert found
    for plan in found:
        assert "Seq Scan on contacts_contact " not in plan
        assert "Seq Scan on contacts_assignment " not in plan


def years_of_chats(organisation: Organisation, queue: Queue) -> None:
    """Let so many chats be over that reading them all would be dearer than an index."""
    customer = CustomerFactory.create(organisation=organisation)
    agent = AgentFactory.create(organisation=organisation)
    chats = ContactFactory.build_batch(
        3000, organisation=organisation, queue=queue, customer=customer, ended=True
    )
    Contact.objects.bulk_create(chats)
    Assignment.objects.bulk_create(
        AssignmentFactory.build(contact=chat, agent=agent, completed=True)
        for chat in chats
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE contacts_contact, contacts_assignment")


@pytest.mark.postgresql
def test_every_timer_has_its_index(
    acme: Organisation,
    front_line: Team,
    support: Queue,
    direct: EntryPoint,
    clockwork: Clockwork,
) -> None:
    a_busy_floor(acme, front_line, direct, agents=1)
    years_of_chats(acme, support)
    queries = queries_of_a_sweep(clockwork)

    fit = {index for index in INDEXES_OF_TIMERS if fits_alone(index, queries)}

    assert fit == INDEXES_OF_TIMERS


INDEXES_OF_TIMERS = {
    "contacts_assignment_rona",
    "contacts_assignment_autowrap",
    "contacts_assignment_live",
    "contacts_contact_deadline",
    "contacts_contact_waiting",
    "contacts_contact_queue",
}


def fits_alone(index: str, queries: list[str]) -> bool:
    """Whether a query takes this index where its table has no other but the key's:
    among several small ones the choice is the database's business."""
    with plans.only(index) as cursor:
        found = [
            plans.plan_of(cursor, sql) for sql in queries if sql.startswith("SELECT")
        ]
    return any(index in plan for plan in found)

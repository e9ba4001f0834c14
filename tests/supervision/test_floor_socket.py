"""The floor's socket: at once, after changes, and for nobody who may not look."""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agents.models import Agent, Role, Socket
from contacts.models import (
    Assignment,
    AssignmentState,
    Contact,
    ContactState,
    Customer,
    QueueVisit,
)
from core import clock
from supervision.broadcasting import Reader, View
from tests import outages, sockets, steps
from tests.cast import person
from tests.factories import QueueFactory, TeamFactory
from tests.steps import API, client_for, token_of

if TYPE_CHECKING:
    from agents.models import Organisation, Team
    from queues.models import EntryPoint, Queue
    from tests.sockets import Socket as Page
    from tests.steps import Json

LEAST_PAUSE = timedelta(seconds=0.5)  # a late frame may be followed by one in time
LARGEST = 256 * 1024  # bytes on the wire, once a second


def floor_in(frame: Json) -> Json:
    assert frame["type"] == "floor", frame
    return dict(frame["floor"])


def next_floor(page: Page) -> Json:
    return floor_in(page.read_until("floor"))


# --- what comes -----------------------------------------------------------------------
def test_the_floor_comes_at_once_and_after_a_change(
    sam: Agent, alice: Agent, direct: EntryPoint
) -> None:
    with sockets.floor_of(sam) as page:
        first = floor_in(page.read())
        chat = steps.connected(alice, direct)
        while not (floor := next_floor(page))["queues"][0]["connected"]:
            pass

    parts = ["now", "timers", "queues", "agents", "help", "all_queues", "may"]
    assert list(first) == parts
    assert first["queues"][0]["connected"] == 0
    assert floor["agents"][0]["contacts"][0]["contact"] == str(chat.id)


def test_it_is_the_floor_that_rest_answers(
    sam: Agent, alice: Agent, direct: EntryPoint
) -> None:
    steps.connected(alice, direct)

    with sockets.floor_of(sam) as page:
        heard = floor_in(page.read())
    asked = client_for(sam).get(f"{API}/floor/").json()

    assert heard | {"now": asked["now"]} == asked


def test_many_changes_come_once_a_second(
    sam: Agent, alice: Agent, support: Queue
) -> None:
    with sockets.floor_of(sam) as page:
        times = [floor_in(page.read())["now"]]
        for state in ("available", "idle", "available"):
            steps.choose(alice, state)
            times.append(next_floor(page)["now"])

    moments = [datetime.fromisoformat(each) for each in times]
    pauses = [later - sooner for sooner, later in pairwise(moments)]
    assert min(pauses) >= LEAST_PAUSE


def test_whoever_comes_later_sees_it_at_once_too(sam: Agent, ada: Agent) -> None:
    with sockets.floor_of(sam) as first:
        first.read()
        with sockets.floor_of(ada) as second:
            assert floor_in(second.read())["agents"][0]["display_name"] == "Sam"


def test_it_is_narrowed_as_over_rest(sam: Agent, alice: Agent, support: Queue) -> None:
    token = f"Bearer {token_of(sam)}"

    with sockets.opened(f"/ws/floor/?queue={support.pk}", authorization=token) as page:
        assert len(floor_in(page.read())["agents"]) == 2
    with sockets.opened("/ws/floor/?queue=2147483000", authorization=token) as page:
        assert floor_in(page.read())["agents"] == []
    with sockets.opened("/ws/floor/?queue=support", authorization=token) as page:
        assert list(page.read()["errors"]) == ["queue"]
        assert page.close_code() == 4404


def test_it_tells_that_it_is_there(sam: Agent) -> None:
    with sockets.floor_of(sam) as page:
        page.send("ping")
        pong = page.read_until("pong")

    assert pong.keys() == {"type", "now", "timers"}


# --- who may look ---------------------------------------------------------------------
def test_an_agent_is_refused_in_words(alice: Agent) -> None:
    with sockets.floor_of(alice) as page:
        assert page.read()["code"] == "forbidden"
        assert page.close_code() == 4403


def test_nobody_is_refused(db: None) -> None:
    with sockets.floor_with_token("none") as page:
        assert page.close_code() == 4401


def test_a_page_opens_it_with_its_session(sam: Agent) -> None:
    client = Client()
    client.force_login(sam)
    cookie = sockets.cookie_of(client)

    with sockets.opened("/ws/floor/", cookie=cookie, origin=sockets.ORIGIN) as page:
        floor_in(page.read())
    with sockets.opened("/ws/floor/", cookie=cookie) as program:
        assert program.close_code() == 4403
    of_another = f"/ws/floor/?person={sam.pk + 1}"
    with sockets.opened(of_another, cookie=cookie, origin=sockets.ORIGIN) as page:
        assert page.close_code() == 4401


def test_a_lost_team_is_not_seen_any_more(sam: Agent, support: Queue) -> None:
    with sockets.floor_of(sam) as page:
        assert floor_in(page.read())["queues"]

        sam.teams.clear()

        assert next_floor(page)["queues"] == []


def test_whoever_oversees_nothing_any_more_is_let_go(sam: Agent) -> None:
    with sockets.floor_of(sam) as page:
        page.read()

        Agent.objects.filter(pk=sam.pk).update(role=Role.AGENT)

        assert page.close_code() in {4401, 4403}


def test_a_revoked_token_ends_it(sam: Agent) -> None:
    token = token_of(sam)
    with sockets.floor_with_token(token) as page:
        page.read()

        steps.with_token(token).delete(f"{API}/auth/token/")

        assert page.close_code() == 4401


def test_a_floor_is_no_desk_but_its_viewer_is_there(sam: Agent) -> None:
    with sockets.floor_of(sam) as page:
        page.read()
        assert Socket.objects.filter(address=sam.address).count() == 1

    sam.refresh_from_db()
    assert sam.state == "offline"
    assert not Socket.objects.exists()


# --- faults ---------------------------------------------------------------------------
@pytest.mark.usefixtures("redis_is_away")
def test_without_redis_it_goes_on_and_says_that_it_is_late(
    sam: Agent, alice: Agent
) -> None:
    with sockets.floor_of(sam) as page:
        assert floor_in(page.read())["timers"] == "stale"
        steps.go_available(alice)

        assert next_floor(page)["agents"][0]["state"] == "available"


def test_without_a_database_it_says_so_and_comes_back(sam: Agent) -> None:
    with sockets.floor_of(sam) as page:
        page.read()
        with outages.database_away():
            refusal = page.read_until("error")

        assert refusal["code"] == "unavailable"
        assert next_floor(page)["agents"]


# --- a large floor --------------------------------------------------------------------
def test_many_lookers_cost_one_reading(
    acme: Organisation, front_line: Team, sam: Agent, ada: Agent, support: Queue
) -> None:
    reader = Reader(acme.pk)

    def cost(*viewers: Agent) -> int:
        with CaptureQueriesContext(connection) as captured:
            reader.read([View(each.pk) for each in viewers])
        return len(captured)

    others = [
        person(f"Super{n}", acme, role=Role.SUPERVISOR, teams=[front_line])
        for n in range(5)
    ]
    cost(sam)

    assert cost(sam) == cost(sam, ada, *others)


def test_a_large_floor_is_small_on_the_wire(acme: Organisation, ada: Agent) -> None:
    _large(acme, agents=500, contacts=2000)

    with sockets.floor_with_token(token_of(ada), compressed=True) as page:
        text = page.read_text()
        assert page.is_compressed

    assert text.count('"unanswered_since"') == 2000
    assert len(zlib.compress(text.encode())) < LARGEST


def _large(acme: Organisation, *, agents: int, contacts: int) -> None:
    now = clock.now()
    teams = [TeamFactory.create(organisation=acme) for _ in range(20)]
    queues = [QueueFactory.create(organisation=acme, teams=[team]) for team in teams]
    people = Agent.objects.bulk_create(
        Agent(
            organisation=acme,
            email=f"somebody{n}@acme.example",
            display_name=f"Somebody with the number {n}",
            folded_name=f"somebody {n}",
            state="available",
            available_since=now,
        )
        for n in range(agents)
    )
    Agent.teams.through.objects.bulk_create(
        Agent.teams.through(agent=each, team=teams[n % len(teams)])
        for n, each in enumerate(people)
    )
    customers = Customer.objects.bulk_create(
        Customer(organisation=acme, name=f"A customer called {n}", created_at=now)
        for n in range(contacts)
    )
    rows = Contact.objects.bulk_create(
        Contact(
            organisation=acme,
            customer=customer,
            state=ContactState.CONNECTED,
            queue=queues[n % len(queues)],
            opened_at=now,
            enqueued_at=now,
            visit_started_at=now,
        )
        for n, customer in enumerate(customers)
    )
    QueueVisit.objects.bulk_create(
        QueueVisit(
            contact=row,
            queue=row.queue,
            entered_at=now - timedelta(seconds=n % 60),
            left_at=now,
            outcome="answered",
        )
        for n, row in enumerate(rows)
    )
    Assignment.objects.bulk_create(
        Assignment(
            contact=row,
            agent=people[n % agents],
            queue=row.queue,
            state=AssignmentState.CONNECTED,
            offered_at=now,
            blink_at=now,
            rona_at=now,
            connected_at=now,
        )
        for n, row in enumerate(rows)
    )

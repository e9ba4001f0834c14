"""What things cost the database: the same, however much there is."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agents import addresses, callers
from agents.callers import Shown
from agents.models import Agent
from contacts import events, jobs, queries
from contacts.consumers import arrivals
from contacts.models import Assignment, Contact, ContactState, Message, QueueVisit
from contacts.services import conversation, router
from contacts.services.drafts import CUSTOMER, Draft, agent_sender
from core import clock
from tests import plans, steps
from tests.factories import AgentFactory, ContactFactory
from tests.steps import API, client_for, customer_of, for_agents, for_customers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from agents.models import Organisation, Team
    from contacts.models import Customer
    from queues.models import EntryPoint, Queue
    from tests.stage import Counted
    from tests.steps import Chat

FEW, MANY = 3, 60


def queries_of(work: Callable[[], object]) -> int:
    """Count the queries of something that cannot be done twice."""
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


def make_available(acme: Organisation, team: Team, number: int) -> None:
    now = clock.now()
    for _ in range(number):
        AgentFactory.create(
            organisation=acme, teams=[team], state="available", available_since=now
        )


def make_waiting(queue: Queue, customer: Customer, number: int) -> None:
    """Let contacts wait that nobody has routed yet."""
    contacts = [
        ContactFactory.build(
            organisation=queue.organisation, queue=queue, customer=customer
        )
        for _ in range(number)
    ]
    Contact.objects.bulk_create(contacts)
    QueueVisit.objects.bulk_create(
        QueueVisit(contact=contact, queue=queue, entered_at=contact.opened_at)
        for contact in contacts
    )


def start_again() -> None:
    Assignment.objects.all().delete()
    Contact.objects.update(state=ContactState.QUEUED)


# --- opening ------------------------------------------------------------------
def test_a_new_chat_is_stored_at_once(direct: EntryPoint) -> None:
    with CaptureQueriesContext(connection) as captured:
        steps.open_chat(direct)

    verbs = [
        query["sql"].split(maxsplit=1)[0]
        for query in captured
        if re.match(r'(INSERT INTO|UPDATE) "contacts_contact" ', query["sql"])
    ]
    assert verbs == ["INSERT"]


# --- routing ------------------------------------------------------------------
def test_an_offer_costs_the_same_with_many_agents(
    acme: Organisation, front_line: Team, support: Queue, dora: Customer
) -> None:
    def route_one() -> None:
        assert router.route(organisation_id=acme.pk, now=clock.now()) == 1

    make_waiting(support, dora, 1)
    make_available(acme, front_line, FEW)
    few = queries_of(route_one)
    start_again()
    make_available(acme, front_line, MANY)

    many = queries_of(route_one)

    assert many == few <= 25


def test_an_offer_costs_the_same_with_many_waiting(
    acme: Organisation, front_line: Team, support: Queue, dora: Customer
) -> None:
    """One agent with one slot, and a line behind the one contact that is offered."""

    def route_one() -> None:
        assert router.route(organisation_id=acme.pk, now=clock.now()) == 1

    acme.default_multimedia_profile.chat = 1  # type: ignore[union-attr]
    acme.default_multimedia_profile.save()  # type: ignore[union-attr]
    make_available(acme, front_line, 1)
    make_waiting(support, dora, FEW)
    few = queries_of(route_one)
    start_again()
    make_waiting(support, dora, 10 * MANY)

    many = queries_of(route_one)

    assert many == few <= 25


def test_many_offers_at_once_cost_little_more_than_one(
    acme: Organisation, front_line: Team, support: Queue, dora: Customer
) -> None:
    make_waiting(support, dora, 40)
    make_available(acme, front_line, 40)

    cost = queries_of(lambda: router.route(organisation_id=acme.pk, now=clock.now()))

    assert Assignment.objects.filter(state="offered").count() == 40
    # Each customer is told their new view, with their place in the line.
    assert cost <= 25


def test_telling_customers_their_places_costs_the_same_however_many_wait(
    support: Queue, dora: Customer
) -> None:
    def tell() -> None:
        events.contacts(queries.line_of(support.pk).select_related("organisation"))

    make_waiting(support, dora, FEW)
    few = queries_of(tell)
    make_waiting(support, dora, MANY)

    many = queries_of(tell)

    assert many == few <= 4


@pytest.mark.postgresql
def test_a_place_in_the_line_is_counted_by_its_index(
    support: Queue, dora: Customer
) -> None:
    make_waiting(support, dora, 10 * MANY)

    with CaptureQueriesContext(connection) as captured:
        events.contacts(Contact.objects.all()[:1])

    [places] = [query["sql"] for query in captured if "COUNT" in query["sql"]][:1]
    with plans.only("contacts_contact_line") as cursor:
        plan = plans.plan_of(cursor, places)
    # Who is higher in the line, and who came earlier: a range of the index each.
    ranges = plan.count(
        "Index Cond: ((queue_id = contacts_contact.queue_id) AND (priority"
    )
    assert ranges == 2, plan


def test_nobody_waiting_costs_next_to_nothing(
    acme: Organisation, front_line: Team, support: Queue, counted: Counted
) -> None:
    make_available(acme, front_line, MANY)

    cost = counted(lambda: router.route(organisation_id=acme.pk, now=clock.now()))

    assert cost <= 4


def test_many_missed_offers_cost_the_same_as_few(
    acme: Organisation, front_line: Team, support: Queue, dora: Customer
) -> None:
    def miss(number: int) -> int:
        make_available(acme, front_line, number)
        make_waiting(support, dora, number)
        router.route(organisation_id=acme.pk, now=clock.now())
        late = clock.now() + timedelta(hours=1)
        cost = queries_of(lambda: jobs.expire_offers(late))
        assert not Agent.objects.filter(state="available").exists()
        return cost

    few = miss(FEW)

    assert miss(MANY) == few <= 40


@pytest.mark.parametrize("number", [FEW, MANY])
def test_a_sweep_without_work_costs_the_same(
    acme: Organisation,
    front_line: Team,
    support: Queue,
    dora: Customer,
    counted: Counted,
    number: int,
) -> None:
    for _ in range(number):
        AgentFactory.create(organisation=acme, teams=[front_line])
    make_waiting(support, dora, number)
    now = clock.now()

    cost = counted(
        lambda: [
            job(now)
            for job in (
                jobs.expire_offers,
                jobs.expire_waits,
                jobs.release_waiting,
                jobs.route_waiting,
                jobs.end_inactive_chats,
                jobs.sign_out_inactive_agents,
                jobs.send_cards,
                jobs.send_positions,
            )
        ]
    )

    assert cost <= 20


# --- what people do -------------------------------------------------------------
def test_opening_a_chat_costs_the_same_with_many_waiting(
    direct: EntryPoint, support: Queue, dora: Customer
) -> None:
    steps.open_chat(direct)
    few = queries_of(lambda: steps.open_chat(direct))
    make_waiting(support, dora, MANY)

    many = queries_of(lambda: steps.open_chat(direct))

    assert many == few <= 35


def test_a_message_over_rest(alice: Agent, talking: Chat) -> None:
    body = {"client_id": "one", "text": "Hello"}
    by_agent, by_customer = client_for(alice), customer_of(talking)

    costs = [
        queries_of(
            lambda: by_agent.post(for_agents(talking, "messages"), body, format="json")
        ),
        queries_of(
            lambda: by_customer.post(
                for_customers(talking, "messages"), body, format="json"
            )
        ),
    ]

    assert max(costs) <= 9


def test_what_is_stored_together_costs_the_same_however_much_it_is(
    alice: Agent, direct: EntryPoint
) -> None:
    chats = [steps.connected(alice, direct) for _ in range(3)]

    def store(chats: list[Chat], number: int) -> None:
        drafts = [
            Draft(chat.id, sender, "Hello", f"{number}.{n}")
            for chat in chats
            for sender in (CUSTOMER, agent_sender(alice))
            for n in range(number)
        ]
        stored = conversation.send_messages(drafts, now=clock.now())
        assert all(isinstance(answer, Message) for answer in stored)

    few = queries_of(lambda: store(chats[:1], 1))

    many = queries_of(lambda: store(chats, 7))

    assert many == few <= 5  # two of them begin and end a transaction


def test_a_long_conversation_costs_no_more_than_a_short_one(
    alice: Agent, talking: Chat, counted: Counted
) -> None:
    client = client_for(alice)
    urls = [
        f"{API}/me/cards/",
        for_agents(talking),
        for_agents(talking, "messages"),
        for_agents(talking, "transcript"),
    ]

    def read() -> list[int]:
        return [client.get(url).status_code for url in urls]

    steps.say(talking, "First line")
    few = counted(read)
    for number in range(20):
        steps.say(talking, f"Line {number}")

    assert counted(read) == few


def test_a_welcome_costs_the_same_however_many_cards(
    alice: Agent, direct: EntryPoint
) -> None:
    steps.say(steps.connected(alice, direct), "Hello")
    few = welcome_of([alice])
    for _ in range(2):
        steps.say(steps.connected(alice, direct), "Hello")

    assert welcome_of([alice]) == few


def test_many_desks_are_welcomed_at_the_cost_of_one(
    alice: Agent, bob: Agent, direct: EntryPoint
) -> None:
    for agent in (bob, alice):
        steps.say(steps.connected(agent, direct), "Hello")
        steps.choose(agent, "idle")

    assert welcome_of([alice, bob] * FEW) == welcome_of([alice]) <= 14


def welcome_of(agents: Sequence[Agent]) -> int:
    """Count the queries of what desks are welcomed with, their presence among them."""
    desks = [arrivals.Desk(uuid4(), agent, works=True) for agent in agents]
    return queries_of(lambda: arrivals.welcome_desks(desks))


def test_many_chat_pages_are_welcomed_at_the_cost_of_one(
    alice: Agent, direct: EntryPoint
) -> None:
    chats = [steps.connected(alice, direct) for _ in range(FEW)]
    for chat in chats:
        steps.say(chat, "Hello")
        steps.say(chat, "Is anybody there?")

    def welcome(chats: Sequence[Chat], after: int) -> int:
        pages = [
            arrivals.Page(uuid4(), addresses.of_customer(chat.id), chat.id, after)
            for chat in chats
        ]
        return queries_of(lambda: arrivals.welcome_pages(pages))

    for after in (0, 1):
        assert welcome(chats * FEW, after) == welcome(chats[:1], after) <= 11


def test_who_opens_sockets_is_looked_up_at_the_cost_of_one(
    alice: Agent, bob: Agent
) -> None:
    tokens = [steps.token_of(agent) for agent in (alice, bob)]
    keys = [session_of(agent) for agent in (alice, bob)]

    def look_up(number: int) -> int:
        shown = [Shown(token) for token in tokens[:number]]
        shown += [Shown(None, key) for key in keys[:number]]
        return queries_of(lambda: callers.who_are(shown))

    look_up(2)  # the first use of a token is noted

    assert look_up(2) == look_up(1) == 3


def session_of(agent: Agent) -> str:
    client = Client()
    client.force_login(agent)
    key = client.session.session_key
    assert key is not None
    return key


@pytest.mark.parametrize("after", [0, 1, 2, 3, 70, 10**9])
def test_many_catch_up_as_each_does_alone(
    alice: Agent, direct: EntryPoint, after: int
) -> None:
    chats = [steps.connected(alice, direct) for _ in range(FEW)]
    for chat, number in zip(chats, (1, 5, 60), strict=True):
        for line in range(number):
            steps.say(chat, f"Line {line}")
    Message.objects.filter(seq__in=[1, 2, 4, 30]).update(rev=1)
    contacts = list(Contact.objects.all())

    together = queries.all_caught_up([(contact, after) for contact in contacts])

    alone = [
        queries.caught_up(contact, queries.beginning_after(after))
        for contact in contacts
    ]
    assert together == alone
    for lines, contact in zip(together, contacts, strict=True):
        assert all(line.contact is contact for line in lines.messages)

"""Earlier contacts of the customer (R15, contract 3.3)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from core import clock
from tests import steps
from tests.factories import (
    AssignmentFactory,
    ContactFactory,
    CustomerFactory,
    WrapUpFactory,
)
from tests.steps import client_for, for_agents

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from contacts.models import Contact, Customer
    from queues.models import EntryPoint, Queue
    from tests.stage import Counted
    from tests.steps import Chat
    from wrapup.models import WrapUpCode

PERSON = {"name": "Dora", "email": "Dora@example.com", "phone": "+49 (30) 901820"}


@pytest.fixture
def in_hand(alice: Agent, direct: EntryPoint) -> Chat:
    """Dora's chat with Alice."""
    return steps.connected(alice, direct, customer=PERSON)


def history(agent: Agent, chat: Chat, **query: Any) -> Any:
    response = client_for(agent).get(for_agents(chat, "history"), query)
    assert response.status_code == 200
    return response.json()


def matches(agent: Agent, chat: Chat) -> list[tuple[str, str]]:
    rows = history(agent, chat)["results"]
    return [(row["id"], row["match"]) for row in rows]


def earlier(customer: Customer, days: int = 1, **fields: Any) -> Contact:
    return ContactFactory.create(
        organisation=customer.organisation,
        customer=customer,
        opened_at=clock.now() - timedelta(days=days),
        ended=True,
        **fields,
    )


def test_a_first_contact_has_no_history(alice: Agent, in_hand: Chat) -> None:
    assert history(alice, in_hand) == {
        "count": 0,
        "next": None,
        "previous": None,
        "results": [],
    }


def test_a_row_of_the_history(
    alice: Agent, bob: Agent, in_hand: Chat, support: Queue, resolved: WrapUpCode
) -> None:
    contact = earlier(in_hand.contact.customer, queue=support)
    share = AssignmentFactory.create(contact=contact, agent=bob, completed=True)
    WrapUpFactory.create(assignment=share, code=resolved, code_name="Resolved")

    [row] = history(alice, in_hand)["results"]

    assert row.pop("opened_at").endswith("Z")
    assert row.pop("ended_at").endswith("Z")
    assert row == {
        "id": str(contact.pk),
        "queue": {"id": support.pk, "name": "Support"},
        "agents": ["Bob"],
        "wrapup_reason": "Resolved",
        "match": "visitor",
        "rating": None,
    }


def test_a_row_has_the_rating(alice: Agent, in_hand: Chat) -> None:
    earlier(in_hand.contact.customer, rating=4, rating_comment="Quick")

    [row] = history(alice, in_hand)["results"]

    assert row["rating"] == {"score": 4, "comment": "Quick"}


def test_who_never_answered_is_not_in_it(
    alice: Agent, bob: Agent, in_hand: Chat
) -> None:
    contact = earlier(in_hand.contact.customer)
    AssignmentFactory.create(
        contact=contact, agent=bob, state="rona", ended_at=clock.now()
    )

    [row] = history(alice, in_hand)["results"]

    assert (row["agents"], row["wrapup_reason"]) == ([], None)


def test_the_newest_comes_first(alice: Agent, in_hand: Chat) -> None:
    customer = in_hand.contact.customer
    contacts = [earlier(customer, days) for days in (3, 1, 2)]

    rows = history(alice, in_hand)["results"]

    newest_first = [contacts[1], contacts[2], contacts[0]]
    assert [row["id"] for row in rows] == [str(c.pk) for c in newest_first]


def test_the_same_customer_comes_before_the_same_address(
    acme: Organisation, alice: Agent, in_hand: Chat
) -> None:
    other = CustomerFactory.create(organisation=acme, email="dora@example.com")
    earlier(in_hand.contact.customer, 3)
    earlier(other, 1)

    rows = history(alice, in_hand)["results"]

    assert [row["match"] for row in rows] == ["visitor", "address"]


def test_the_same_address_matches_less(
    acme: Organisation, alice: Agent, in_hand: Chat
) -> None:
    by_mail = CustomerFactory.create(organisation=acme, email="dora@example.com")
    by_phone = CustomerFactory.create(organisation=acme, phone="004930901820")
    contacts = [
        earlier(in_hand.contact.customer, 1),
        earlier(by_mail, 2),
        earlier(by_phone, 3),
    ]

    found = matches(alice, in_hand)

    assert found == [
        (str(contacts[0].pk), "visitor"),
        (str(contacts[1].pk), "address"),
        (str(contacts[2].pk), "address"),
    ]


def test_who_is_signed_in_matches_by_identity(alice: Agent, in_hand: Chat) -> None:
    customer = in_hand.contact.customer
    customer.subject = "dora-1"
    customer.save(update_fields=["subject"])
    contact = earlier(customer)

    assert matches(alice, in_hand) == [(str(contact.pk), "identity")]


def test_nothing_else_matches(
    acme: Organisation, globex: Organisation, alice: Agent, in_hand: Chat
) -> None:
    for stranger in (
        CustomerFactory.create(organisation=acme),
        CustomerFactory.create(organisation=acme, email="eve@example.com"),
        CustomerFactory.create(organisation=globex, email="dora@example.com"),
    ):
        earlier(stranger)

    assert matches(alice, in_hand) == []


def test_an_empty_address_matches_nobody(
    acme: Organisation, alice: Agent, direct: EntryPoint
) -> None:
    earlier(CustomerFactory.create(organisation=acme))
    chat = steps.connected(alice, direct)

    assert matches(alice, chat) == []


def test_what_goes_on_is_no_history(
    alice: Agent, in_hand: Chat, direct: EntryPoint
) -> None:
    steps.open_chat(direct, visitor=in_hand.visitor)

    assert matches(alice, in_hand) == []


def test_one_turns_the_pages(alice: Agent, in_hand: Chat) -> None:
    for days in range(1, 4):
        earlier(in_hand.contact.customer, days)

    first = history(alice, in_hand, page_size=2)

    assert (first["count"], len(first["results"])) == (3, 2)
    assert "page=2" in first["next"]


def test_the_history_costs_the_same_whatever_its_length(
    alice: Agent, bob: Agent, in_hand: Chat, counted: Counted
) -> None:
    client = client_for(alice)
    url = for_agents(in_hand, "history")
    customer = in_hand.contact.customer
    AssignmentFactory.create(contact=earlier(customer), agent=bob, completed=True)
    few = counted(lambda: client.get(url))
    for days in range(2, 12):
        contact = earlier(customer, days)
        AssignmentFactory.create(contact=contact, agent=bob, completed=True)

    many = counted(lambda: client.get(url))

    assert many == few <= 12

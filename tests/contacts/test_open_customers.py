"""Who opens a chat is known, and only they read it (contract 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rest_framework.test import APIClient

from contacts.models import Customer
from tests import steps
from tests.steps import API, customer_of, for_customers, refuses

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from queues.models import EntryPoint
    from tests.stage import Later
    from tests.steps import Chat


# --- who the customer is ------------------------------------------------------
def test_what_the_customer_says_is_kept(direct: EntryPoint) -> None:
    steps.open_chat(
        direct,
        customer={
            "name": "Zoë 🙂",
            "email": "Zoe@Example.com",
            "phone": "+49 (30) 123-456",
        },
    )

    customer = Customer.objects.get()
    assert customer.name == "Zoë 🙂"
    assert customer.email == "Zoe@Example.com"
    assert customer.phone == "+49 (30) 123-456"
    assert (customer.email_key, customer.phone_key) == (
        "zoe@example.com",
        "+4930123456",
    )
    assert not customer.is_verified


def test_a_browser_is_known_again(direct: EntryPoint) -> None:
    first = steps.open_chat(direct, customer={"name": "Dora"})

    second = steps.open_chat(direct, visitor=first.visitor)

    assert second.visitor == first.visitor
    assert second.contact.customer == first.contact.customer
    assert second.contact.customer.name == "Dora"


def test_an_unknown_browser_is_ignored(direct: EntryPoint) -> None:
    chat = steps.open_chat(direct, visitor="made-up")

    assert chat.visitor != "made-up"
    assert Customer.objects.count() == 1


def test_a_typed_address_leads_to_nobody(direct: EntryPoint) -> None:
    person = {"name": "Dora", "email": "dora@example.com", "phone": "123"}
    first = steps.open_chat(direct, customer=person)

    second = steps.open_chat(direct, customer={**person, "name": "Mallory"})

    assert second.contact.customer != first.contact.customer
    assert first.contact.customer.name == "Dora"


def test_a_typed_name_changes_nobody(direct: EntryPoint) -> None:
    first = steps.open_chat(direct, customer={"name": "Dora"})

    steps.open_chat(direct, visitor=first.visitor, customer={"name": "Mallory"})

    assert first.contact.customer.name == "Dora"


def test_a_browser_is_unknown_in_another_organisation(
    direct: EntryPoint, help_entry: EntryPoint
) -> None:
    here = steps.open_chat(direct)

    there = steps.open_chat(help_entry, visitor=here.visitor)

    assert there.visitor != here.visitor
    assert there.contact.customer != here.contact.customer
    assert there.contact.customer.organisation == help_entry.organisation


# --- the token ----------------------------------------------------------------
def test_the_token_reads_for_a_day_after_the_end(done: Chat, later: Later) -> None:
    later(hours=23, minutes=59)
    assert customer_of(done).get(for_customers(done)).status_code == 200

    later(minutes=2)

    for rest in ("", "messages", "transcript"):
        refuses(customer_of(done).get(for_customers(done, rest)), 401, "bad_token")


def test_the_token_lasts_as_long_as_the_chat(waiting: Chat, later: Later) -> None:
    later(days=30)

    assert customer_of(waiting).get(for_customers(waiting)).status_code == 200


def test_the_token_opens_one_chat_only(direct: EntryPoint) -> None:
    mine, other = steps.open_chat(direct), steps.open_chat(direct)

    for rest in ("", "messages", "transcript"):
        response = customer_of(mine).get(for_customers(other, rest))

        refuses(response, 404, "not_found")


@pytest.mark.parametrize("token", ["x", "é", "a b", "Bearer", "x" * 5000])
def test_a_made_up_token_opens_nothing(waiting: Chat, token: str) -> None:
    response = steps.with_token(token).get(for_customers(waiting))

    refuses(response, 401, "bad_token")
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_without_a_token_nothing_opens(waiting: Chat) -> None:
    response = APIClient().get(for_customers(waiting))

    refuses(response, 401, "not_authenticated")


def test_the_token_of_an_agent_opens_nothing_here(alice: Agent, talking: Chat) -> None:
    for rest in ("", "messages", "transcript"):
        response = steps.client_for(alice).get(for_customers(talking, rest))

        refuses(response, 401, "bad_token")


def test_the_session_of_an_agent_opens_nothing_here(
    alice: Agent, talking: Chat
) -> None:
    client = APIClient()
    client.force_login(alice)

    refuses(client.get(for_customers(talking)), 401, "not_authenticated")


def test_the_token_opens_nothing_of_the_agents(
    acme: Organisation, talking: Chat
) -> None:
    client = customer_of(talking)

    for url in (
        f"{API}/me/",
        f"{API}/me/cards/",
        f"{API}/contacts/",
        steps.for_agents(talking),
        steps.for_agents(talking, "messages"),
        steps.for_agents(talking, "customer"),
        steps.for_agents(talking, "history"),
    ):
        refuses(client.get(url), 401, "bad_token")
    refuses(client.post(steps.for_agents(talking, "end")), 401, "bad_token")
    assert talking.contact.state == "connected"

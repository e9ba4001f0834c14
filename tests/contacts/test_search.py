"""Contacts and customers are found, and earlier ones matched, alike on both databases
(D35)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from contacts import jobs
from contacts.models import Contact, Customer
from tests import steps
from tests.administration.pages.site import change, errors, page
from tests.factories import ContactFactory, CustomerFactory
from tests.steps import API, client_for, for_agents, refuses

if TYPE_CHECKING:
    from django.db.models import Model
    from django.test import Client

    from agents.models import Agent, Organisation
    from queues.models import EntryPoint
    from tests.clockwork import Clockwork

pytestmark = pytest.mark.telling

BERLIN = "+49 (0)30 901 820"
ZOE = "Zo\u00eb M\u00fcller-Stra\u00dfe"
OTHER_WORDS = [
    "zoe",
    "Mu\u0308ller zoe\u0308",  # decomposed, in another order
    "STRASSE",
    "z\u200boe@B\u00fccher.EXAMPLE",
    "\uff3aoe",
]
NUMBERS = ["+4930901820", "0049 30 901820", "030 901 820", "901820", "030/901820 x1"]


@pytest.fixture
def germany(acme: Organisation) -> Organisation:
    """Acme, in Germany."""
    acme.country = "DE"
    acme.save(update_fields=["country"])
    return acme


@pytest.fixture
def zoe(germany: Organisation) -> Customer:
    """Zoe, among others."""
    ContactFactory.create(organisation=germany, customer__name="Eve Miller", ended=True)
    customer = CustomerFactory.create(
        organisation=germany, name=ZOE, email="Zoe@b\u00fccher.example", phone=BERLIN
    )
    ContactFactory.create(organisation=germany, customer=customer, ended=True)
    return customer


def found(agent: Agent, asked: str) -> list[int]:
    answer = client_for(agent).get(f"{API}/contacts/", {"q": asked})
    assert answer.status_code == 200
    return [row["customer"]["id"] for row in answer.json()["results"]]


@pytest.mark.parametrize("asked", [*OTHER_WORDS, *NUMBERS])
def test_contacts_are_found(sam: Agent, zoe: Customer, asked: str) -> None:
    assert found(sam, asked) == [zoe.pk]


@pytest.mark.parametrize("asked", ["zoe miller", "zoe%", "_oe", "+4930901821", "040 1"])
def test_what_does_not_occur_finds_nobody(
    sam: Agent, zoe: Customer, asked: str
) -> None:
    assert found(sam, asked) == []


@pytest.mark.parametrize("asked", [*OTHER_WORDS, *NUMBERS])
@pytest.mark.parametrize("model", [Customer, Contact])
def test_the_administration_finds_them_too(
    client: Client, ada: Agent, zoe: Customer, model: type[Model], asked: str
) -> None:
    client.force_login(ada)

    shown = client.get(page(model, "changelist"), {"q": asked}).context["cl"]

    rows = {getattr(row, "customer", row) for row in shown.result_list}
    assert rows == {zoe}


def test_a_foreign_customer_is_not_found(
    gina: Agent, greta: Agent, client: Client, zoe: Customer
) -> None:
    client.force_login(greta)

    shown = client.get(page(Customer, "changelist"), {"q": "zoe"}).context["cl"]

    assert found(gina, "zoe") == []
    assert list(shown.result_list) == []


def test_so_many_words_are_a_search_as_any(sam: Agent, zoe: Customer) -> None:
    assert found(sam, " ".join(f"word{number}" for number in range(3000))) == []


# --- matching -----------------------------------------------------------------
@pytest.mark.parametrize(
    "person",
    [
        {"phone": "0049 30 901820"},
        {"phone": "030-901820 ext. 4"},
        {"phone": "\u0660\u0663\u0660 901820"},
        {"email": "ZOE@Bu\u0308cher.example"},
    ],
)
def test_history_knows_an_address_however_it_is_written(
    alice: Agent, direct: EntryPoint, zoe: Customer, person: dict[str, str]
) -> None:
    chat = steps.connected(alice, direct, customer={"name": "Z", **person})

    rows = client_for(alice).get(for_agents(chat, "history")).json()["results"]
    contacts = Contact.objects.filter(customer=zoe)
    assert [row["id"] for row in rows] == [str(contact.pk) for contact in contacts]
    assert [row["match"] for row in rows] == ["address"]


# --- what is a number -----------------------------------------------------------
@pytest.mark.parametrize("phone", ["12", "call me", "+49 1", "9" * 20])
def test_what_nobody_can_call_is_refused_at_the_desk(
    germany: Organisation, alice: Agent, direct: EntryPoint, phone: str
) -> None:
    chat = steps.connected(alice, direct, customer={"name": "Dora"})

    answer = patch(alice, chat, phone=phone, name="Dorothea")

    refuses(answer, 400, "invalid", errors=["phone"])
    assert "phone number" in answer.json()["errors"]["phone"][0]
    customer = chat.contact.customer
    assert (customer.name, customer.phone, customer.phone_key) == ("Dora", "", "")


def test_a_wrong_number_is_said_before_the_state(
    germany: Organisation, alice: Agent, direct: EntryPoint
) -> None:
    chat = steps.connected(alice, direct)
    client_for(alice).post(for_agents(chat, "end"))

    refuses(patch(alice, chat, phone="12"), 400, "invalid", errors=["phone"])
    refuses(patch(alice, chat, phone=BERLIN), 409, "wrong_state")


def test_a_number_stays_as_it_was_typed(
    germany: Organisation, alice: Agent, direct: EntryPoint
) -> None:
    chat = steps.connected(alice, direct)

    answer = patch(alice, chat, phone="(030) 90 18 20")

    assert answer.json()["phone"] == "(030) 90 18 20"
    customer = chat.contact.customer
    assert (customer.phone, customer.phone_key) == ("(030) 90 18 20", "+4930901820")
    assert patch(alice, chat, phone="").json()["phone"] == ""
    assert chat.contact.customer.phone_key == ""


def test_what_was_there_before_hinders_no_other_change(
    germany: Organisation, alice: Agent, direct: EntryPoint
) -> None:
    # This page does not ask for a number: what a site says of it is taken.
    chat = steps.connected(alice, direct, customer={"phone": "extension 12"})

    answer = patch(alice, chat, name="Dora", phone="extension 12")

    assert answer.status_code == 200
    assert answer.json()["name"] == "Dora"


@pytest.mark.parametrize("name", ["phone", "mobile"])
def test_the_chat_page_refuses_what_is_no_number(
    germany: Organisation, direct: EntryPoint, name: str
) -> None:
    direct.prechat_fields = [{"name": name, "label": "Call me", "type": "tel"}]
    direct.save(update_fields=["prechat_fields"])
    where = "customer" if name == "phone" else "customer.attributes"

    def attempt(number: str) -> Any:
        given = {name: number}
        customer = given if name == "phone" else {"attributes": given}
        body = {"entry_point": direct.key, "customer": customer}
        return steps.post(APIClient(), f"{API}/chat/contacts/", body)

    answer = attempt("12")

    refuses(answer, 400, "invalid", errors=[f"{where}.{name}"])
    assert not Customer.objects.exists()
    assert attempt("030 901820").status_code == 201
    assert attempt("").status_code == 201


def patch(agent: Agent, chat: steps.Chat, **fields: Any) -> Any:
    address = for_agents(chat, "customer")
    return client_for(agent).patch(address, fields, format="json")


# --- the country ------------------------------------------------------------------
def move(administrator: Agent, country: str) -> Any:
    client = client_for(administrator)
    return client.patch(f"{API}/organisation/", {"country": country}, format="json")


@pytest.mark.parametrize("country", ["de", "XX", "Germany", "ZZ", 49, None])
def test_a_country_is_one(acme: Organisation, ada: Agent, country: Any) -> None:
    refuses(move(ada, country), 400, "invalid", errors=["country"])

    acme.refresh_from_db()
    assert (acme.country, acme.phones_due_at) == ("", None)


def test_the_administration_offers_countries_by_name(
    client: Client, acme: Organisation, ada: Agent
) -> None:
    client.force_login(ada)
    address = page(type(acme), "change", acme.pk)

    shown = client.get(address).content.decode()
    wrong = change(client, acme, country="ZZ")
    right = change(client, acme, country="DE")

    assert '<option value="DE">Germany</option>' in shown
    assert "country" in errors(wrong)
    assert right.status_code == 302
    acme.refresh_from_db()
    assert acme.country == "DE"


def test_numbers_are_read_anew_in_another_country(
    acme: Organisation,
    ada: Agent,
    sam: Agent,
    clockwork: Clockwork,
    globex: Organisation,
) -> None:
    own = CustomerFactory.create(organisation=acme, phone="030 901820")
    foreign = CustomerFactory.create(organisation=globex, phone="030 901820")
    ContactFactory.create(organisation=acme, customer=own)

    assert move(ada, "DE").json()["country"] == "DE"
    jobs.renew_phones(clockwork.now)
    own.refresh_from_db()
    too_early = own.phone_key
    jobs.renew_phones(clockwork.moves(seconds=30))

    own.refresh_from_db()
    foreign.refresh_from_db()
    acme.refresh_from_db()
    assert too_early == "030901820"
    assert (own.phone, own.phone_key) == ("030 901820", "+4930901820")
    assert found(sam, "+49 30 901820") == [own.pk]
    assert foreign.phone_key == "030901820"
    assert acme.phones_due_at is None


def test_numbers_are_read_anew_at_the_same_cost_however_many(
    acme: Organisation, ada: Agent, clockwork: Clockwork
) -> None:
    def renewed(country: str) -> int:
        move(ada, country)
        now = clockwork.moves(seconds=30)
        with CaptureQueriesContext(connection) as queries:
            jobs.renew_phones(now)
        return len(queries)

    CustomerFactory.create(organisation=acme, phone="030 901820")
    few = renewed("DE")
    CustomerFactory.create_batch(20, organisation=acme, phone="030 901820")
    many = renewed("NL")

    assert few == many
    assert set(Customer.objects.values_list("phone_key", flat=True)) == {"+3130901820"}

"""What is known of a customer: read and changed by the agent (R14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests import steps
from tests.steps import client_for, for_agents, refuses

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from queues.models import EntryPoint
    from tests.steps import Chat


def look(agent: Agent, chat: Chat) -> Any:
    return client_for(agent).get(for_agents(chat, "customer"))


def change(agent: Agent, chat: Chat, **fields: Any) -> Any:
    client = client_for(agent)
    return client.patch(for_agents(chat, "customer"), fields, format="json")


def test_the_customer_is_shown(alice: Agent, talking: Chat) -> None:
    customer = look(alice, talking).json()

    assert customer == {
        "id": talking.contact.customer_id,
        "name": "Dora",
        "email": "",
        "phone": "",
        "attributes": {},
        "verified": False,
    }


def test_one_field_is_changed_and_the_others_stay(alice: Agent, talking: Chat) -> None:
    change(alice, talking, phone="+49 30 901820")

    response = change(alice, talking, email="Dora@Example.com")

    assert response.status_code == 200
    assert response.json() == look(alice, talking).json()
    customer = talking.contact.customer
    assert (customer.name, customer.phone) == ("Dora", "+49 30 901820")
    assert (customer.email, customer.email_key) == (
        "Dora@Example.com",
        "dora@example.com",
    )
    assert customer.phone_key == "+4930901820"


def test_a_new_name_is_on_the_card(alice: Agent, talking: Chat) -> None:
    change(alice, talking, name="Dora Müller")

    [card] = steps.cards_of(alice)
    assert card["customer"]["name"] == "Dora Müller"


def test_a_name_can_be_taken_away(alice: Agent, talking: Chat) -> None:
    assert change(alice, talking, name="").status_code == 200

    [card] = steps.cards_of(alice)
    assert card["customer"]["name"] == "Customer"


def test_a_name_stays_one_line(alice: Agent, talking: Chat) -> None:
    response = change(alice, talking, name="Dora\r\n\u202eBob")

    assert response.json()["name"] == "Dora Bob"


def test_nothing_asked_is_nothing_changed(alice: Agent, talking: Chat) -> None:
    response = change(alice, talking)

    assert response.status_code == 200
    assert response.json()["name"] == "Dora"


def test_what_is_not_the_agents_to_change_stays(alice: Agent, talking: Chat) -> None:
    before = look(alice, talking).json()

    change(alice, talking, id=1, verified=True, organisation=2)

    assert look(alice, talking).json() == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "x" * 101),
        ("name", None),
        ("name", []),
        ("name", "a\x00"),
        ("email", "nobody"),
        ("email", "dora@exa\u200bmple.com"),
        ("email", f"{'x' * 250}@example.com"),
        ("phone", "1" * 51),
        ("phone", {}),
        ("attributes", []),
        ("attributes", None),
        ("attributes", {"": "1"}),
        ("attributes", {"\u200b": "1"}),
        ("attributes", {"x" * 101: "1"}),
        ("attributes", {"a": "1", " a ": "2"}),
        ("attributes", {str(n): "1" for n in range(51)}),
    ],
)
def test_a_wrong_value_is_named(
    alice: Agent, talking: Chat, field: str, value: object
) -> None:
    before = look(alice, talking).json()

    refuses(change(alice, talking, **{field: value}), 400, "invalid", errors=[field])

    assert look(alice, talking).json() == before


def test_only_who_talks_with_the_customer_changes_them(
    alice: Agent, bob: Agent, gina: Agent, offered: Chat
) -> None:
    refuses(change(alice, offered, name="Eve"), 403, "not_accepted")
    refuses(change(bob, offered, name="Eve"), 404, "not_found")
    refuses(change(gina, offered, name="Eve"), 404, "not_found")

    assert offered.contact.customer.name == "Dora"


def test_another_method_is_refused(alice: Agent, talking: Chat) -> None:
    response = client_for(alice).put(for_agents(talking, "customer"), {}, "json")

    refuses(response, 405, "method_not_allowed")


def test_attributes_of_the_pre_chat_form_are_shown(
    alice: Agent, direct: EntryPoint
) -> None:
    direct.prechat_fields = [{"name": "order", "label": "Order", "type": "text"}]
    direct.save(update_fields=["prechat_fields"])
    chat = steps.connected(alice, direct, customer={"attributes": {"order": "A-1"}})

    assert look(alice, chat).json()["attributes"] == {"order": "A-1"}


def test_attributes_are_added_changed_and_removed(alice: Agent, talking: Chat) -> None:
    change(alice, talking, attributes={"order": "A-1", "tier": "gold"})

    response = change(alice, talking, attributes={"order": "A-2", " Size ": "  "})

    assert response.json()["attributes"] == {"order": "A-2", "Size": ""}
    assert look(alice, talking).json() == response.json()
    assert response.json()["name"] == "Dora"
    assert change(alice, talking, name="Eve").json()["attributes"]["order"] == "A-2"
    assert change(alice, talking, attributes={}).json()["attributes"] == {}


@pytest.mark.parametrize("value", ["x" * 1001, 5, None, ["a"], "a\x00"])
def test_a_wrong_attribute_is_named(alice: Agent, talking: Chat, value: object) -> None:
    many = {str(n): "x" * 1000 for n in range(49)}
    change(alice, talking, attributes=many)

    refused = change(alice, talking, attributes=many | {"order": value})

    refuses(refused, 400, "invalid", errors=["attributes.order"])
    assert look(alice, talking).json()["attributes"] == many


def test_card_numbers_are_hidden_in_attributes_and_their_names(
    alice: Agent, talking: Chat
) -> None:
    card = "4111 1111 1111 1111"
    response = change(alice, talking, attributes={card: "x", "card": card})

    masked = "************1111"
    assert response.json()["attributes"] == {masked: "x", "card": masked}
    twice = {card: "x", "4111111111111111": "y"}
    refused = change(alice, talking, attributes=twice)
    refuses(refused, 400, "invalid", errors=["attributes"])


def test_what_stood_there_before_a_detector_stays(
    acme: Organisation, alice: Agent, talking: Chat
) -> None:
    change(alice, talking, attributes={"second": "dora@example.com"})
    acme.sensitive_data_detectors = ["email"]
    acme.sensitive_data_policy = "drop"
    acme.save()

    kept = {"second": "dora@example.com", "order": "A-1"}
    assert change(alice, talking, attributes=kept).json()["attributes"] == kept
    more = kept | {"third": "eve@example.com"}
    refuses(change(alice, talking, attributes=more), 422, "dropped")
    assert look(alice, talking).json()["attributes"] == kept

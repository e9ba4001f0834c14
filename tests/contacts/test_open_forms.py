"""What is asked before a chat, and which chats are refused (contract 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from rest_framework.test import APIClient

from contacts.models import Contact
from tests import steps
from tests.steps import refuses

if TYPE_CHECKING:
    from pytest_django import Settings

    from queues.models import EntryPoint, Queue

from tests.contacts.opening import URL, ask, close, nothing_was_opened


# --- what is asked before the chat --------------------------------------------
@pytest.fixture
def asking(direct: EntryPoint) -> EntryPoint:
    """Acme's chat page, asking for a name, an order, a topic and a consent."""
    direct.prechat_fields = [
        {"name": "name", "label": "Name", "type": "text", "required": True},
        {"name": "order", "label": "Order", "type": "text"},
        {
            "name": "topic",
            "label": "Topic",
            "type": "select",
            "choices": ["Sales", "Help"],
            "required": True,
        },
        {"name": "terms", "label": "Terms", "type": "checkbox", "required": True},
    ]
    direct.save(update_fields=["prechat_fields"])
    return direct


def test_each_chat_keeps_what_was_answered_before_it(asking: EntryPoint) -> None:
    answers = {"order": "1", "topic": "Help", "terms": "true"}
    first = steps.open_chat(asking, customer={"name": "Dora", "attributes": answers})

    second = steps.open_chat(
        asking,
        visitor=first.visitor,
        customer={
            "name": "Dora D.",
            "email": "dora@example.com",
            "attributes": {**answers, "order": "2"},
        },
    )

    assert second.contact.customer == first.contact.customer
    assert first.contact.prechat == {"name": "Dora", **answers}
    assert second.contact.prechat == {
        "name": "Dora D.",
        "email": "dora@example.com",
        **answers,
        "order": "2",
    }


GIVEN = {"order": "A-1", "topic": "Help", "terms": "true"}


def test_answers_are_kept_as_attributes(asking: EntryPoint) -> None:
    chat = steps.open_chat(asking, customer={"name": "Dora", "attributes": GIVEN})

    assert chat.contact.customer.attributes == GIVEN


@pytest.mark.parametrize(
    ("customer", "field"),
    [
        ({"attributes": GIVEN}, "customer.name"),
        ({"name": " ", "attributes": GIVEN}, "customer.name"),
        (
            {"name": "Dora", "attributes": {**GIVEN, "topic": ""}},
            "customer.attributes.topic",
        ),
        (
            {"name": "Dora", "attributes": {**GIVEN, "topic": "Other"}},
            "customer.attributes.topic",
        ),
        (
            {"name": "Dora", "attributes": {**GIVEN, "terms": "false"}},
            "customer.attributes.terms",
        ),
        (
            {"name": "Dora", "attributes": {**GIVEN, "shoe": "42"}},
            "customer.attributes.shoe",
        ),
        (
            {"name": "Dora", "attributes": {**GIVEN, "name": "Eve"}},
            "customer.attributes.name",
        ),
        (
            {"name": "Dora", "attributes": {**GIVEN, "email": "a@b.example"}},
            "customer.attributes.email",
        ),
        (
            {"name": "Dora", "attributes": {**GIVEN, "order": "x" * 1001}},
            "customer.attributes.order",
        ),
        (
            {"name": "Dora", "attributes": {**GIVEN, "order": {"a": 1}}},
            "customer.attributes.order",
        ),
    ],
)
def test_what_is_missing_or_unknown_is_named(
    asking: EntryPoint, customer: object, field: str
) -> None:
    refuses(ask(asking, customer=customer), 400, "invalid", errors=[field])

    nothing_was_opened()


def test_a_ticked_box_may_be_true(asking: EntryPoint) -> None:
    attributes = {**GIVEN, "terms": True}

    chat = steps.open_chat(asking, customer={"name": "Dora", "attributes": attributes})

    assert chat.contact.customer.attributes["terms"] == "true"


@pytest.mark.parametrize(
    ("customer", "field"),
    [
        ({"name": "x" * 101}, "customer.name"),
        ({"name": "a\x00"}, "customer.name"),
        ({"name": "\ud800"}, "customer.name"),
        ({"name": ["Dora"]}, "customer.name"),
        ({"email": "nobody"}, "customer.email"),
        ({"email": "dora@exa\u200bmple.com"}, "customer.email"),
        ({"email": "dora@\u3164.com"}, "customer.email"),
        ({"email": f"{'x' * 250}@example.com"}, "customer.email"),
        ({"phone": "1" * 51}, "customer.phone"),
        ({"attributes": []}, "customer.attributes"),
        ({"attributes": {"\ud800": "x"}}, "customer.attributes"),
        ({"attributes": {"x" * 5000: "x"}}, "customer.attributes"),
        (None, "customer"),
        ("Dora", "customer"),
    ],
)
def test_nonsense_about_oneself_is_refused(
    direct: EntryPoint, customer: object, field: str
) -> None:
    response = ask(direct, customer=customer)

    assert response.status_code == 400, response.content
    [named] = response.json()["errors"]
    assert named.startswith(field)
    nothing_was_opened()


@pytest.mark.parametrize("name", ["\u200b", "\u3164", "\u2800 \u2060"])
def test_a_name_that_nobody_sees_is_none(direct: EntryPoint, name: str) -> None:
    chat = steps.open_chat(direct, customer={"name": name})

    assert chat.contact.customer.label == "Customer"


def test_a_name_is_one_line_that_reads_in_one_direction(direct: EntryPoint) -> None:
    chat = steps.open_chat(
        direct, customer={"name": "Dora\n[2026] Alice: \u202eevil\u2066 \x1b[31m"}
    )

    assert chat.contact.customer.name == "Dora [2026] Alice: evil [31m"


# --- what is refused ----------------------------------------------------------
@pytest.mark.parametrize("key", ["unknown", "", None, 7, [], "x" * 41, "a\x00b"])
def test_an_unknown_entry_point_is_a_wrong_value(
    direct: EntryPoint, key: object
) -> None:
    response = steps.post(
        APIClient(REMOTE_ADDR=steps.somewhere()), URL, {"entry_point": key}
    )

    refuses(response, 400, "invalid", errors=["entry_point"])
    nothing_was_opened()


def close_queue(direct: EntryPoint, support: Queue) -> None:
    support.is_active = False
    support.save(update_fields=["is_active"])


@pytest.mark.parametrize("way", [close, close_queue])
def test_a_closed_chat_says_so(direct: EntryPoint, support: Queue, way: Any) -> None:
    way(direct, support)

    refuses(ask(direct), 409, "closed")

    nothing_was_opened()


def test_a_wrong_value_is_told_before_a_closed_chat(
    asking: EntryPoint, support: Queue
) -> None:
    close(asking, support)

    refuses(ask(asking), 400, "invalid", errors=["customer.name"])


def test_a_full_queue_says_so(direct: EntryPoint, support: Queue) -> None:
    support.max_waiting = 1
    support.save(update_fields=["max_waiting"])
    first = steps.open_chat(direct)

    refuses(ask(direct), 409, "queue_full")

    assert Contact.objects.count() == 1
    steps.leave(first)
    assert ask(direct).status_code == 201


def test_an_address_in_a_hurry_is_slowed_down(
    direct: EntryPoint, settings: Settings
) -> None:
    settings.CONTACTS_PER_MINUTE = 2
    address = steps.somewhere()
    for _ in range(2):
        assert ask(direct, address=address).status_code == 201

    response = ask(direct, address=address)

    refuses(response, 429, "too_many")
    assert 1 <= int(response["Retry-After"]) <= 60
    assert Contact.objects.count() == 2
    assert ask(direct).status_code == 201


def test_nobody_chooses_the_address_that_is_counted(
    direct: EntryPoint, settings: Settings
) -> None:
    settings.CONTACTS_PER_MINUTE = 1
    client = APIClient(REMOTE_ADDR=steps.somewhere())
    body = {"entry_point": direct.key}

    codes = [
        client.post(
            URL, body, format="json", HTTP_X_FORWARDED_FOR=steps.somewhere()
        ).status_code
        for _ in range(2)
    ]

    assert codes == [201, 429]

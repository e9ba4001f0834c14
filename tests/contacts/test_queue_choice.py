"""The customer chooses the queue, where the entry point offers several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from rest_framework.test import APIClient

from contacts.models import Contact
from tests import steps
from tests.assistants.steps import asks, escalate
from tests.factories import IntentFactory, QueueFactory
from tests.steps import API, client_for, refuses

if TYPE_CHECKING:
    from agents.models import Agent, Organisation, Team
    from queues.models import Assistant, EntryPoint, Queue


@pytest.fixture
def sales(acme: Organisation, front_line: Team) -> Queue:
    return QueueFactory.create(
        organisation=acme, name="Sales", teams=[front_line], priority=3
    )


@pytest.fixture
def billing(acme: Organisation, front_line: Team) -> Queue:
    return QueueFactory.create(organisation=acme, name="Billing", teams=[front_line])


def asks_for(
    entry_point: EntryPoint, *queues: Queue, required: bool = False
) -> EntryPoint:
    field: dict[str, Any] = {
        "name": "topic",
        "label": "What is it about?",
        "type": "queue",
        "required": required,
    }
    if queues:
        field["choices"] = [queue.pk for queue in queues]
    entry_point.prechat_fields = [field]
    entry_point.save(update_fields=["prechat_fields"])
    return entry_point


def asked(entry_point: EntryPoint) -> list[steps.Json]:
    answer = APIClient().get(f"{API}/chat/entry-points/{entry_point.key}/").json()
    return list(answer["prechat_fields"])


def choose(entry_point: EntryPoint, name: str) -> steps.Chat:
    return steps.open_chat(entry_point, customer={"attributes": {"topic": name}})


def tries(entry_point: EntryPoint, customer: Any) -> Any:
    body = {"entry_point": entry_point.key, "customer": customer}
    return APIClient().post(f"{API}/chat/contacts/", body, format="json")


# --- the customer -----------------------------------------------------------------
def test_the_page_names_the_queues(
    direct: EntryPoint, sales: Queue, support: Queue, billing: Queue
) -> None:
    asks_for(direct, support, sales)

    [field] = asked(direct)

    assert (field["type"], field["choices"]) == ("queue", ["Support", "Sales"])


def test_without_choices_every_active_queue_is_offered(
    direct: EntryPoint, sales: Queue, support: Queue, help_entry: EntryPoint
) -> None:
    QueueFactory.create(organisation=direct.organisation, name="Old", is_active=False)
    asks_for(direct)

    [field] = asked(direct)

    assert field["choices"] == ["Sales", "Support"]


def test_the_chat_waits_where_the_customer_chose(
    alice: Agent, direct: EntryPoint, sales: Queue
) -> None:
    steps.go_available(alice)

    chat = choose(asks_for(direct, sales), "Sales")

    [card] = steps.cards_of(alice)
    assert card["queue"] == {"id": sales.pk, "name": "Sales"}
    assert chat.contact.priority == 3
    assert chat.contact.prechat == {"topic": "Sales"}


def test_without_a_choice_it_waits_in_the_entry_points_queue(
    direct: EntryPoint, sales: Queue, support: Queue
) -> None:
    chat = steps.open_chat(asks_for(direct, sales))

    assert chat.contact.queue == support


def test_a_required_choice_is_made(direct: EntryPoint, sales: Queue) -> None:
    response = tries(asks_for(direct, sales, required=True), {})

    refuses(response, 400, "invalid", errors=["customer.attributes.topic"])
    assert not Contact.objects.exists()


@pytest.mark.parametrize("name", ["Billing", "Help", "sales", "1", " "])
def test_no_other_queue_can_be_chosen(
    direct: EntryPoint,
    sales: Queue,
    billing: Queue,
    help_entry: EntryPoint,
    name: str,
) -> None:
    asks_for(direct, sales, required=True)

    response = tries(direct, {"attributes": {"topic": name}})

    refuses(response, 400, "invalid", errors=["customer.attributes.topic"])
    assert not Contact.objects.exists()


def test_a_queue_that_is_not_active_any_more_cannot_be_chosen(
    direct: EntryPoint, sales: Queue, billing: Queue
) -> None:
    asks_for(direct, sales, billing)
    sales.is_active = False
    sales.save(update_fields=["is_active"])

    response = tries(direct, {"attributes": {"topic": "Sales"}})

    refuses(response, 400, "invalid", errors=["customer.attributes.topic"])
    [field] = asked(direct)
    assert field["choices"] == ["Billing"]


def test_where_no_queue_is_left_nobody_is_asked(
    direct: EntryPoint, sales: Queue, support: Queue
) -> None:
    asks_for(direct, sales, required=True)
    sales.is_active = False
    sales.save(update_fields=["is_active"])

    assert asked(direct) == []
    assert steps.open_chat(direct).contact.queue == support


def test_one_full_queue_closes_no_page(
    direct: EntryPoint, sales: Queue, support: Queue
) -> None:
    support.max_waiting = 0
    support.save(update_fields=["max_waiting"])
    asks_for(direct, support, sales)
    answer = APIClient().get(f"{API}/chat/entry-points/{direct.key}/").json()
    assert answer["open"] is True

    refused = tries(direct, {"attributes": {"topic": "Support"}})
    taken = tries(direct, {"attributes": {"topic": "Sales"}})

    refuses(refused, 409, "queue_full")
    assert taken.status_code == 201


# --- behind an assistant ------------------------------------------------------------
def test_the_assistant_hands_over_to_the_chosen_queue(
    front: EntryPoint, sales: Queue
) -> None:
    chat = choose(asks_for(front, sales), "Sales")
    assert chat.contact.state == "bot"

    assert escalate(chat).status_code == 200

    assert chat.contact.queue == sales
    assert chat.contact.priority == 3


def test_an_intents_own_queue_goes_first(
    front: EntryPoint, robot: Assistant, sales: Queue, billing: Queue
) -> None:
    IntentFactory.create(
        assistant=robot,
        position=9,
        phrases=["my invoice"],
        reply="One moment.",
        action="escalate",
        queue=billing,
    )
    chat = choose(asks_for(front, sales), "Sales")

    asks(chat, "my invoice")

    assert chat.contact.queue == billing


def test_a_chosen_queue_that_has_gone_is_not_waited_in(
    front: EntryPoint, sales: Queue, support: Queue
) -> None:
    chat = choose(asks_for(front, sales), "Sales")
    sales.is_active = False
    sales.save(update_fields=["is_active"])

    assert escalate(chat).status_code == 200

    assert chat.contact.queue == support


# --- the administrator ----------------------------------------------------------------
def configures(ada: Agent, direct: EntryPoint, *fields: Any) -> Any:
    return client_for(ada).patch(
        f"{API}/entry-points/{direct.pk}/", {"prechat_fields": fields}, format="json"
    )


def field(**values: Any) -> steps.Json:
    return {"name": "topic", "label": "Topic", "type": "queue", **values}


def test_an_administrator_offers_queues(
    ada: Agent, direct: EntryPoint, sales: Queue
) -> None:
    response = configures(ada, direct, field(choices=[sales.pk]))

    assert response.status_code == 200
    assert response.json()["prechat_fields"] == [
        {**field(choices=[sales.pk]), "required": False}
    ]


def test_foreign_inactive_and_unknown_queues_are_refused(
    ada: Agent, direct: EntryPoint, help_entry: EntryPoint
) -> None:
    old = QueueFactory.create(
        organisation=direct.organisation, name="Old", is_active=False
    )
    before = direct.prechat_fields
    for choice in (help_entry.queue_id, old.pk, 10**30, "Support"):
        response = configures(ada, direct, field(choices=[choice]))

        refuses(response, 400, "invalid", errors=["prechat_fields"])

    two = (field(), field(name="other"))
    refuses(configures(ada, direct, *two), 400, "invalid", errors=["prechat_fields"])
    named = field(name="email")
    refuses(configures(ada, direct, named), 400, "invalid", errors=["prechat_fields"])
    direct.refresh_from_db()
    assert direct.prechat_fields == before


def test_other_settings_are_saved_though_a_choice_has_gone(
    ada: Agent, direct: EntryPoint, sales: Queue
) -> None:
    asks_for(direct, sales)
    sales.is_active = False
    sales.save(update_fields=["is_active"])

    response = client_for(ada).patch(
        f"{API}/entry-points/{direct.pk}/", {"name": "Shop"}, format="json"
    )

    assert response.status_code == 200


def test_a_queue_that_is_offered_is_in_use(
    ada: Agent, direct: EntryPoint, sales: Queue
) -> None:
    asks_for(direct, sales)

    response = client_for(ada).delete(f"{API}/queues/{sales.pk}/")

    refuses(response, 409, "in_use")
    sales.refresh_from_db()

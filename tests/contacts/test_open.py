"""A customer opens a chat (contract 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from rest_framework.test import APIClient

from contacts.models import Contact, ContactEvent, Customer, QueueVisit, Visitor
from core import secrets
from tests import steps
from tests.factories import EntryPointFactory
from tests.steps import API, customer_of, for_customers, refuses
from tests.threads import at_once

if TYPE_CHECKING:
    from pytest_django import Settings

    from agents.models import Agent, Organisation
    from queues.models import EntryPoint, Queue
    from tests.stage import Later
    from tests.steps import Chat

URL = f"{API}/chat/contacts/"
CUSTOMER_CONTACT = {
    "id",
    "state",
    "queue_position",
    "estimated_wait_seconds",
    "attended",
    "agents",
    "pictures",
    "video",
    "can_send",
    "can_attach",
    "transcript_by_mail",
    "last_seq",
    "version",
}


def ask(entry_point: EntryPoint, *, address: str = "", **body: Any) -> Any:
    body = {"entry_point": entry_point.key, **body}
    client = APIClient(REMOTE_ADDR=address or steps.somewhere())
    return steps.post(client, URL, body)


def nothing_was_opened() -> None:
    assert not Contact.objects.exists()
    assert not Customer.objects.exists()
    assert not Visitor.objects.exists()


# --- asked again --------------------------------------------------------------
def test_a_repeat_answers_the_same_chat_with_a_new_token(direct: EntryPoint) -> None:
    address = steps.somewhere()
    first = ask(direct, address=address, client_id="one").json()

    response = ask(direct, address=address, client_id="one")

    assert response.status_code == 200
    second = response.json()
    assert second["contact"] == first["contact"]
    assert Contact.objects.count() == 1
    url = f"{URL}{second['contact']['id']}/"
    assert steps.with_token(second["token"]).get(url).status_code == 200
    refuses(steps.with_token(first["token"]).get(url), 401, "bad_token")


def test_a_repeat_brings_a_visitor_that_leads_to_the_same_customer(
    direct: EntryPoint,
) -> None:
    address = steps.somewhere()
    first = ask(direct, address=address, client_id="one").json()

    lost = ask(direct, address=address, client_id="one").json()
    known = ask(direct, address=address, client_id="one", visitor=lost["visitor"])

    assert lost["visitor"] != first["visitor"]
    assert known.json()["visitor"] == lost["visitor"]
    ask(direct, visitor=lost["visitor"])
    assert Contact.objects.count() == 2
    assert Customer.objects.count() == 1


def test_another_client_id_or_address_or_page_is_another_chat(
    direct: EntryPoint, support: Queue
) -> None:
    address = steps.somewhere()
    other = EntryPointFactory.create(organisation=support.organisation, queue=support)

    opened = [
        ask(direct, address=address, client_id="one"),
        ask(direct, address=address, client_id="two"),
        ask(direct, client_id="one"),
        ask(other, address=address, client_id="one"),
        ask(direct, address=address),
        ask(direct, address=address),
    ]

    assert [response.status_code for response in opened] == [201] * 6
    assert Contact.objects.count() == 6


def test_a_repeat_is_known_for_ten_minutes(direct: EntryPoint, later: Later) -> None:
    address = steps.somewhere()
    ask(direct, address=address, client_id="one")

    later(minutes=9)
    assert ask(direct, address=address, client_id="one").status_code == 200
    later(minutes=2)
    assert ask(direct, address=address, client_id="one").status_code == 201


def test_a_repeat_needs_no_place_and_no_open_chat(
    direct: EntryPoint, support: Queue, settings: Settings
) -> None:
    settings.CONTACTS_PER_MINUTE = 1
    support.max_waiting = 1
    support.save(update_fields=["max_waiting"])
    address = steps.somewhere()
    ask(direct, address=address, client_id="one")

    assert ask(direct, address=address, client_id="one").status_code == 200
    close(direct, support)
    assert ask(direct, address=address, client_id="one").status_code == 200
    refuses(ask(direct, address=address, client_id="two"), 429, "too_many")


def test_two_at_the_same_moment_are_one_chat(direct: EntryPoint) -> None:
    address = steps.somewhere()

    answers = at_once(*[lambda: ask(direct, address=address, client_id="one")] * 3)

    assert sorted(answer.status_code for answer in answers) == [200, 200, 201]
    assert Contact.objects.count() == 1


@pytest.mark.parametrize("client_id", ["", "x" * 65, None, [], "a\x00"])
def test_a_wrong_client_id_opens_nothing(direct: EntryPoint, client_id: object) -> None:
    refuses(ask(direct, client_id=client_id), 400, "invalid", errors=["client_id"])
    nothing_was_opened()


# --- what is answered ---------------------------------------------------------
def test_a_chat_opens_with_the_key_alone(direct: EntryPoint, support: Queue) -> None:
    response = ask(direct)

    assert response.status_code == 201
    answer = response.json()
    assert answer.keys() == {"contact", "token", "visitor"}
    contact = answer["contact"]
    assert contact.keys() == CUSTOMER_CONTACT
    assert contact == {
        "id": contact["id"],
        "state": "queued",
        "queue_position": 1,
        "estimated_wait_seconds": None,
        "attended": False,
        "agents": [],
        "pictures": {},
        "video": None,
        "can_send": True,
        "can_attach": True,
        "transcript_by_mail": False,
        "last_seq": 0,
        "version": 0,
    }
    row = Contact.objects.get(pk=contact["id"])
    assert (row.queue, row.entry_point) == (support, direct)
    assert row.customer.name == ""
    assert row.enqueued_at == row.opened_at == row.visit_started_at


def test_opening_leaves_its_traces(direct: EntryPoint, support: Queue) -> None:
    chat = steps.open_chat(direct)

    assert ContactEvent.objects.get(contact=chat.id).code == "opened"
    visit = QueueVisit.objects.get(contact=chat.id)
    assert (visit.queue, visit.left_at) == (support, None)


def test_only_digests_of_the_two_secrets_are_kept(direct: EntryPoint) -> None:
    chat = steps.open_chat(direct)

    assert len(chat.token) >= 40
    assert chat.contact.token_digest == secrets.digest(chat.token)
    assert Visitor.objects.get().digest == secrets.digest(chat.visitor)
    assert chat.token not in str(Contact.objects.values())
    assert chat.visitor not in str(Visitor.objects.values())


def test_an_available_agent_has_the_chat_at_once(
    alice: Agent, direct: EntryPoint
) -> None:
    steps.go_available(alice)

    response = ask(direct)

    assert response.json()["contact"]["state"] == "offered"
    assert len(steps.cards_of(alice)) == 1


def test_the_place_in_the_line_counts_who_came_before(direct: EntryPoint) -> None:
    chats = [steps.open_chat(direct) for _ in range(3)]

    places = [
        customer_of(chat).get(for_customers(chat)).json()["queue_position"]
        for chat in chats
    ]

    assert places == [1, 2, 3]


def test_the_place_moves_up_when_somebody_leaves(direct: EntryPoint) -> None:
    first, second = steps.open_chat(direct), steps.open_chat(direct)

    steps.leave(first)

    contact = customer_of(second).get(for_customers(second)).json()
    assert contact["queue_position"] == 1


def test_nobody_who_talks_has_a_place_in_the_line(talking: Chat) -> None:
    contact = customer_of(talking).get(for_customers(talking)).json()

    assert contact["state"] == "connected"
    assert contact["queue_position"] is None
    assert contact["estimated_wait_seconds"] is None
    assert contact["agents"] == ["Alice"]


def test_a_higher_priority_goes_first(direct: EntryPoint, alice: Agent) -> None:
    first = steps.open_chat(direct)
    direct.priority = 5
    direct.save(update_fields=["priority"])
    second = steps.open_chat(direct)

    steps.go_available(alice)

    assert [card["contact"] for card in steps.cards_of(alice)] == [
        str(second.id),
        str(first.id),
    ]


def test_the_chat_is_gone_after_its_end(ended: Chat) -> None:
    contact = customer_of(ended).get(for_customers(ended)).json()

    assert contact["state"] == "ended"
    assert contact["can_send"] is False
    assert contact["agents"] == []


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


def close(direct: EntryPoint, support: Queue) -> None:
    direct.is_active = False
    direct.save(update_fields=["is_active"])


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

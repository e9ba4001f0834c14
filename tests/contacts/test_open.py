"""A customer opens a chat (contract 3.3), once or again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contacts.models import Contact, ContactEvent, Customer, QueueVisit, Visitor
from core import secrets
from tests import steps
from tests.factories import EntryPointFactory
from tests.steps import customer_of, for_customers, refuses
from tests.threads import at_once

if TYPE_CHECKING:
    from pytest_django import Settings

    from agents.models import Agent
    from queues.models import EntryPoint, Queue
    from tests.stage import Later
    from tests.steps import Chat

from tests.contacts.opening import URL, ask, close, nothing_was_opened

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

"""The list of contacts and one of them (contract 3.1, 3.4)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from contacts.models import Contact
from tests import steps
from tests.factories import AssignmentFactory, ContactFactory, QueueFactory
from tests.steps import API, client_for, for_agents, refuses

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from queues.models import Queue
    from tests.stage import Counted
    from tests.steps import Chat
    from wrapup.models import WrapUpCode

CONTACT = {
    "id",
    "channel",
    "state",
    "ended_reason",
    "priority",
    "entry_point",
    "queue",
    "customer",
    "assignments",
    "prechat",
    "page",
    "consent",
    "language",
    "spoken_language",
    "rating",
    "opened_at",
    "enqueued_at",
    "connected_at",
    "ended_at",
    "closed_at",
    "last_seq",
}
SHARE = {
    "id",
    "agent",
    "queue",
    "kind",
    "role",
    "state",
    "offered_at",
    "connected_at",
    "ended_at",
    "wrapup_reason",
    "wrapup_note",
}


def listed(reader: Agent, **query: Any) -> Any:
    return client_for(reader).get(f"{API}/contacts/", query)


def ids(reader: Agent, **query: Any) -> list[str]:
    response = listed(reader, **query)
    assert response.status_code == 200, response.content
    return [contact["id"] for contact in response.json()["results"]]


# --- shapes -------------------------------------------------------------------
def test_a_contact_that_waits(sam: Agent, waiting: Chat, support: Queue) -> None:
    contact = client_for(sam).get(for_agents(waiting)).json()

    assert contact.keys() == CONTACT
    row = waiting.contact
    assert contact["id"] == str(waiting.id)
    assert (contact["channel"], contact["state"]) == ("chat", "queued")
    assert contact["entry_point"] == {"id": row.entry_point_id, "name": "Direct"}
    assert contact["queue"] == {"id": support.pk, "name": "Support"}
    assert contact["customer"] == {"id": row.customer_id, "name": "Dora"}
    assert contact["assignments"] == []
    assert contact["enqueued_at"] == contact["opened_at"]
    for absent in ("ended_reason", "connected_at", "ended_at", "closed_at"):
        assert contact[absent] is None
    assert (contact["priority"], contact["last_seq"]) == (0, 0)


def test_a_contact_that_is_over(
    alice: Agent, ended: Chat, resolved: WrapUpCode
) -> None:
    steps.wrap_up(alice, ended, resolved, note="Sold two")

    contact = client_for(alice).get(for_agents(ended)).json()

    assert contact.keys() == CONTACT
    assert (contact["state"], contact["ended_reason"]) == ("ended", "agent_ended")
    [share] = contact["assignments"]
    assert share.keys() == SHARE
    assert share["agent"] == {"id": alice.pk, "display_name": "Alice"}
    assert share["queue"] == contact["queue"]
    assert (share["kind"], share["role"]) == ("routed", "primary")
    assert share["state"] == "completed"
    assert (share["wrapup_reason"], share["wrapup_note"]) == ("Resolved", "Sold two")
    assert share["connected_at"] == contact["connected_at"]
    assert share["ended_at"] == contact["closed_at"]
    for time in ("opened_at", "connected_at", "ended_at", "closed_at"):
        assert contact[time].endswith("Z")


def test_a_share_that_is_not_wrapped_up(alice: Agent, talking: Chat) -> None:
    [share] = client_for(alice).get(for_agents(talking)).json()["assignments"]

    assert (share["wrapup_reason"], share["wrapup_note"]) == (None, "")
    assert share["ended_at"] is None


def test_a_contact_without_entry_point_queue_and_name(
    acme: Organisation, sam: Agent
) -> None:
    row = ContactFactory.create(
        organisation=acme, state="bot", queue=None, customer__name=""
    )

    contact = client_for(sam).get(for_agents(row)).json()

    assert contact["entry_point"] is None
    assert contact["queue"] is None
    assert contact["customer"]["name"] == "Customer"


# --- the list -----------------------------------------------------------------
@pytest.fixture
def three(acme: Organisation, support: Queue, alice: Agent) -> list[Contact]:
    """Three chats of Alice's that are over, the newest first."""
    first = ContactFactory.create(organisation=acme, queue=support, ended=True)
    contacts = [
        first,
        *(
            ContactFactory.create(
                organisation=acme,
                queue=support,
                ended=True,
                opened_at=first.opened_at - timedelta(days=days),
            )
            for days in (1, 2)
        ),
    ]
    for contact in contacts:
        AssignmentFactory.create(
            contact=contact, agent=alice, completed=True, outcome="end"
        )
    return contacts


def test_the_newest_comes_first(alice: Agent, three: list[Contact]) -> None:
    response = listed(alice)

    body = response.json()
    assert body.keys() == {"count", "next", "previous", "results"}
    assert (body["count"], body["next"], body["previous"]) == (3, None, None)
    assert [row["id"] for row in body["results"]] == [str(row.pk) for row in three]
    assert body["results"][0].keys() == CONTACT


def test_one_turns_the_pages(alice: Agent, three: list[Contact]) -> None:
    first = listed(alice, page_size=2).json()
    second = client_for(alice).get(first["next"]).json()

    assert (first["count"], len(first["results"])) == (3, 2)
    assert first["previous"] is None
    assert [row["id"] for row in second["results"]] == [str(three[2].pk)]
    assert second["next"] is None
    assert "page_size=2" in second["previous"]


@pytest.mark.parametrize(
    ("size", "length"),
    [("1", 1), ("200", 201), ("201", 201), ("9" * 30, 201), ("0", 50), ("-1", 50)],
)
def test_a_page_has_200_rows_at_most(
    acme: Organisation, sam: Agent, support: Queue, size: str, length: int
) -> None:
    customer = ContactFactory.create(organisation=acme, queue=support).customer
    Contact.objects.bulk_create(
        ContactFactory.build(
            organisation=acme, queue=support, customer=customer, ended=True
        )
        for _ in range(204)
    )

    shown = len(ids(sam, page_size=size))

    assert shown == min(length, 200)


@pytest.mark.parametrize("page", ["0", "-1", "99", "x", "9" * 30, ""])
def test_there_is_no_such_page(alice: Agent, three: list[Contact], page: str) -> None:
    response = listed(alice, page=page)

    if page:
        refuses(response, 404, "not_found")
    else:
        assert response.status_code == 200


def test_the_list_is_narrowed(
    acme: Organisation, alice: Agent, bob: Agent, sam: Agent, three: list[Contact]
) -> None:
    sales = QueueFactory.create(organisation=acme, name="Sales")
    other = ContactFactory.create(
        organisation=acme,
        queue=sales,
        customer__name="Dora Müller",
        customer__email="dora@example.com",
        customer__phone="030-99",
        opened_at=three[0].opened_at - timedelta(days=7),
    )
    AssignmentFactory.create(contact=other, agent=bob, connected=True)
    mine = [str(row.pk) for row in three]
    only = [str(other.pk)]

    assert ids(sam) == mine + only
    assert ids(sam, state="ended") == mine
    assert ids(sam, state="queued") == only
    assert ids(sam, queue=sales.pk) == only
    assert ids(sam, customer=other.customer_id) == only
    assert ids(sam, agent=alice.pk) == mine
    assert ids(sam, agent=bob.pk) == only
    assert ids(sam, agent="me") == []
    assert ids(alice, agent="me") == mine
    assert ids(bob, agent="me") == only
    for part in ("Müll", "DORA@", "030-9"):
        assert ids(sam, q=part) == only
    assert ids(sam, q="%") == []
    assert ids(sam, since=three[1].opened_at.isoformat()) == mine[:2]
    assert ids(sam, until=three[1].opened_at.isoformat()) == [mine[2], *only]
    assert ids(sam, state="ended", agent=bob.pk) == []


def test_an_agent_finds_what_was_shared_with_a_colleague(
    alice: Agent, bob: Agent, three: list[Contact]
) -> None:
    shared = str(three[1].pk)
    AssignmentFactory.create(contact=three[1], agent=bob, completed=True)

    assert ids(alice, agent=bob.pk) == [shared]
    assert ids(bob, agent=alice.pk) == [shared]
    assert ids(bob, agent=bob.pk) == [shared]
    assert ids(alice, agent=alice.pk) == [str(row.pk) for row in three]


def test_a_filter_opens_nothing(
    alice: Agent, gina: Agent, bob: Agent, three: list[Contact]
) -> None:
    assert ids(gina, agent=alice.pk) == []
    assert ids(gina, queue=three[0].queue_id) == []
    assert ids(bob, customer=three[0].customer_id) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("state", "gone"),
        ("queue", "x"),
        ("queue", "NaN"),
        ("customer", "Dora"),
        ("agent", "somebody"),
        ("agent", "-1"),
        ("since", "yesterday"),
        ("until", "2026-13-01"),
        ("q", "a\x00b"),
    ],
)
def test_a_wrong_filter_is_named(sam: Agent, name: str, value: str) -> None:
    refuses(listed(sam, **{name: value}), 400, "invalid", errors=[name])


@pytest.mark.telling
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("queue", "9" * 18),
        ("queue", "9" * 30),
        ("queue", "-7"),
        ("queue", "1.5"),
        ("customer", "9" * 30),
        ("agent", "9" * 18),
        ("agent", "9" * 30),
        ("since", "9999-12-31T23:59:59-14:00"),
        ("until", "0001-01-01T00:00:00+14:00"),
    ],
)
def test_a_filter_that_fits_nobody_finds_nobody(
    sam: Agent, waiting: Chat, name: str, value: str
) -> None:
    assert ids(sam, **{name: value}) == []


def test_what_is_no_filter_is_no_oracle(sam: Agent, waiting: Chat) -> None:
    for name in ("customer__email__startswith", "token_digest", "ordering", "search"):
        assert ids(sam, **{name: "zzz"}) == [str(waiting.id)]


def test_the_list_costs_the_same_whatever_its_length(
    acme: Organisation,
    alice: Agent,
    three: list[Contact],
    counted: Counted,
) -> None:
    client = client_for(alice)
    few = counted(lambda: client.get(f"{API}/contacts/"))
    for _ in range(10):
        AssignmentFactory.create(
            contact=ContactFactory.create(organisation=acme, ended=True),
            agent=alice,
            completed=True,
        )

    many = counted(lambda: client.get(f"{API}/contacts/"))

    assert many == few <= 10

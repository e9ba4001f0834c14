"""Who is blocked opens no chat (contract 3.2, 3.3)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from rest_framework.test import APIClient

from agents.models import AuditEntry
from contacts.models import Block, Contact, Customer
from core import clock
from tests import steps
from tests.steps import API, client_for, refuses

if TYPE_CHECKING:
    from agents.models import Agent
    from queues.models import EntryPoint
    from tests.stage import Later

URL = f"{API}/blocks/"
HERE = "203.0.113.7"


def block(agent: Agent, **values: Any) -> Any:
    body = {"reason": "Insults", **values}
    return client_for(agent).post(URL, body, format="json")


def opens(entry_point: EntryPoint, *, address: str = HERE, **body: Any) -> Any:
    body = {"entry_point": entry_point.key, **body}
    return APIClient().post(
        f"{API}/chat/contacts/", body, format="json", REMOTE_ADDR=address
    )


# --- addresses -------------------------------------------------------------------
@pytest.mark.telling
@pytest.mark.parametrize(
    ("value", "stored", "address"),
    [
        (HERE, HERE, HERE),
        ("203.0.113.0/24", "203.0.113.0/24", HERE),
        ("203.0.113.99/24", "203.0.113.0/24", HERE),
        ("203.0.0.0/16", "203.0.0.0/16", HERE),
        ("::ffff:203.0.113.7", HERE, HERE),
        (HERE, HERE, "::ffff:203.0.113.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64", "2001:db8:1:2:ffff::1"),
        ("2001:DB8::/32", "2001:db8::/32", "2001:db8:1:2::1"),
    ],
)
def test_a_blocked_address_opens_no_chat(
    sam: Agent, direct: EntryPoint, value: str, stored: str, address: str
) -> None:
    response = block(sam, kind="address", value=value)
    assert response.status_code == 201, response.content
    assert response.json()["value"] == stored

    refused = opens(direct, address=address)

    refuses(refused, 409, "blocked")
    assert refused.json()["detail"] == "You cannot start a chat here at the moment."
    assert not Contact.objects.exists()
    assert not Customer.objects.exists()


@pytest.mark.parametrize("address", ["203.0.113.8", "2001:db8:1:3::1", "unknown"])
def test_its_neighbours_open_one(sam: Agent, direct: EntryPoint, address: str) -> None:
    block(sam, kind="address", value=HERE)
    block(sam, kind="address", value="2001:db8:1:2::1")

    assert opens(direct, address=address).status_code == 201


@pytest.mark.parametrize(
    "value",
    [
        "0.0.0.0/0",
        "203.0.0.0/15",
        "::/0",
        "::ffff:0:0/96",
        "2001::/31",
        "Dora",
        "",
        "1",
    ],
)
def test_what_is_no_address_is_refused(sam: Agent, value: str) -> None:
    response = block(sam, kind="address", value=value)

    refuses(response, 400, "invalid", errors=["value"])
    assert not Block.objects.exists()


# --- visitors ----------------------------------------------------------------------
def test_a_blocked_visitor_opens_no_other_chat(
    sam: Agent, alice: Agent, direct: EntryPoint
) -> None:
    chat = steps.connected(alice, direct)
    made = block(sam, kind="visitor", contact=str(chat.id))
    assert made.status_code == 201
    assert made.json()["value"] == str(chat.contact.customer_id)
    assert chat.visitor not in made.content.decode()

    refused = opens(direct, visitor=chat.visitor)

    refuses(refused, 409, "blocked")
    assert Contact.objects.count() == 1
    assert opens(direct).status_code == 201


def test_a_running_chat_goes_on(sam: Agent, alice: Agent, direct: EntryPoint) -> None:
    chat = steps.connected(alice, direct)
    for kind in ("visitor", "address"):
        assert block(sam, kind=kind, contact=str(chat.id)).status_code == 201

    steps.say(chat, "I am still here")

    assert chat.contact.state == "connected"


def test_a_visitor_is_named_by_number_or_by_token(
    sam: Agent, direct: EntryPoint
) -> None:
    chat = steps.open_chat(direct)
    other = steps.open_chat(direct)

    by_token = block(sam, kind="visitor", value=chat.visitor)
    by_number = block(sam, kind="visitor", value=str(other.contact.customer_id))

    assert by_token.json()["value"] == str(chat.contact.customer_id)
    assert by_number.json()["value"] == str(other.contact.customer_id)
    for each in (chat, other):
        refuses(opens(direct, visitor=each.visitor), 409, "blocked")


def test_customers_and_contacts_of_others_are_unknown(
    sam: Agent, help_entry: EntryPoint
) -> None:
    foreign = steps.open_chat(help_entry)

    for value in (str(foreign.contact.customer_id), foreign.visitor, "0", "9" * 60):
        response = block(sam, kind="visitor", value=value)
        refuses(response, 400, "invalid", errors=["value"])
    response = block(sam, kind="visitor", contact=str(foreign.id))
    refuses(response, 400, "invalid", errors=["contact"])
    assert not Block.objects.exists()


def test_another_organisation_blocks_nobody_here(
    greta: Agent, direct: EntryPoint
) -> None:
    assert block(greta, kind="address", value=HERE).status_code == 201

    assert opens(direct).status_code == 201


# --- the end, and who did it ----------------------------------------------------------
def test_a_block_ends(sam: Agent, direct: EntryPoint, later: Later) -> None:
    until = clock.now() + timedelta(hours=1)
    block(sam, kind="address", value=HERE, ends_at=until.isoformat())
    refuses(opens(direct), 409, "blocked")

    later(hours=1)

    assert opens(direct).status_code == 201


def test_a_block_is_taken_away(sam: Agent, direct: EntryPoint) -> None:
    made = block(sam, kind="address", value=HERE).json()

    assert client_for(sam).delete(f"{URL}{made['id']}/").status_code == 204

    assert opens(direct).status_code == 201


def test_an_end_that_has_passed_is_refused(sam: Agent) -> None:
    past = (clock.now() - timedelta(minutes=1)).isoformat()

    response = block(sam, kind="address", value=HERE, ends_at=past)

    refuses(response, 400, "invalid", errors=["ends_at"])


def test_nobody_is_blocked_twice(sam: Agent) -> None:
    block(sam, kind="address", value=HERE)

    response = block(sam, kind="address", value=f"{HERE}/32")

    refuses(response, 400, "invalid", errors=["value"])
    assert Block.objects.count() == 1


def test_the_trail_tells_who_blocked_whom_and_why(
    sam: Agent, direct: EntryPoint
) -> None:
    made = block(sam, kind="address", value=HERE).json()
    client_for(sam).delete(f"{URL}{made['id']}/")

    entries = AuditEntry.objects.filter(kind="block").order_by("id")
    assert [(e.action, e.actor_name, e.object_name) for e in entries] == [
        ("created", "Sam", f"Network address {HERE}"),
        ("deleted", "Sam", f"Network address {HERE}"),
    ]
    assert entries[0].changes["reason"] == [None, "Insults"]


def test_agents_block_nobody(alice: Agent) -> None:
    refuses(block(alice, kind="address", value=HERE), 403, "forbidden")

    assert not Block.objects.exists()

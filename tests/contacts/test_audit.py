"""Who reads a conversation without a share in it, and changes what is verified."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from agents.models import AuditEntry
from agents.services import api_tokens
from contacts.models import Contact, Customer
from core import clock
from tests import sockets, steps, trail
from tests.administration.pages.site import page
from tests.contacts.files import send, staged
from tests.factories import ContactFactory
from tests.steps import client_for, for_agents

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_django import Settings

    from agents.models import Agent
    from queues.models import EntryPoint
    from tests.stage import Counted, Later
    from tests.steps import Chat

HOME = "192.0.2.7"


@pytest.fixture
def talking(alice: Agent, direct: EntryPoint) -> Chat:
    return steps.connected(alice, direct, customer={"name": "Dora"})


# --- ways to read -------------------------------------------------------------------
def read_lines(agent: Agent, chat: Chat) -> Any:
    address = for_agents(chat, "messages")
    return client_for(agent).get(address, REMOTE_ADDR=HOME)


def take_transcript(agent: Agent, chat: Chat) -> Any:
    address = for_agents(chat, "transcript")
    return client_for(agent).get(address, REMOTE_ADDR=HOME)


def open_page(agent: Agent, chat: Chat) -> Any:
    browser = Client(REMOTE_ADDR=HOME)
    browser.force_login(agent)
    return browser.get(page(Contact, "change", chat.id))


def catch_up(agent: Agent, chat: Chat) -> Any:
    with sockets.desk_of(agent) as desk:
        desk.send("sync", contact=str(chat.id), after=0)
        return desk.read_until("messages")


def read_notes(agent: Agent, chat: Chat) -> Any:
    address = for_agents(chat, "notes")
    return client_for(agent).get(address, REMOTE_ADDR=HOME)


WAYS = [read_lines, take_transcript, open_page, catch_up, read_notes]


@pytest.mark.parametrize("way", WAYS)
def test_an_administrator_who_reads_is_noted(
    ada: Agent, talking: Chat, way: Callable[[Agent, Chat], Any]
) -> None:
    way(ada, talking)

    entry = trail.said(ada, "transcript_read")
    assert entry["actor"] == {"id": ada.pk, "display_name": "Ada"}
    assert entry["address"] in {HOME, "127.0.0.1"}
    assert entry["object"]["kind"] == "contact"
    assert entry["object"]["id"] == str(talking.id)


@pytest.mark.parametrize("way", WAYS)
def test_who_talks_is_not(
    ada: Agent, sam: Agent, direct: EntryPoint, way: Callable[[Agent, Chat], Any]
) -> None:
    own = steps.connected(sam, direct)

    way(sam, own)

    assert trail.read(ada, action="transcript_read") == []


def test_once_an_hour_for_each_person_and_contact(
    ada: Agent, sam: Agent, talking: Chat, later: Later
) -> None:
    for who in (sam, ada, sam, ada):
        read_lines(who, talking)
        take_transcript(who, talking)
    assert len(trail.read(ada, action="transcript_read")) == 2

    later(minutes=61)
    read_lines(sam, talking)

    assert len(trail.read(ada, action="transcript_read")) == 3


def test_who_may_not_read_has_not(
    ada: Agent, bob: Agent, greta: Agent, talking: Chat
) -> None:
    for stranger in (bob, greta):
        assert read_lines(stranger, talking).status_code == 404
        assert take_transcript(stranger, talking).status_code == 404
    open_page(greta, talking)

    assert trail.read(ada, action="transcript_read") == []
    assert trail.read(greta, action="transcript_read") == []


def test_who_looks_a_customers_history_up_is_noted(
    ada: Agent, alice: Agent, talking: Chat
) -> None:
    before = ContactFactory.create(
        organisation=alice.organisation, customer=talking.contact.customer, ended=True
    )

    answer = client_for(alice).get(for_agents(before, "messages"))

    assert answer.status_code == 200
    entry = trail.said(ada, "transcript_read")
    assert entry["actor"]["id"] == alice.pk
    assert entry["object"]["id"] == str(before.pk)


def test_the_platforms_superuser_is_noted_where_it_was(
    ada: Agent, root: Agent, talking: Chat
) -> None:
    open_page(root, talking)

    assert trail.said(ada, "transcript_read")["actor"]["id"] == root.pk


def test_a_program_on_a_socket_is_named(ada: Agent, talking: Chat) -> None:
    _, secret = api_tokens.create(
        agent=ada, name="Coach", scopes=["read"], by=ada, now=clock.now()
    )

    with sockets.desk_with_token(secret) as desk:
        desk.send("sync", contact=str(talking.id), after=0)
        desk.read_until("messages")

    name = trail.said(ada, "transcript_read")["actor"]["display_name"]
    assert name == "Coach (for Ada)"


def test_reading_ones_own_lines_costs_nothing(
    alice: Agent, talking: Chat, counted: Counted
) -> None:
    client, said = client_for(alice), AuditEntry.objects.count()

    queries = counted(lambda: client.get(for_agents(talking, "messages")))

    assert queries <= 5
    assert AuditEntry.objects.count() == said


# --- verified details ---------------------------------------------------------------
def patch(agent: Agent, chat: Chat, **fields: str) -> Any:
    return client_for(agent).patch(for_agents(chat, "customer"), fields)


def verified(chat: Chat) -> Customer:
    Customer.objects.filter(pk=chat.contact.customer_id).update(subject="dora-1")
    return chat.contact.customer


def test_verified_details_that_change(ada: Agent, alice: Agent, talking: Chat) -> None:
    dora = verified(talking)

    assert patch(alice, talking, name="Dora", phone="+49 30 901820").status_code == 200

    entry = trail.said(ada, "changed")
    assert entry["actor"]["id"] == alice.pk
    assert entry["object"] == {"kind": "customer", "id": dora.pk, "name": "Dora"}
    assert entry["changes"] == {"phone": ["", "+49 30 901820"]}


def test_attributes_of_somebody_verified_that_change(
    ada: Agent, alice: Agent, talking: Chat
) -> None:
    change = client_for(alice).patch
    url = for_agents(talking, "customer")
    before = {"order": "A-1", "size": "L", "tier": "gold"}
    assert change(url, {"attributes": before}, format="json").status_code == 200
    verified(talking)

    after = {"order": "A-2", "size": "L", "colour": "red"}
    assert change(url, {"attributes": after}, format="json").status_code == 200

    assert trail.said(ada, "changed")["changes"] == {
        "attributes.order": ["A-1", "A-2"],
        "attributes.tier": ["gold", None],
        "attributes.colour": [None, "red"],
    }


def test_a_card_number_in_them_is_not_kept(
    ada: Agent, alice: Agent, talking: Chat
) -> None:
    verified(talking)

    patch(alice, talking, name="Dora 4111-1111-1111-1111")

    entry = trail.said(ada, "changed")
    assert entry["changes"] == {"name": ["Dora", "Dora ************1111"]}


def test_other_details_and_refused_ones_are_no_matter(
    ada: Agent, alice: Agent, bob: Agent, talking: Chat
) -> None:
    patch(alice, talking, phone="1")
    verified(talking)
    patch(bob, talking, phone="2")
    patch(alice, talking, email="nonsense")
    patch(alice, talking, phone="1")

    assert trail.read(ada, action="changed") == []


def test_the_administrations_page_shows_files_and_private_notes(
    ada: Agent, alice: Agent, talking: Chat, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    [file] = staged(talking)
    send(talking, [file])
    body = {"client_id": "n", "text": "Only for us"}
    client_for(alice).post(for_agents(talking, "notes"), body, format="json")

    content = open_page(ada, talking).content.decode()

    assert f"/api/v1/attachments/{file}/" in content
    assert "note.txt" in content
    assert "Only for us" in content

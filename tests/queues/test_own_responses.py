"""Responses that people keep for themselves: nobody else sees them, on no way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.db import connection

from agents.models import AuditEntry, Role
from agents.services import api_tokens
from core import clock
from queues.models import PredefinedResponse
from queues.services import responses
from tests.administration.pages.files import exported, take
from tests.administration.pages.site import page
from tests.factories import PredefinedResponseFactory
from tests.steps import API, client_for, refuses, with_token

if TYPE_CHECKING:
    from django.test import Client

    from agents.models import Agent, Organisation

OWN = f"{API}/me/predefined-responses/"
SECRET = "Nobody else reads this"


def keep(agent: Agent, name: str = "Mine", text: str = SECRET) -> dict[str, Any]:
    answer = client_for(agent).post(OWN, {"name": name, "text": text})
    assert answer.status_code == 201, answer.content
    kept: dict[str, Any] = answer.json()
    return kept


def kept_by(agent: Agent) -> list[str]:
    answer = client_for(agent).get(OWN)
    assert answer.status_code == 200
    return [response["name"] for response in answer.json()]


def at(response: dict[str, Any]) -> str:
    return f"{OWN}{response['id']}/"


# --- keeping ------------------------------------------------------------------
def test_a_response_is_kept_changed_and_deleted(alice: Agent) -> None:
    kept = keep(alice, text="Hello {customer.name}")
    client = client_for(alice)

    assert kept == {
        "id": kept["id"],
        "name": "Mine",
        "text": "Hello {customer.name}",
        "queues": [],
        "owner": alice.pk,
        "is_active": True,
    }
    changed = client.patch(at(kept), {"name": "My hello"})
    assert changed.json() == kept | {"name": "My hello"}
    assert client.get(OWN).json() == [changed.json()]
    assert client.delete(at(kept)).status_code == 204
    assert kept_by(alice) == []


def test_own_responses_stand_in_order(alice: Agent) -> None:
    for name in ("b", "a", "c"):
        keep(alice, name)

    assert kept_by(alice) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 101),
        ("name", "\u200b"),
        ("text", ""),
        ("text", "x" * 8001),
        ("text", "Hello {customer}"),
        ("text", "Hello {agent.password}"),
    ],
)
def test_what_cannot_be_kept(alice: Agent, field: str, value: str) -> None:
    kept = keep(alice)
    client = client_for(alice)

    added = client.post(OWN, {"name": "New", "text": "New", field: value})
    changed = client.patch(at(kept), {field: value})

    for answer in (added, changed):
        refuses(answer, 400, "invalid", errors=[field])
    assert client.get(OWN).json() == [kept]


def test_a_name_is_kept_once_a_person(
    acme: Organisation, alice: Agent, bob: Agent
) -> None:
    PredefinedResponseFactory.create(organisation=acme, name="Mine")
    keep(alice)
    keep(bob)
    client = client_for(alice)

    again = client.post(OWN, {"name": "Mine", "text": "Another"})

    refuses(again, 400, "invalid", errors=["name"])
    assert "already" in again.json()["errors"]["name"][0]
    assert kept_by(alice) == ["Mine"]


def test_there_is_room_for_so_many(
    alice: Agent, bob: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(responses, "MAX_OWN", 2)
    keep(bob, "Bob's")
    keep(alice, "1")
    keep(alice, "2")

    answer = client_for(alice).post(OWN, {"name": "3", "text": "3"})

    refuses(answer, 409, "wrong_state")
    assert "Delete one" in answer.json()["detail"]
    assert kept_by(alice) == ["1", "2"]


def test_whose_it_is_is_not_chosen(alice: Agent, bob: Agent) -> None:
    client = client_for(alice)

    body = {"name": "Gift", "text": "Gift", "owner": bob.pk, "queues": [1]}
    answer = client.post(OWN, body, format="json")

    assert (answer.json()["owner"], answer.json()["queues"]) == (alice.pk, [])
    assert kept_by(bob) == []


def test_a_program_needs_the_scope_to_keep_one(alice: Agent) -> None:
    alice.role = Role.INTEGRATION
    alice.save(update_fields=["role"])
    _, secret = api_tokens.create(
        agent=alice, name="Reads", scopes=["read"], by=alice, now=clock.now()
    )

    answer = with_token(secret).post(OWN, {"name": "New", "text": "New"})

    refuses(answer, 403, "scope")
    assert not PredefinedResponse.objects.exists()


# --- never seen by others -------------------------------------------------------
@pytest.mark.parametrize("who", ["bob", "sam", "ada", "gina"])
def test_nobody_else_reaches_it(
    alice: Agent, who: str, request: pytest.FixtureRequest
) -> None:
    kept = keep(alice)
    client = client_for(request.getfixturevalue(who))

    assert client.get(OWN).json() == []
    refuses(client.patch(at(kept), {"name": "Theirs"}), 404, "not_found")
    refuses(client.delete(at(kept)), 404, "not_found")

    assert kept_by(alice) == ["Mine"]


def test_a_shared_one_is_nobodys_own(acme: Organisation, alice: Agent) -> None:
    shared = PredefinedResponseFactory.create(organisation=acme, name="Shared")

    answer = client_for(alice).patch(f"{OWN}{shared.pk}/", {"name": "Mine"})

    refuses(answer, 404, "not_found")
    shared.refresh_from_db()
    assert shared.name == "Shared"


def test_administrators_configure_the_shared_ones_alone(
    alice: Agent, ada: Agent
) -> None:
    kept = keep(alice)
    client, section = client_for(ada), f"{API}/predefined-responses/"

    assert client.get(section).json()["results"] == []
    assert client.get(section, {"q": SECRET}).json()["results"] == []
    one = f"{section}{kept['id']}/"
    refuses(client.get(one), 404, "not_found")
    refuses(client.patch(one, {"name": "Theirs"}), 404, "not_found")
    refuses(client.delete(one), 404, "not_found")
    added = client.post(section, {"name": "Mine", "text": "Ours", "owner": alice.pk})
    assert (added.status_code, added.json()["owner"]) == (201, None)
    assert kept_by(alice) == ["Mine"]


def test_the_administration_shows_none(
    client: Client, alice: Agent, ada: Agent
) -> None:
    kept = keep(alice)
    client.force_login(ada)

    shown = client.get(page(PredefinedResponse, "changelist"), {"q": "e"})
    for name in ("change", "delete", "history"):
        assert client.get(page(PredefinedResponse, name, kept["id"])).status_code == 404

    assert "Mine" not in shown.content.decode()
    assert SECRET not in exported(client, PredefinedResponse)


def test_a_file_does_not_overwrite_it(client: Client, alice: Agent, ada: Agent) -> None:
    keep(alice)
    client.force_login(ada)

    take(client, PredefinedResponse, ("name", "text"), ["Mine", "From the file"])

    assert client_for(alice).get(OWN).json()[0]["text"] == SECRET
    assert PredefinedResponse.objects.get(owner=None).text == "From the file"


def test_no_trail_tells_of_it(alice: Agent, ada: Agent) -> None:
    kept = keep(alice)
    client_for(alice).patch(at(kept), {"text": f"{SECRET}!"})
    before = AuditEntry.objects.count()

    gone = client_for(ada).delete(f"{API}/agents/{alice.pk}/")

    assert gone.status_code == 204
    assert not PredefinedResponse.objects.exists()
    entries = AuditEntry.objects.all()
    assert entries.count() > before, "the agent's own deletion is kept"
    told = json.dumps([[e.object_name, e.changes] for e in entries])
    assert "Mine" not in told
    assert SECRET not in told


def test_a_deactivated_person_finds_them_again(alice: Agent, ada: Agent) -> None:
    keep(alice)
    client = client_for(ada)

    for is_active in (False, True):
        client.patch(f"{API}/agents/{alice.pk}/", {"is_active": is_active})

    assert kept_by(alice) == ["Mine"]


# --- what was stored before -------------------------------------------------------
@pytest.mark.longest
def test_old_placeholders_are_spelled_anew_and_back(acme: Organisation) -> None:
    new = "{customer.name}: {agent.name} {x}"
    shared = PredefinedResponseFactory.create(organisation=acme, name="A", text=new)
    agent = acme.agents.create(email="a@acme.example", display_name="A")
    PredefinedResponseFactory.create(organisation=acme, name="Own", owner=agent)

    try:
        call_command("migrate", "queues", "0008", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("SELECT text FROM queues_predefinedresponse")
            # None that was somebody's own became everybody's.
            assert cursor.fetchall() == [("{customer}: {agent} {x}",)]
    finally:
        call_command("migrate", verbosity=0)

    shared.refresh_from_db()
    assert shared.text == new

"""What supervisors do about people and contacts is in the trail, with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from contacts.models import Contact
from tests import steps, trail
from tests.administration.pages.site import page
from tests.factories import QueueFactory
from tests.steps import API, client_for, for_agents

if TYPE_CHECKING:
    from agents.models import Agent, Team
    from queues.models import EntryPoint
    from tests.steps import Chat


@pytest.fixture
def talking(alice: Agent, direct: EntryPoint) -> Chat:
    return steps.connected(alice, direct)


def choose_for(overseer: Agent, agent: Agent, state: str) -> Any:
    body = {"state": state, "reason": "Fire drill"}
    return client_for(overseer).put(f"{API}/people/{agent.pk}/state/", body)


def test_a_changed_state(ada: Agent, sam: Agent, alice: Agent) -> None:
    steps.go_available(alice)

    for _ in range(2):  # the second time it changes nothing
        assert choose_for(sam, alice, "idle").status_code == 200

    entry = trail.said(ada, "state_changed")
    assert entry["actor"]["id"] == sam.pk
    assert entry["object"] == {"kind": "agent", "id": alice.pk, "name": "Alice"}
    assert entry["changes"] == {"state": ["available", "idle (Break)"]}
    assert entry["reason"] == "Fire drill"


def test_a_state_that_cannot_be_chosen(ada: Agent, sam: Agent, alice: Agent) -> None:
    assert choose_for(sam, alice, "idle").status_code == 409

    assert trail.read(ada, action="state_changed") == []


def test_a_contact_put_back(
    ada: Agent, sam: Agent, talking: Chat, front_line: Team
) -> None:
    sales = QueueFactory.create(
        organisation=ada.organisation, name="Sales", teams=[front_line]
    )
    body = {"queue": sales.pk, "reason": "No line"}

    for _ in range(2):
        address = for_agents(talking, "requeue")
        assert client_for(sam).post(address, body).status_code == 200

    entry = trail.said(ada, "requeued")
    assert (entry["actor"]["id"], entry["reason"]) == (sam.pk, "No line")
    assert entry["object"]["id"] == str(talking.id)
    assert entry["changes"] == {"queue": ["Support", "Sales"]}


def test_a_contact_closed(ada: Agent, sam: Agent, talking: Chat) -> None:
    for _ in range(2):
        client_for(sam).post(for_agents(talking, "close"), {"reason": "No line"})

    entry = trail.said(ada, "closed")
    assert (entry["actor"]["id"], entry["reason"]) == (sam.pk, "No line")
    assert entry["object"]["id"] == str(talking.id)


@pytest.mark.parametrize(
    ("action", "word"), [("requeue", "requeued"), ("close", "closed")]
)
def test_in_the_administrations_list(
    ada: Agent, talking: Chat, action: str, word: str
) -> None:
    browser = Client(REMOTE_ADDR="192.0.2.7")
    browser.force_login(ada)
    sent = {"action": action, "_selected_action": [talking.id], "reason": "No line"}

    browser.post(page(Contact, "changelist"), sent)

    entry = trail.said(ada, word)
    assert (entry["actor"]["id"], entry["address"]) == (ada.pk, "192.0.2.7")
    assert entry["reason"] == "No line"


def test_who_may_not_has_not(ada: Agent, alice: Agent, talking: Chat) -> None:
    answer = client_for(alice).post(for_agents(talking, "close"), {"reason": "Mine"})

    assert answer.status_code == 403
    assert trail.read(ada, action="closed") == []

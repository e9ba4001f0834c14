"""Who changed which setting when, from what to what."""

from __future__ import annotations

import json

from auditlog.models import LogEntry
from rest_framework.test import APIClient

from agents.models import Agent, Organisation
from agents.services import tokens
from core import clock
from queues.models import EntryPoint, Queue
from tests.factories import EntryPointFactory


def client_for(agent: Agent) -> APIClient:
    _, secret = tokens.issue(agent=agent, now=clock.now())
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def test_a_change_is_kept_with_its_author_and_both_values(
    ada: Agent, acme: Organisation, support: Queue
) -> None:
    answer = client_for(ada).patch(f"/api/v1/queues/{support.pk}/", {"priority": 7})

    assert answer.status_code == 200
    entry = LogEntry.objects.get_for_object(support).latest("timestamp")
    assert entry.actor == ada
    assert entry.changes_dict == {"priority": ["0", "7"]}
    assert entry.additional_data == {"organisation": acme.pk}


def test_a_refused_change_leaves_no_trail(ada: Agent, support: Queue) -> None:
    before = LogEntry.objects.count()

    answer = client_for(ada).patch(f"/api/v1/queues/{support.pk}/", {"priority": 77})

    assert answer.status_code == 400
    assert LogEntry.objects.count() == before


def test_secrets_are_not_kept(ada: Agent, direct: EntryPoint) -> None:
    client = client_for(ada)
    secret = "a-secret-that-nobody-reads"

    client.patch(f"/api/v1/entry-points/{direct.pk}/", {"identity_secret": secret})
    client.patch(f"/api/v1/agents/{ada.pk}/", {"password": secret})

    kept = json.dumps([entry.changes_dict for entry in LogEntry.objects.all()])
    assert "identity_secret" in kept
    assert "password" in kept
    ada.refresh_from_db()
    assert secret not in kept
    assert ada.password not in kept


def test_the_work_of_the_day_is_no_change_of_settings(alice: Agent) -> None:
    before = LogEntry.objects.count()

    answer = client_for(alice).put("/api/v1/me/state/", {"state": "available"})

    assert answer.status_code == 200
    assert LogEntry.objects.count() == before


def test_a_deleted_setting_stays_in_the_trail(
    ada: Agent, acme: Organisation, support: Queue
) -> None:
    spare = EntryPointFactory.create(organisation=acme, queue=support, key="spare-one")

    answer = client_for(ada).delete(f"/api/v1/entry-points/{spare.pk}/")

    assert answer.status_code == 204
    entry = LogEntry.objects.filter(action=LogEntry.Action.DELETE).get()
    assert entry.actor == ada
    assert entry.object_repr == spare.name

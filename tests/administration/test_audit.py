"""Who changed which setting when, from what to what."""

from __future__ import annotations

import json

from auditlog.models import LogEntry
from django.contrib.admin.models import LogEntry as AdminEntry
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from agents.models import AccessToken, Agent, Organisation
from agents.services import tokens
from contacts.models import ContactEvent
from core import clock
from queues.models import EntryPoint, Queue
from tests import steps
from tests.factories import AssistantFactory, EntryPointFactory
from wrapup.models import WrapUpCode


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
    secret = "a-secret-that-nobody-reads-at-all"

    client.patch(f"/api/v1/entry-points/{direct.pk}/", {"identity_secret": secret})
    client.patch(f"/api/v1/agents/{ada.pk}/", {"password": secret})

    kept = json.dumps([entry.changes_dict for entry in LogEntry.objects.all()])
    assert "identity_secret" in kept
    assert "password" in kept
    ada.refresh_from_db()
    assert secret not in kept
    assert ada.password not in kept


def test_no_secret_is_in_any_trail(
    ada: Agent, alice: Agent, direct: EntryPoint
) -> None:
    assistant = AssistantFactory.create(organisation=ada.organisation)
    secret = "a-secret-that-nobody-reads-at-all"
    client, browser = client_for(ada), Client()
    browser.force_login(ada)
    wanted = {"name": "Wallboard", "agent": alice.pk, "scopes": ["read"]}

    client.patch(f"/api/v1/assistants/{assistant.pk}/", {"webhook_secret": secret})
    client.patch(f"/api/v1/entry-points/{direct.pk}/", {"identity_secret": secret})
    client.patch(f"/api/v1/agents/{alice.pk}/", {"password": secret})
    for row in (assistant, direct, alice):
        kind = row._meta
        page = f"admin:{kind.app_label}_{kind.model_name}_change"
        address = reverse(page, args=[row.pk])
        form = browser.get(address).context["adminform"].form
        fields = {name: form[name].value() for name in form.fields}
        given = {name: value for name, value in fields.items() if value is not None}
        hidden = {name: secret for name in SECRETS if name in fields}
        assert (
            browser.post(address, {**given, **hidden, **EMPTY_PARTS}).status_code == 302
        )
    token = client.post("/api/v1/tokens/", wanted).json()["token"]

    digests = AccessToken.objects.values_list("digest", flat=True)
    hashes = Agent.objects.values_list("password", flat=True)
    trails = json.dumps(
        [
            *LogEntry.objects.values("changes", "object_repr", "additional_data"),
            *AdminEntry.objects.values("change_message", "object_repr"),
        ]
    )
    assert "webhook_secret" in trails
    assert "identity_secret" in trails
    for word in (secret, token, *digests, *hashes):
        assert word not in trails


SECRETS = ("webhook_secret", "identity_secret", "new_password")
EMPTY_PARTS = {
    f"{part}-{name}": "0"
    for part in ("intents", "distribution")
    for name in ("TOTAL_FORMS", "INITIAL_FORMS")
}


def test_no_words_of_people_are_in_what_happened(
    alice: Agent, bob: Agent, direct: EntryPoint, resolved: WrapUpCode
) -> None:
    words = ["Dorothea Quill", "My gnome is gone", "A gnome?", "Careful", "Bill it"]
    chat = steps.connected(alice, direct, customer={"name": words[0]})
    steps.go_available(bob)
    steps.say(chat, words[1])
    steps.say(alice, words[2], to=chat)

    steps.transfer(alice, chat, to=bob, note=words[3])
    steps.accept(bob, chat)
    steps.end(bob, chat)
    steps.wrap_up(bob, chat, resolved, note=words[4])

    events = list(ContactEvent.objects.values_list("code", "details"))
    assert len(events) > 4
    kept = json.dumps(events)
    assert [word for word in words if word in kept] == []


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

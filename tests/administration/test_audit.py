"""Who changed which setting when, from what to what; and what of it is never told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.admin.models import LogEntry as AdminEntry
from django.test import Client
from django.urls import reverse

from administration.services import founding
from agents.models import (
    AccessToken,
    Agent,
    AuditEntry,
    IdleCode,
    MultimediaProfile,
    Organisation,
    Team,
)
from agents.services import api_tokens
from contacts.models import ContactEvent
from core import clock
from queues.models import EntryPoint, Queue
from tests import steps, trail
from tests.administration.pages.site import change, delete, page
from tests.factories import AssistantFactory, AuditEntryFactory, EntryPointFactory
from tests.steps import API, client_for
from wrapup.models import WrapUpCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django import Settings

    from tests.stage import Counted

HOME = "192.0.2.7"


@pytest.fixture
def adas_browser(ada: Agent) -> Client:
    browser = Client(REMOTE_ADDR=HOME)
    browser.force_login(ada)
    return browser


def test_a_change_over_rest_has_author_address_and_both_values(
    ada: Agent, acme: Organisation, support: Queue
) -> None:
    address = f"{API}/queues/{support.pk}/"
    answer = client_for(ada).patch(address, {"priority": 7}, REMOTE_ADDR=HOME)

    assert answer.status_code == 200
    entry = trail.said(ada, "changed")
    assert entry["actor"] == {"id": ada.pk, "display_name": "Ada"}
    assert entry["address"] == HOME
    assert entry["object"] == {"kind": "queue", "id": support.pk, "name": support.name}
    assert entry["changes"] == {"priority": [0, 7]}
    assert AuditEntry.objects.get(pk=entry["id"]).organisation == acme


def test_a_change_on_a_page_too(
    adas_browser: Client, ada: Agent, support: Queue
) -> None:
    assert change(adas_browser, support, priority=7).status_code == 302

    entry = trail.said(ada, "changed")
    assert (entry["actor"]["id"], entry["address"]) == (ada.pk, HOME)
    assert entry["changes"] == {"priority": [0, 7]}


def test_behind_a_proxy_the_visitors_address_is_kept(
    ada: Agent, support: Queue, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]

    client_for(ada).patch(
        f"{API}/queues/{support.pk}/",
        {"priority": 7},
        REMOTE_ADDR="10.1.2.3",
        HTTP_X_FORWARDED_FOR=f"203.0.113.1, {HOME}",
    )

    assert trail.said(ada, "changed")["address"] == HOME


def test_a_refused_change_leaves_no_trail(
    adas_browser: Client, ada: Agent, support: Queue
) -> None:
    answer = client_for(ada).patch(f"{API}/queues/{support.pk}/", {"priority": 77})
    shown = change(adas_browser, support, priority=77)

    assert (answer.status_code, shown.status_code) == (400, 200)
    assert trail.read(ada) == []


def test_what_changes_nothing_leaves_no_trail(ada: Agent, support: Queue) -> None:
    body = {"priority": support.priority}

    answer = client_for(ada).patch(f"{API}/queues/{support.pk}/", body)

    assert answer.status_code == 200
    assert trail.read(ada) == []


def test_references_are_told_by_name(
    ada: Agent, alice: Agent, support: Queue, front_line: Team
) -> None:
    client = client_for(ada)

    client.patch(f"{API}/agents/{alice.pk}/", {"teams": []})
    client.patch(f"{API}/queues/{support.pk}/", {"distribution": []})

    served, member = trail.read(ada)
    assert served["changes"] == {"distribution": [["Front line after 0 s"], []]}
    assert member["changes"] == {"teams": [["Front line"], []]}


def test_an_assistants_intents_are_told_one_by_one(ada: Agent) -> None:
    assistant = AssistantFactory.create(organisation=ada.organisation)
    intents = [
        {"name": name, "phrases": [name.lower()], "reply": "Yes", "action": "reply"}
        for name in ("Hours", "Prices")
    ]
    client, address = client_for(ada), f"{API}/assistants/{assistant.pk}/"
    client.patch(address, {"intents": intents})

    intents[1]["reply"] = "No"
    answer = client.patch(address, {"intents": intents})

    assert answer.status_code == 200, answer.content
    entry = trail.read(ada)[0]
    assert list(entry["changes"]) == ["intent “Prices”"]
    assert [side.split()[-1] for side in entry["changes"]["intent “Prices”"]] == [
        "Yes",
        "No",
    ]


def test_a_default_that_moves_is_told_of_both(
    ada: Agent, meeting: IdleCode, break_code: IdleCode
) -> None:
    client_for(ada).patch(f"{API}/idle-codes/{meeting.pk}/", {"is_default": True})

    found = {each["object"]["id"]: each["changes"] for each in trail.read(ada)}
    assert found == {
        meeting.pk: {"is_default": [False, True]},
        break_code.pk: {"is_default": [True, False]},
    }


@pytest.mark.parametrize("way", ["rest", "page", "bulk"])
def test_a_deleted_setting_stays_in_the_trail(
    adas_browser: Client, ada: Agent, support: Queue, way: str
) -> None:
    spare = EntryPointFactory.create(
        organisation=ada.organisation, queue=support, key="spare-one"
    )
    ways: dict[str, Callable[[], Any]] = {
        "rest": lambda: client_for(ada).delete(f"{API}/entry-points/{spare.pk}/"),
        "page": lambda: delete(adas_browser, spare),
        "bulk": lambda: adas_browser.post(
            page(EntryPoint, "changelist"),
            {
                "action": "delete_selected",
                "_selected_action": [spare.pk],
                "post": "yes",
            },
        ),
    }

    assert ways[way]().status_code in {204, 302}

    assert not EntryPoint.objects.filter(pk=spare.pk).exists()
    entry = trail.said(ada, "deleted")
    assert entry["actor"]["id"] == ada.pk
    assert entry["object"]["name"] == spare.name
    assert entry["changes"]["key"] == ["spare-one", None]


def test_a_deletion_that_is_refused_leaves_no_trail(
    adas_browser: Client, ada: Agent, support: Queue, direct: EntryPoint
) -> None:
    answer = client_for(ada).delete(f"{API}/queues/{direct.queue_id}/")
    adas_browser.get(page(Queue, "delete", direct.queue_id))

    assert answer.status_code == 409
    assert trail.read(ada) == []


def test_a_created_setting_says_what_it_began_with(ada: Agent) -> None:
    answer = client_for(ada).post(f"{API}/teams/", {"name": "Night"})

    entry = trail.said(ada, "created")
    assert entry["object"] == {
        "kind": "team",
        "id": answer.json()["id"],
        "name": "Night",
    }
    assert entry["changes"] == {"name": [None, "Night"]}


def test_a_founded_organisation_has_all_of_it_in_its_own_trail(ada: Agent) -> None:
    person = Agent(email="ines@initech.example", display_name="Ines")
    initech = founding.found(
        Organisation(name="Initech", slug="initech"),
        now=clock.now(),
        administrator=person,
        password="a long sentence is best",
    )

    made = {each["object"]["kind"] for each in trail.read(person, action="created")}
    assert made == {
        *("organisation", "multimedia_profile", "idle_code", "wrap_up_code"),
        *("team", "queue", "entry_point", "agent"),
    }
    assert not AuditEntry.objects.exclude(organisation=initech).filter(action="created")
    assert trail.read(ada) == []


def test_a_program_is_named_with_its_token(ada: Agent, support: Queue) -> None:
    _, secret = api_tokens.create(
        agent=ada, name="Rota", scopes=["configure"], by=ada, now=clock.now()
    )

    steps.with_token(secret).patch(f"{API}/queues/{support.pk}/", {"priority": 7})

    actor = trail.said(ada, "changed")["actor"]
    assert actor == {"id": ada.pk, "display_name": "Rota (for Ada)"}


# --- what is never told --------------------------------------------------------
def test_no_secret_is_in_any_trail(
    adas_browser: Client, ada: Agent, alice: Agent, direct: EntryPoint
) -> None:
    assistant = AssistantFactory.create(organisation=ada.organisation)
    secret = "a-secret-that-nobody-reads-at-all"
    client = client_for(ada)
    wanted = {"name": "Wallboard", "agent": alice.pk, "scopes": ["read"]}

    client.patch(
        f"{API}/assistants/{assistant.pk}/",
        {"webhook_secret": secret, "api_key": secret},
    )
    client.patch(f"{API}/entry-points/{direct.pk}/", {"identity_secret": secret})
    client.patch(f"{API}/agents/{alice.pk}/", {"password": secret})
    for row in (assistant, direct, alice):
        kind = row._meta
        name = f"admin:{kind.app_label}_{kind.model_name}_change"
        address = reverse(name, args=[row.pk])
        form = adas_browser.get(address).context["adminform"].form
        fields = {name: form[name].value() for name in form.fields}
        given = {name: value for name, value in fields.items() if value is not None}
        hidden = {name: f"{secret}-2" for name in SECRETS if name in fields}
        sent = {**given, **hidden, **EMPTY_PARTS}
        assert adas_browser.post(address, sent).status_code == 302
    token = client.post(f"{API}/tokens/", wanted).json()["token"]

    digests = AccessToken.objects.values_list("digest", flat=True)
    hashes = Agent.objects.values_list("password", flat=True)
    trails = json.dumps(
        [
            *AuditEntry.objects.values(),
            *AdminEntry.objects.values("change_message", "object_repr"),
        ],
        default=str,
    )
    found = [each["changes"] for each in trail.read(ada, action="changed")]
    hidden_both = ["(hidden)", "(hidden)"]
    assert {"webhook_secret": hidden_both, "api_key": hidden_both} in found
    assert {"identity_secret": ["(hidden)", "(hidden)"]} in found
    for word in (secret, token, *digests, *hashes):
        assert word not in trails


SECRETS = ("webhook_secret", "api_key", "identity_secret", "new_password")
EMPTY_PARTS = {
    f"{part}-{name}": "0"
    for part in (
        *("intents", "distribution", "proactive_rules"),
        *("asked_skills", "skill_levels"),
    )
    for name in ("TOTAL_FORMS", "INITIAL_FORMS")
}


def test_texts_are_short_and_card_numbers_hidden(
    ada: Agent,
) -> None:
    text = "Never send 4111 1111 1111 1111 here. " + "x" * 3000

    body = {"name": "Cards", "text": text, "queues": []}
    answer = client_for(ada).post(f"{API}/predefined-responses/", body)

    assert answer.status_code == 201, answer.content
    _, kept = trail.said(ada, "created")["changes"]["text"]
    assert kept.startswith("Never send ************1111 here. x")
    assert len(kept) == 2000


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
    kept = json.dumps([*events, *AuditEntry.objects.values()], default=str)
    assert [word for word in words if word in kept] == []


def test_the_work_of_the_day_is_no_change_of_settings(ada: Agent, alice: Agent) -> None:
    steps.go_available(alice)
    steps.go_idle(alice)

    found = {each["action"] for each in trail.read(ada)}
    assert found == {"signed_in", "token_made"}


# --- who may read it ------------------------------------------------------------
def test_nobody_but_administrators_reads_it(
    alice: Agent, sam: Agent, ada: Agent
) -> None:
    for person in (alice, sam):
        answer = client_for(person).get(f"{API}/audit/")
        steps.refuses(answer, 403, "forbidden")
    _, secret = api_tokens.create(
        agent=ada, name="Rota", scopes=["read", "configure"], by=ada, now=clock.now()
    )

    steps.refuses(steps.with_token(secret).get(f"{API}/audit/"), 403, "scope")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nobody_writes_it(ada: Agent, method: str) -> None:
    before = AuditEntry.objects.count() + 2  # the sign-in and its token

    answer = getattr(client_for(ada), method)(f"{API}/audit/", {"action": "closed"})

    assert answer.status_code == 405
    assert AuditEntry.objects.count() == before


def test_another_organisations_trail_is_never_seen(
    ada: Agent, greta: Agent, gina: Agent, support: Queue
) -> None:
    client_for(ada).patch(f"{API}/queues/{support.pk}/", {"priority": 7})

    assert trail.read(greta) == []
    assert trail.read(greta, actor=ada.pk) == []
    own = trail.read(ada, actor=gina.pk)
    assert own == []


def test_it_is_narrowed_and_paged(
    ada: Agent, alice: Agent, support: Queue, direct: EntryPoint
) -> None:
    client = client_for(ada)
    for priority in (1, 2, 3):
        client.patch(f"{API}/queues/{support.pk}/", {"priority": priority})
    middle = AuditEntry.objects.filter(action="changed").order_by("pk")[1].at

    def found(**asked: Any) -> list[int]:
        answer = client.get(f"{API}/audit/", {"action": "changed", **asked}).json()
        return [each["changes"]["priority"][1] for each in answer["results"]]

    assert found() == [3, 2, 1]
    assert found(since=middle.isoformat()) == [3, 2]
    assert found(until=middle.isoformat()) == [1]
    assert found(actor=ada.pk) == [3, 2, 1]
    assert found(actor=alice.pk) == []
    assert found(page_size=2, page=2) == [1]
    for wrong in ({"action": "flown"}, {"since": "soon"}, {"actor": "me"}):
        assert client.get(f"{API}/audit/", wrong).status_code == 400


def test_reading_it_costs_the_same_however_long(ada: Agent, counted: Counted) -> None:
    client, rows = client_for(ada), {"kind": "queue", "changes": {"priority": [0, 1]}}

    def read() -> None:
        assert client.get(f"{API}/audit/").status_code == 200

    few = counted(read)
    for actor in (ada, None, ada):
        AuditEntryFactory.create_batch(
            9, organisation=ada.organisation, actor=actor, **rows
        )

    assert counted(read) == few <= 4


def test_names_stay_as_they_were(ada: Agent, acme: Organisation) -> None:
    body = {"email": "erin@acme.example", "display_name": "Erin"}
    erin = client_for(ada).post(f"{API}/agents/", body).json()["id"]
    client_for(ada).patch(f"{API}/agents/{erin}/", {"display_name": "Eva"})
    client_for(ada).delete(f"{API}/agents/{erin}/")

    found = [(each["action"], each["object"]["name"]) for each in trail.read(ada)]
    assert found == [("deleted", "Eva"), ("changed", "Eva"), ("created", "Erin")]


def test_a_profile_of_another_organisation_is_not_named(
    ada: Agent, greta: Agent, chat_profile: MultimediaProfile
) -> None:
    answer = client_for(greta).patch(
        f"{API}/multimedia-profiles/{chat_profile.pk}/", {"chat": 9}
    )

    assert answer.status_code == 404
    assert trail.read(ada) == trail.read(greta) == []

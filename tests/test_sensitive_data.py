"""Card numbers are stored nowhere (D13): every text of every model is either screened,
which a journey through all doors shows, or stands below with the reason why not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client

from agents.models import Organisation
from agents.services import sensitive_data
from core.folding import made_fields
from tests import steps
from tests.contacts.files import upload
from tests.factories import MultimediaProfileFactory, QueueFactory
from tests.steps import API, client_for, customer_of, for_agents, for_customers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django import Settings

    from agents.models import Agent, Team
    from queues.models import EntryPoint, Queue
    from tests.steps import Chat, Json
    from wrapup.models import WrapUpCode

CARD = "4111 1111 1111 1111"
DIGITS = CARD.replace(" ", "")
HIDDEN = "************1111"
IN_BOLD = "4111 **1111** 1111 1111"
NAMED = "____________1111"  # no name of a file has a star

APPS = (
    *("agents", "queues", "contacts", "wrapup"),
    *("administration", "supervision", "reports"),
)
SCREENED = {
    "agents.AccessToken.name",
    "agents.Agent.display_name",
    "agents.IdleCode.name",
    "agents.MailTemplate.subject",
    "agents.MailTemplate.text",
    "agents.MultimediaProfile.description",
    "agents.MultimediaProfile.name",
    "agents.Organisation.name",
    "agents.Skill.name",
    "agents.StateLog.reason",
    "agents.Team.name",
    "contacts.Assignment.note",
    "contacts.Block.reason",
    "contacts.Assignment.wrapup_note",
    "contacts.Attachment.name",
    "contacts.Contact.page_title",
    "contacts.Contact.page_url",
    "contacts.Contact.prechat",
    "contacts.Contact.rating_comment",
    "contacts.Contact.transfer_note",
    "contacts.ContactEvent.details",
    "contacts.Customer.attributes",
    "contacts.CustomerNote.text",
    "contacts.Customer.email",
    "contacts.Customer.name",
    "contacts.Customer.phone",
    "contacts.HelpRequest.text",
    "contacts.Message.text",
    "contacts.Note.text",
    "contacts.Whisper.text",
    "queues.Article.body",
    "queues.Article.title",
    "queues.ArticlePassage.text",
    "queues.Assistant.fallback",
    "queues.Assistant.greeting",
    "queues.Assistant.instructions",
    "queues.Assistant.model",
    "queues.Assistant.name",
    "queues.EntryPoint.consent_text",
    "queues.EntryPoint.farewell",
    "queues.EntryPoint.greeting",
    "queues.EntryPoint.name",
    "queues.EntryPoint.prechat_fields",
    "queues.Hours.holidays",
    "queues.Hours.name",
    "queues.Intent.buttons",
    "queues.Intent.name",
    "queues.Intent.phrases",
    "queues.Intent.reply",
    "queues.PredefinedResponse.name",
    "queues.PredefinedResponse.text",
    "queues.ProactiveRule.pattern",
    "queues.ProactiveRule.text",
    "queues.Queue.description",
    "queues.Queue.name",
    "reports.Criterion.description",
    "reports.Criterion.name",
    "reports.Review.comment",
    "reports.SavedView.name",
    "wrapup.WrapUp.note",
    "wrapup.WrapUpCode.description",
    "wrapup.WrapUpCode.name",
}
COPY = "a copy of a text that is screened where it is stored first"
DIGEST = "a digest or an encrypted secret: nobody reads it"
FOR_PROGRAMS = (
    "a key, an address or a value for programs, which nobody writes as a text"
)
MAIL_SERVER = "what a mail server says"
OURS = "made by Parley, nobody writes it"
NOT_SCREENED = {
    "agents.AccessToken.digest": DIGEST,
    "agents.AccessToken.scopes": OURS,
    "agents.Agent.email": "an address to sign in with, which must be a valid one",
    "agents.Agent.password": DIGEST,
    "agents.AuditEntry.actor_name": COPY,
    "agents.AuditEntry.address": OURS,
    "agents.AuditEntry.changes": COPY,
    "agents.AuditEntry.kind": OURS,
    "agents.AuditEntry.object_id": OURS,
    "agents.AuditEntry.object_name": COPY,
    "agents.AuditEntry.reason": COPY,
    "agents.FailedSignIn.account": DIGEST,
    "agents.FailedSignIn.address": OURS,
    "agents.Mail.about": OURS,
    "agents.Mail.error": MAIL_SERVER,
    "agents.Mail.body_html": COPY,
    "agents.Mail.recipient": COPY,
    "agents.Mail.reply_to": COPY,
    "agents.Mail.sender_name": COPY,
    "agents.Mail.subject": COPY,
    "agents.Mail.body_text": COPY,
    "agents.Organisation.attachment_extensions": "endings of names of files",
    "agents.Organisation.country": "a choice of countries",
    "agents.Organisation.reply_to_email": "an address, which must be a valid one",
    "agents.Organisation.sensitive_data_detectors": "a choice of detectors",
    "agents.Organisation.slug": FOR_PROGRAMS,
    "agents.Organisation.timezone": "a choice of time zones",
    "agents.PasswordLink.digest": DIGEST,
    "agents.Picture.name": OURS,
    "reports.ContactSums.channel": "a choice of channels",
    "reports.ContactSums.origin": COPY,
    "reports.IdleSums.idle_code": COPY,
    "reports.Named.name": COPY,
    "reports.Rolled.timezone": "a choice of time zones",
    "agents.Presence.address": OURS,
    "agents.PushSubscription.auth": FOR_PROGRAMS,
    "agents.PushSubscription.digest": DIGEST,
    "agents.PushSubscription.endpoint": FOR_PROGRAMS,
    "agents.PushSubscription.p256dh": FOR_PROGRAMS,
    "agents.RecoveryCode.digest": DIGEST,
    "agents.SecondFactor.secret": DIGEST,
    "agents.Socket.address": OURS,
    "agents.StateLog.idle_code": COPY,
    "agents.SuppressedAddress.address": COPY,
    "agents.SuppressedAddress.reason": MAIL_SERVER,
    "contacts.Attachment.content_type": FOR_PROGRAMS,
    "contacts.Attachment.reason": OURS,
    "contacts.Block.value": "a number or a network address, which must be a valid one",
    "contacts.Contact.address": OURS,
    "contacts.Contact.asked_skills": OURS,
    "contacts.Contact.attempt": DIGEST,
    "contacts.Contact.consent_text": COPY,
    "contacts.Contact.handover_summary": "screened with the hand-over: "
    "tests/assistants",
    "contacts.Contact.intent_skills": OURS,
    "contacts.Contact.language": FOR_PROGRAMS,
    "contacts.Contact.token_digest": DIGEST,
    "contacts.Whisper.author_name": COPY,
    "contacts.Whisper.client_id": FOR_PROGRAMS,
    "contacts.Customer.subject": "the key by which an organisation knows its customer",
    "contacts.Message.buttons": "screened with the line: tests/assistants",
    "contacts.Message.client_id": FOR_PROGRAMS,
    "contacts.Note.author_name": COPY,
    "contacts.Note.client_id": FOR_PROGRAMS,
    "contacts.Message.event_name": COPY,
    "contacts.Message.mail_error": MAIL_SERVER,
    "contacts.Message.files": COPY,
    "contacts.Message.event_reason": OURS,
    "contacts.Message.sender_key": OURS,
    "contacts.Message.sources": COPY,
    "contacts.Message.sender_name": COPY,
    "contacts.ResumeLink.digest": DIGEST,
    "contacts.VideoCall.agent_tab": FOR_PROGRAMS,
    "contacts.VideoCall.customer_tab": FOR_PROGRAMS,
    "contacts.Visitor.digest": DIGEST,
    "queues.Article.language": FOR_PROGRAMS,
    "queues.ArticlePassage.language": FOR_PROGRAMS,
    "queues.Assistant.api_key": DIGEST,
    "queues.Assistant.base_url": FOR_PROGRAMS,
    "queues.Assistant.webhook_secret": DIGEST,
    "queues.Assistant.webhook_url": FOR_PROGRAMS,
    "queues.EntryPoint.allowed_origins": FOR_PROGRAMS,
    "queues.EntryPoint.colour": FOR_PROGRAMS,
    "queues.EntryPoint.identity_secret": DIGEST,
    "queues.EntryPoint.privacy_url": FOR_PROGRAMS,
    "queues.Logo.digest": DIGEST,
    "queues.EntryPoint.key": FOR_PROGRAMS,
    "queues.Hours.country": "a choice of countries",
    "queues.Hours.subdivision": "a choice of regions",
    "queues.Hours.timezone": "a choice of time zones",
    "queues.Hours.weekly": "days and times",
    "reports.Score.description": COPY,
    "reports.Score.name": COPY,
    "reports.Named.subject": OURS,
    "reports.SavedView.figure": "the name of a column",
    "reports.SavedView.interval": "a choice of intervals",
    "reports.SavedView.language": OURS,
    "reports.SavedView.report": "a choice of reports",
    "reports.Simulation.changes": COPY,
    "reports.Simulation.error": OURS,
    "reports.Simulation.language": OURS,
    "reports.Simulation.result": "figures",
    "wrapup.WrapUp.code_name": COPY,
}


def text_fields() -> Iterator[tuple[str, Any]]:
    """Give the fields in which there may be a text, whatever its name; but for those
    that are made of others."""
    kinds = (models.CharField, models.TextField, models.JSONField)
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            for field in {*model._meta.concrete_fields} - {*made_fields(model)}:
                if isinstance(field, kinds) and not field.choices:
                    yield f"{model._meta.label}.{field.name}", field


def test_every_text_is_screened_or_has_a_reason_why_not() -> None:
    assert {name for name, _ in text_fields()} == SCREENED | set(NOT_SCREENED)
    assert not SCREENED & set(NOT_SCREENED)


# --- the journey ----------------------------------------------------------------------
def done(response: Any) -> Json:
    assert response.status_code in {200, 201, 204}, response.content
    return response.json() if response.content else {}


def configure(ada: Agent, front_line: Team, support: Queue) -> None:
    """Put a card number into every setting that has a text."""
    client = client_for(ada)

    def make(what: str, **values: Any) -> Json:
        return done(client.post(f"{API}/{what}/", values, format="json"))

    make("teams", name=f"T {CARD}")
    make("idle-codes", name=f"I {CARD}")
    make("skills", name=f"S {CARD}")
    make("wrapup-codes", name=f"W {CARD}", description=CARD)
    make("quality/criteria", name=f"C {CARD}", description=CARD)
    make("blocks", kind="address", value="203.0.113.7", reason=CARD)
    make("multimedia-profiles", name=f"P {CARD}", description=CARD)
    make("queues", name=f"Q {CARD}", description=CARD)
    # Bold digits are a number only where the article is divided.
    make("articles", title=f"K {CARD}", body=f"{CARD}\n\n{IN_BOLD}")
    eve = {"date": "2026-12-24", "name": CARD, "from": None, "to": None}
    make("hours", name=f"H {CARD}", holidays=[eve])
    make("predefined-responses", name=f"R {CARD}", text=f"Pay with {CARD}")
    make(
        "agents",
        email="new@acme.example",
        display_name=f"A {CARD}",
        role="agent",
        password="a long sentence, no word",
    )
    intent = {
        "name": CARD,
        "phrases": [CARD],
        "reply": CARD,
        "buttons": [CARD],
        "action": "reply",
    }
    make(
        "assistants",
        name=f"B {CARD}",
        kind="scripted",
        greeting=CARD,
        fallback=CARD,
        instructions=CARD,
        model=CARD,
        intents=[intent],
    )
    make(
        "entry-points",
        key="with-cards",
        name=f"E {CARD}",
        greeting=CARD,
        farewell=CARD,
        consent_text=CARD,
        queue=support.pk,
        prechat_fields=[{"name": "order", "label": CARD, "type": "text"}],
        proactive_rules=[{"pattern": f"/{DIGITS}", "text": CARD}],
    )
    done(client.patch(f"{API}/organisation/", {"name": f"O {CARD}"}, format="json"))


def make_token(ada: Agent) -> None:
    from agents.services import api_tokens
    from core import clock

    api_tokens.create(
        agent=ada, name=f"N {CARD}", scopes=["read"], by=ada, now=clock.now()
    )


def write_mail(ada: Agent) -> None:
    browser = Client()
    browser.force_login(ada)
    words = {"kind": "transcript", "subject": CARD, "text": f"{CARD}\n\n{{transcript}}"}
    answer = browser.post("/admin/agents/mailtemplate/add/", words)
    assert answer.status_code == 302


def save_view(ada: Agent) -> None:
    browser = Client()
    browser.force_login(ada)
    words = {"do": "save", "report": "queues", "name": f"V {CARD}"}
    assert browser.post("/reports/views/", words).status_code == 302


def converse(
    alice: Agent, bob: Agent, sam: Agent, direct: EntryPoint, sales: Queue
) -> None:
    """Say a card number wherever people write something in or about a chat."""
    direct.prechat_fields = [{"name": "order", "label": "Order", "type": "text"}]
    direct.save(update_fields=["prechat_fields"])
    customer = {"name": CARD, "phone": CARD, "email": f"{DIGITS}@dora.example"}
    chat = steps.connected(
        alice,
        direct,
        customer=customer | {"attributes": {"order": CARD}},
        page={"url": f"https://shop.example/?card={DIGITS}", "title": CARD},
    )
    steps.say(chat, CARD)
    steps.say(alice, CARD, to=chat)
    note_down(alice, chat)
    whisper_in(sam, alice, chat)
    done(upload(chat, (f"{CARD}.txt", b"Hello")))
    for part in (CARD[:10], CARD[10:]):
        steps.say(chat, part)
    edit = {"name": f"Dora {CARD}"}
    url = for_agents(chat, "customer")
    done(client_for(alice).patch(url, edit, format="json"))
    steps.go_available(bob)
    steps.transfer(alice, chat, to=bob, note=CARD)
    url = for_agents(chat, "wrap-up")
    done(client_for(alice).patch(url, {"note": CARD}, format="json"))
    steps.accept(bob, chat)
    steps.transfer(bob, chat, to=sales, note=CARD)
    supervise(sam, alice, chat)


def note_down(alice: Agent, chat: Chat) -> None:
    client, note = client_for(alice), {"client_id": "n", "text": CARD}
    noted = done(client.post(for_agents(chat, "notes"), note, format="json"))
    assert (noted["text"], noted["masked"]) == (HIDDEN, True)
    url = for_agents(chat, "customer/notes")
    made = done(client.post(url, {"text": "x"}, format="json"))
    url = for_agents(chat, f"customer/notes/{made['id']}")
    done(client.patch(url, {"text": CARD}, format="json"))


def whisper_in(sam: Agent, alice: Agent, chat: Chat) -> None:
    done(client_for(alice).post(for_agents(chat, "help"), {"text": CARD}))
    done(client_for(sam).post(for_agents(chat, "watch"), {"mode": "whisper"}))
    whisper = {"client_id": "w", "text": CARD}
    said = done(client_for(sam).post(for_agents(chat, "whispers"), whisper))
    assert (said["text"], said["masked"]) == (HIDDEN, True)


def supervise(sam: Agent, alice: Agent, chat: Chat) -> None:
    client = client_for(sam)
    for what in ("requeue", "close"):
        done(client.post(for_agents(chat, what), {"reason": CARD}, format="json"))
    rating = {"score": 1, "comment": CARD}
    done(customer_of(chat).post(for_customers(chat, "rating"), rating, format="json"))
    [criterion] = done(client.get(f"{API}/quality/criteria/"))["results"]
    scores = [{"criterion": criterion["id"], "value": 1}]
    review = {"scores": scores, "comment": CARD}
    done(client.post(for_agents(chat, "reviews"), review, format="json"))
    state = {"state": "idle", "reason": CARD}
    url = f"{API}/people/{alice.pk}/state/"
    done(client.put(url, state, format="json"))


def stored() -> Iterator[tuple[str, str]]:
    """Give all that is stored, whoever's table it is in."""
    for model in apps.get_models():
        for row in model._default_manager.values():
            for column, value in row.items():
                yield f"{model._meta.label}.{column}", json.dumps(value, default=str)


def test_a_card_number_said_at_every_door_is_stored_at_none(
    ada: Agent,
    alice: Agent,
    bob: Agent,
    sam: Agent,
    front_line: Team,
    support: Queue,
    direct: EntryPoint,
    resolved: WrapUpCode,
) -> None:
    acme = support.organisation
    sales = QueueFactory.create(organisation=acme, name="Sales", teams=[front_line])
    MultimediaProfileFactory.create(organisation=acme)
    configure(ada, front_line, support)
    make_token(ada)
    write_mail(ada)
    save_view(ada)
    done_chat = steps.in_wrap_up(alice, direct)
    steps.wrap_up(alice, done_chat, resolved, note=CARD)

    converse(alice, bob, sam, direct, sales)

    everything = list(stored())
    bare = [where for where, text in everything if DIGITS in text.replace(" ", "")]
    assert bare == []
    hidden = {where for where, text in everything if HIDDEN in text or NAMED in text}
    assert {name for name in SCREENED if name not in hidden} == set()


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.parametrize("detector", ["email", "phone"])
def test_addresses_of_customers_are_kept_whatever_is_looked_for(
    acme: Organisation, alice: Agent, direct: EntryPoint, detector: str
) -> None:
    acme.sensitive_data_detectors = [detector]
    acme.save(update_fields=["sensitive_data_detectors"])
    customer = {"email": "dora@example.com", "phone": "+49 30 901820"}

    chat = steps.connected(alice, direct, customer=customer)

    known = chat.contact.customer
    assert (known.email, known.phone) == (customer["email"], customer["phone"])
    assert chat.contact.prechat == customer


def test_a_setting_with_a_card_number_is_refused_where_it_would_be_dropped(
    acme: Organisation, ada: Agent
) -> None:
    acme.sensitive_data_policy = "drop"
    acme.save(update_fields=["sensitive_data_policy"])
    body = {"name": "Pay", "text": f"Pay with {CARD}"}

    answer = client_for(ada).post(f"{API}/predefined-responses/", body, format="json")

    steps.refuses(answer, 400, "invalid", errors=["text"])
    assert not acme.predefined_responses.exists()


@pytest.mark.parametrize("field", ["name", "phone", "email"])
def test_a_chat_is_not_opened_with_what_would_be_dropped(
    acme: Organisation, direct: EntryPoint, client: Any, field: str
) -> None:
    acme.sensitive_data_policy = "drop"
    acme.save(update_fields=["sensitive_data_policy"])
    value = f"{DIGITS}@dora.example" if field == "email" else CARD
    body = {"entry_point": direct.key, "customer": {field: value}}

    answer = steps.post(client_for_nobody(), f"{API}/chat/contacts/", body)

    steps.refuses(answer, 422, "dropped")
    assert not acme.contacts.exists()
    assert not acme.customers.exists()


def client_for_nobody() -> Any:
    from rest_framework.test import APIClient

    return APIClient()


def test_texts_are_screened_by_the_organisations_own_settings(
    acme: Organisation, globex: Organisation
) -> None:
    acme.sensitive_data_detectors = ["email"]

    assert sensitive_data.storable(acme, "a@example.com") == "**@**"
    assert sensitive_data.storable(globex, "a@example.com") == "a@example.com"

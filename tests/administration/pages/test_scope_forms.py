"""The forms of the admin, filled in with what is another organisation's.

Greta of Globex asks for everything of Acme's, in every way the site offers: she is
told nothing, and nothing changes. What there is to walk comes from the site itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db.models import Model

from agents.models import (
    AccessToken,
    Agent,
    AgentSkill,
    AuditEntry,
    MailTemplate,
    Organisation,
    StateLog,
    Team,
)
from contacts.models import Block, Contact, Customer
from queues.models import (
    Assistant,
    DistributionGroup,
    EntryPoint,
    Intent,
    ProactiveRule,
    Queue,
)
from tests import factories
from tests.administration.pages.site import (
    IDS,
    MODELS,
    filled,
    page,
    relations,
    says_nothing,
)
from tests.administration.pages.world import World, everything

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.thorough

# Tokens are made and revoked, never changed: see test_tokens.py.
READ_ONLY = {AccessToken, AuditEntry, StateLog, Customer, Contact}
SETTINGS = [model for model in MODELS if model not in READ_ONLY]
every_model = pytest.mark.parametrize("model", MODELS, ids=IDS)
every_setting = pytest.mark.parametrize(
    "model", SETTINGS, ids=[model._meta.label_lower for model in SETTINGS]
)


@every_model
def test_the_forms_offer_own_rows_only(
    gretas_browser: Client, own: World, model: type[Model]
) -> None:
    says_nothing(gretas_browser.get(page(model, "add")), 200, 403)
    says_nothing(gretas_browser.get(page(model, "change", own[model].pk)), 200)
    says_nothing(gretas_browser.get(page(model, "history", own[model].pk)), 200)
    says_nothing(gretas_browser.get(page(model, "delete", own[model].pk)), 200, 403)


@every_setting
def test_a_form_refuses_foreign_rows(
    gretas_browser: Client, own: World, theirs: World, model: type[Model]
) -> None:
    address = page(model, "change", own[model].pk)
    for field in relations(model):
        foreign = theirs.get(field.related_model)
        if foreign is None or field.name == "organisation":
            continue
        sent = filled(gretas_browser.get(address))

        response = gretas_browser.post(address, {**sent, field.name: [foreign.pk]})

        says_nothing(response, 200, 302)
        if response.status_code == 200:
            errors = response.context["adminform"].form.errors
            assert list(errors) in ([field.name], []), field.name


@pytest.mark.parametrize(
    ("model", "part"),
    [
        (Queue, DistributionGroup),
        (Assistant, Intent),
        (EntryPoint, ProactiveRule),
        (Agent, AgentSkill),
    ],
)
def test_parts_refuse_foreign_rows(
    gretas_browser: Client,
    own: World,
    theirs: World,
    model: type[Model],
    part: type[Model],
) -> None:
    address = page(model, "change", own[model].pk)
    for field in (part._meta.get_field("id"), *relations(part)):
        foreign = theirs[field.related_model or part].pk
        sent = filled(gretas_browser.get(address))
        asked = next(key for key in sent if key.endswith("-0-id"))

        response = gretas_browser.post(
            address, {**sent, asked.removesuffix("id") + field.name: foreign}
        )

        says_nothing(response, 200)


@every_setting
def test_a_new_row_refers_to_own_rows_and_belongs_to_us(
    writer: Client, own: World, theirs: World, model: type[Model]
) -> None:
    address = page(model, "add")
    form = writer.get(address)
    if form.status_code != 200:
        return
    sent = {**filled(form), **words(model)}
    before = _besides_the_trail()
    for field in relations(model):
        if field.related_model not in theirs or field.name == "organisation":
            continue
        response = writer.post(
            address, {**sent, field.name: [theirs[field.related_model].pk]}
        )
        if response.status_code == 302:
            # Not a field of the form: Django never looked at it.
            assert field.name not in form.context["adminform"].form.fields
            made = model._default_manager.latest("pk")
            value = getattr(made, field.name)
            assert not (value.exists() if field.many_to_many else value)
            made.delete()
        says_nothing(response, 200, 302)
        assert _besides_the_trail() == before

    response = writer.post(address, {**sent, "organisation": theirs[Organisation].pk})

    assert response.status_code == 302, response.context["errors"]
    says_nothing(response, 302)
    made = model._default_manager.latest("pk")
    assert made.organisation == own[Organisation]  # type: ignore[attr-defined]


def words(model: type[Model]) -> dict[str, Any]:
    """Return what the form of a new row must be told."""
    return {
        "name": "New",
        "display_name": "New",
        "title": "New",
        "body": "New",
        **({"email": "new@example.com"} if model is Agent else {}),
        "new_password": factories.PASSWORD,
        "key": "new-key",
        "text": "New text",
        "queue": Queue.objects.get(name="mine queue").pk,
        **(
            {"kind": "address", "value": "203.0.113.9", "reason": "New"}
            if model is Block
            else {}
        ),
        **(
            {"kind": "resume", "subject": "New", "text": "{link}"}
            if model is MailTemplate
            else {}
        ),
    }


def test_a_name_in_another_organisation_is_free(writer: Client, theirs: World) -> None:
    taken = theirs[Team].name

    response = writer.post(page(Team, "add"), {"name": taken, "_save": "Save"})

    assert response.status_code == 302
    assert Team.objects.filter(name=taken).count() == 2


def _besides_the_trail() -> dict[str, Any]:
    """Return every row but those that say what was made and deleted again."""
    rows = everything()
    del rows[AuditEntry._meta.label]
    return rows

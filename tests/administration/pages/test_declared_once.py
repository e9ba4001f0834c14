"""A setting is declared once, on its model: pages, REST and files show all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.contrib.admin.utils import flatten_fieldsets

from administration.api.base import SettingSerializer
from agents.models import (
    Agent,
    AgentSkill,
    Audited,
    MailTemplate,
    Organisation,
    Power,
)
from core.folding import made_fields
from queues.models import (
    Article,
    AskedSkill,
    DistributionGroup,
    Intent,
    PredefinedResponse,
    ProactiveRule,
    Queue,
)
from tests.administration.pages.files import exported, table
from tests.administration.pages.site import REGISTRY, page

if TYPE_CHECKING:
    from django.db.models import Model
    from django.test import Client

    from tests.administration.pages.world import World

KINDS: list[Any] = [each for each in apps.get_models() if issubclass(each, Audited)]
IDS = [kind._meta.label for kind in KINDS]
# Fields of settings' models that administrators do not set.
WORK_OF_THE_DAY = {"state", "idle_code", "state_since", "available_since"}
OF_ACCOUNTS = {"password", "last_login", "is_superuser", "groups", "user_permissions"}
NO_SETTINGS: dict[type[Model], set[str]] = {
    Agent: {"organisation", "session_version", *WORK_OF_THE_DAY, *OF_ACCOUNTS},
    Queue: {"organisation", "teams"},
    PredefinedResponse: {"organisation", "owner"},
    Article: {"organisation", "updated_at"},
    Organisation: {"phones_due_at"},
    DistributionGroup: {"queue"},
    Intent: {"assistant"},
    ProactiveRule: {"entry_point"},
    AgentSkill: {"agent"},
    AskedSkill: {"queue", "entry_point", "intent"},
}

# What is written where it can be looked at, and nowhere else.
ON_PAGES_ALONE = {MailTemplate}


def declared(kind: Any) -> set[str]:
    """Return the names of the settings, from all fields that the model has."""
    fields = {*kind._meta.concrete_fields, *kind._meta.many_to_many}
    fields -= {*made_fields(kind)}
    names = {field.name for field in fields if not field.primary_key}
    return names - NO_SETTINGS.get(kind, {"organisation"})


@pytest.mark.parametrize("kind", KINDS, ids=IDS)
def test_a_field_of_a_model_is_a_setting(kind: Any) -> None:
    assert {*kind.settings()} == declared(kind)


def test_settings_are_in_the_order_of_their_declaration() -> None:
    names = ["email", "display_name", "role", "teams", "multimedia_profile"]

    powers = [f"may_{power}" for power in Power]
    assert Agent.settings() == [*names, "language", *powers, "is_active"]


@pytest.mark.parametrize("kind", [k for k in KINDS if k not in ON_PAGES_ALONE])
def test_a_setting_is_there_over_rest(kind: Any) -> None:
    kinds: Any = SettingSerializer.__subclasses__()
    [serializer] = [each for each in kinds if each.Meta.model is kind]
    # The place of an intent or a rule is its place in the array.
    missing = {"position"} if kind in {Intent, ProactiveRule} else set()

    assert declared(kind) - {*serializer().fields} == missing


def shown(response: Any) -> dict[type[Model], set[str]]:
    """Return what can be edited on a page: the fields of each kind of row."""
    forms = [response.context["adminform"].form]
    inlines = response.context["inline_admin_formsets"]
    forms += [inline.formset.empty_form for inline in inlines]
    return {form._meta.model: {*form.fields} for form in forms}


def test_a_setting_is_there_on_its_page(gretas_browser: Client, own: World) -> None:
    found: dict[type[Model], set[str]] = {}
    for kind in KINDS:
        if kind in REGISTRY:
            found |= shown(gretas_browser.get(page(kind, "change", own[kind].pk)))

    assert {kind: declared(kind) - found[kind] for kind in KINDS} == {
        kind: set() for kind in KINDS
    }


def test_a_setting_that_no_group_names_has_one_of_its_own(
    adas_browser: Client, support: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups = ((None, {"fields": ("name", ("priority", "is_active"))}),)
    monkeypatch.setattr(type(REGISTRY[Queue]), "fieldsets", groups)

    response = adas_browser.get(page(Queue, "change", support.pk))

    [_, (title, rest)] = response.context["adminform"].fieldsets
    assert title == "More"
    assert {*flatten_fieldsets([(title, rest)])} == declared(Queue) - {
        *("name", "priority", "is_active")
    }
    assert shown(response)[Queue] >= declared(Queue)


def test_a_setting_is_a_column_of_a_file(gretas_browser: Client, own: World) -> None:
    kinds = [kind for kind in KINDS if hasattr(REGISTRY.get(kind), "resource_classes")]
    assert len(kinds) == 5

    for kind in kinds:
        [row, *_] = table(exported(gretas_browser, kind))
        # An article is known by its number: titles are changed.
        key = ["id"] if kind is Article else []
        # Skills are rows of their own, and one column.
        skills = ["skills"] if kind is Agent else []
        assert list(row) == [*key, *kind.settings(), *skills]

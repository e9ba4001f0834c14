"""Every field of every form says what it is for, numbers with unit and range."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django import forms
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import FieldDoesNotExist
from django.core.validators import MaxValueValidator

from administration.admin.fields import MebibytesField
from agents.models import Agent
from tests.administration.pages.site import IDS, MODELS, page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model
    from django.test import Client

    from tests.administration.pages.world import World

RANGE = re.compile(r"\d+-\d+|at most \d+|from \d+ on")


def fields(response: Any) -> Iterator[tuple[type[Model], str, forms.Field]]:
    """Yield what can be edited on a page: model, name and field, its parts' too."""
    context = response.context
    shown = [context["adminform"].form]
    shown += [inline.formset.empty_form for inline in context["inline_admin_formsets"]]
    for form in shown:
        for name, field in form.fields.items():
            is_hidden = isinstance(field.widget, forms.HiddenInput)
            if not is_hidden and name != forms.formsets.DELETION_FIELD_NAME:
                yield form._meta.model, name, field


def limits(model: type[Model], name: str) -> list[int]:
    """Return the largest values that the row's own rules allow."""
    try:
        rules = model._meta.get_field(name)._validators  # type: ignore[union-attr]
    except FieldDoesNotExist:
        return []
    return [rule.limit_value for rule in rules if isinstance(rule, MaxValueValidator)]


@pytest.mark.parametrize("who", ["administrator", "superuser"])
@pytest.mark.parametrize("model", MODELS, ids=IDS)
def test_every_field_is_explained(
    client: Client, own: World, greta: Agent, root: Agent, model: type[Model], who: str
) -> None:
    client.force_login(greta if who == "administrator" else root)
    pages = [page(model, "add"), page(model, "change", own[model].pk)]
    answers = [client.get(address) for address in pages]
    silent, vague = [], []

    for answer in answers:
        if answer.status_code != 200:
            continue  # docs/access.md says which pages there are
        for owner, name, field in fields(answer):
            words = str(field.help_text)
            if not words:
                silent.append(name)
            elif isinstance(field, forms.IntegerField | forms.DecimalField):
                largest = [35] if isinstance(field, MebibytesField) else []
                largest = largest or limits(owner, name)
                if not RANGE.search(words) or any(str(n) not in words for n in largest):
                    vague.append((name, words))

    assert silent == []
    assert vague == []


@pytest.mark.parametrize("model", MODELS, ids=IDS)
def test_every_field_of_a_form_is_on_the_page(
    client: Client, own: World, root: Agent, model: type[Model]
) -> None:
    """What is not shown cannot be sent, nor its error be seen."""
    client.force_login(root)
    pages = [page(model, "add"), page(model, "change", own[model].pk)]
    for answer in map(client.get, pages):
        if answer.status_code == 200:
            shown = answer.context["adminform"]
            assert {*shown.form.fields} <= {*flatten_fieldsets(shown.fieldsets)}


def test_the_walk_sees_fields(client: Client, greta: Agent, own: World) -> None:
    client.force_login(greta)

    answer = client.get(page(Agent, "add"))

    assert {"email", "teams", "new_password"} <= {name for _, name, _ in fields(answer)}

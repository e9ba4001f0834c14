"""The admin as its site says it is: every kind of row, every address, every form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import ForeignKey, ManyToManyField, Model
from django.forms import BaseModelFormSet, ModelForm
from django.urls import reverse

from tests.administration.pages.world import MARK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

REGISTRY: dict[type[Model], Any] = dict(admin.site._registry)
MODELS = sorted(REGISTRY, key=lambda model: model._meta.label)
IDS = [model._meta.label_lower for model in MODELS]
# What a submitted change form carries besides fields.
SAVE = {"_save": "Save"}


def page(model: type[Model], name: str, *args: Any) -> str:
    """Return the address of a page: changelist, add, change, delete, history."""
    options = model._meta
    return reverse(f"admin:{options.app_label}_{options.model_name}_{name}", args=args)


def filters(model: type[Model]) -> list[str]:
    """Return the paths of the list's filters, and what others are asked by."""
    listed = REGISTRY[model].list_filter
    return [item[0] if isinstance(item, tuple) else _asked_by(item) for item in listed]


def _asked_by(item: object) -> str:
    return str(getattr(item, "parameter_name", item))


def relations(
    model: type[Model],
) -> Iterator[ForeignKey[Any] | ManyToManyField[Any, Any]]:
    """Yield the fields that refer to other rows."""
    for field in (*model._meta.concrete_fields, *model._meta.many_to_many):
        if isinstance(field, ForeignKey | ManyToManyField):
            yield field


def filled(response: Any) -> dict[str, Any]:
    """Return what a browser would send if the form of the page was saved as it is."""
    context = response.context
    sent = values(context["adminform"].form)
    for inline in context["inline_admin_formsets"]:
        sent |= _formset(inline.formset)
    return {**sent, **SAVE}


def values(form: ModelForm[Any]) -> dict[str, Any]:
    sent = {}
    for field in form:
        value = field.value()
        if value is None or value is False or (field.name == "id" and not value):
            continue
        if isinstance(value, list):
            value = [getattr(item, "pk", item) for item in value]
            if any(isinstance(item, dict) for item in value):
                continue
        sent[field.html_name] = value
    return sent


def _formset(formset: BaseModelFormSet[Any, Any]) -> dict[str, Any]:
    sent = values(formset.management_form)  # type: ignore[arg-type]
    for form in formset.forms:
        sent |= values(form)
    return sent


def add(browser: Client, model: type[Model], **values: Any) -> Any:
    address = page(model, "add")
    return browser.post(address, {**filled(browser.get(address)), **values})


def change(browser: Client, row: Model, **values: Any) -> Any:
    address = page(type(row), "change", row.pk)
    sent = {**filled(browser.get(address)), **values}
    return browser.post(address, {k: v for k, v in sent.items() if v is not None})


def delete(browser: Client, row: Model) -> Any:
    return browser.post(page(type(row), "delete", row.pk), {"post": "yes"})


def errors(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 200
    return dict(response.context["adminform"].form.errors)


def says_nothing(response: Any, *statuses: int) -> None:
    assert response.status_code in statuses
    assert MARK not in response.content.decode()
    assert MARK not in response.get("Location", "")

"""What an organisation does about sensitive data in what people write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.models import SensitiveDataPolicy
from core.errors import DomainError
from screening import texts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from agents.models import Organisation
    from screening.findings import Screened

Value = TypeVar("Value")


class Dropped(DomainError):
    """An organisation has texts with sensitive data dropped: nothing is stored."""

    code = "dropped"
    status = 422
    sentence = _(
        "This was not sent, because it holds sensitive data such as a card "
        "number. Please send it again without."
    )


def detectors_of(organisation: Organisation) -> Collection[str]:
    """Return what is looked for in this organisation's texts; cards always are."""
    return {texts.CARD, *organisation.sensitive_data_detectors}


def drops(organisation: Organisation) -> bool:
    return organisation.sensitive_data_policy == SensitiveDataPolicy.DROP


def screen(organisation: Organisation, text: str) -> Screened:
    """Return a text with what is found in it masked, whatever the policy."""
    return texts.screen(
        text, detectors=detectors_of(organisation), country=organisation.country
    )


def screen_parts(organisation: Organisation, parts: list[str]) -> list[Screened]:
    """Return texts of one person, one after the other, as `screen` does."""
    return texts.screen_parts(
        parts, detectors=detectors_of(organisation), country=organisation.country
    )


def storable(organisation: Organisation, text: str) -> str:
    """Return a text as it may be stored. Raise Dropped."""
    return _storable(organisation, screen(organisation, text))


def storable_address(organisation: Organisation, address: str) -> str:
    """Return an e-mail address or a phone number, which is kept whatever is looked for
    elsewhere, but for a card number. Raise Dropped."""
    return _storable(organisation, texts.screen(address))


def storable_values(
    organisation: Organisation, values: Mapping[str, Value]
) -> dict[str, Value | str]:
    """Return named values as they may be stored. Raise Dropped."""
    return {
        name: storable(organisation, value) if isinstance(value, str) else value
        for name, value in values.items()
    }


# --- settings -------------------------------------------------------------------------
# What no person reads as a text: addresses, and what programs know rows by.
NO_TEXTS = (models.EmailField, models.URLField, models.SlugField)


def hide_cards(row: models.Model) -> None:
    """Hide card numbers in the texts of a setting that is about to be stored. What else
    an organisation looks for may be meant here, such as its own address."""
    for name, value in _with_cards(row):
        setattr(row, name, value)


def fields_with_cards(row: models.Model) -> list[str]:
    return [name for name, _ in _with_cards(row)]


def _with_cards(row: models.Model) -> Iterator[tuple[str, Any]]:
    """Yield the fields that hold a card number, and what they hold without it."""
    for field in row._meta.concrete_fields:
        is_text = isinstance(field, models.CharField | models.TextField)
        if not is_text and not isinstance(field, models.JSONField):
            continue
        if field.choices or not field.editable or isinstance(field, NO_TEXTS):
            continue
        value = getattr(row, field.attname)
        if (hidden := _without_cards(value)) != value:
            yield field.name, hidden


def _without_cards(value: Any) -> Any:
    match value:
        case str():
            return texts.screen(value).text
        case list():
            return [_without_cards(item) for item in value]
        case dict():
            return {name: _without_cards(item) for name, item in value.items()}
    return value


def _storable(organisation: Organisation, screened: Screened) -> str:
    if screened.findings and drops(organisation):
        raise Dropped
    return screened.text

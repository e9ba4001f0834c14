"""JSON of the type that was asked for, or a refusal: nothing is read as if it were
another type.

REST framework takes `5` for a text, `"5"` for a number and `"no"` for a boolean. What
comes without types, the query of an address, is read as it does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.utils import html

if TYPE_CHECKING:
    from collections.abc import Callable

    from django_stubs_ext import StrOrPromise

    # Returns the mistakes in a value as REST framework says them; empty for none.
    Mistakes = list[str] | dict[str, Any]
    Checker = Callable[[Any], Mistakes]
    AnyField = serializers.Field[Any, Any, Any, Any]


@dataclass(frozen=True)
class JsonType:
    """What JSON has, and how it is asked for."""

    classes: tuple[type, ...]
    words: StrOrPromise

    def has(self, value: Any) -> bool:
        # To Python a boolean is a number, too.
        if isinstance(value, bool) and bool not in self.classes:
            return False
        # To JSON 5.0 is a whole number, too.
        if isinstance(value, float) and value.is_integer() and int in self.classes:
            return True
        return isinstance(value, self.classes)

    @property
    def sentence(self) -> str:
        return gettext("This must be %(words)s.") % {"words": self.words}


TEXT = JsonType((str,), _("a text"))
NUMBER = JsonType((int, float), _("a number"))
WHOLE_NUMBER = JsonType((int,), _("a whole number"))
BOOLEAN = JsonType((bool,), _("true or false"))
ARRAY = JsonType((list,), _("an array"))
OBJECT = JsonType((dict,), _("an object"))

TYPES: list[tuple[tuple[type[Any], ...], JsonType]] = [
    ((serializers.BooleanField,), BOOLEAN),
    ((serializers.IntegerField,), WHOLE_NUMBER),
    ((serializers.FloatField, serializers.DecimalField), NUMBER),
    (
        (
            serializers.ListField,
            serializers.ListSerializer,
            serializers.ManyRelatedField,
            serializers.MultipleChoiceField,
        ),
        ARRAY,
    ),
    ((serializers.DictField, serializers.Serializer), OBJECT),
    (
        (
            serializers.CharField,
            serializers.ChoiceField,
            serializers.UUIDField,
            serializers.DateTimeField,
            serializers.DateField,
            serializers.TimeField,
        ),
        TEXT,
    ),
]


def type_of(field: AnyField) -> JsonType:
    """Return the type of JSON that a field asks for; its own `json_type` is first."""
    own: JsonType | None = getattr(field, "json_type", None)
    if own is not None:
        return own
    if isinstance(field, serializers.PrimaryKeyRelatedField):
        related: Any = field
        key = related.queryset.model._meta.pk
        is_number = isinstance(key, models.IntegerField)
        return WHOLE_NUMBER if is_number else TEXT
    for kinds, json_type in TYPES:
        if isinstance(field, kinds):
            return json_type
    raise TypeError(f"What JSON {type(field).__name__} asks for is not said.")


class Strict(serializers.BaseSerializer[Any]):
    """Of a serializer that reads JSON: it refuses each value of another type, before
    any is looked at."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and not html.is_html_input(data):
            mistakes = {
                name: mistake_in(data[name])
                for name, mistake_in in self._by_name().items()
                if name in data
            }
            if any(mistakes.values()):
                found = {name: each for name, each in mistakes.items() if each}
                raise serializers.ValidationError(found)
        return super().to_internal_value(data)

    def _by_name(self) -> dict[str, Checker]:
        """Return how each field is checked; found once, as every frame needs it."""
        known: dict[str, Checker] | None = vars(self).get("_checkers")
        if known is None:
            fields: Any = self._writable_fields  # type: ignore[attr-defined]
            known = {field.field_name: _checker_of(field) for field in fields}
            vars(self)["_checkers"] = known
        return known


class StrictSerializer(Strict, serializers.Serializer[Any]):
    """The base of all bodies and frames."""


def _checker_of(field: AnyField) -> Checker:
    """Return what finds the mistakes in a value of this field.

    Whether it may be null is the field's to say; a serializer in it is strict itself.
    """
    json_type = type_of(field)
    child: Any = getattr(field, "child", None) or getattr(field, "child_relation", None)
    has_rows = child is not None and not isinstance(child, serializers.BaseSerializer)
    in_rows = _in_rows(_checker_of(child)) if has_rows else _nothing

    def check(value: Any) -> Mistakes:
        if value is None:
            return []
        return in_rows(value) if json_type.has(value) else [json_type.sentence]

    return check


def _in_rows(check: Checker) -> Checker:
    """Return what finds the mistakes in the values of an array or object."""

    def check_rows(rows: Any) -> Mistakes:
        if isinstance(rows, dict):
            found = {name: check(value) for name, value in rows.items()}
            return {name: each for name, each in found.items() if each}
        mistakes = (check(value) for value in rows)
        return next((each for each in mistakes if each), _nothing(rows))

    return check_rows


def _nothing(value: Any) -> Mistakes:
    return []

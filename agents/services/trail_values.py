"""What the audit trail keeps of the values of a setting: for people to read, and no
secret of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import ForeignKey, ManyToManyField, Model

from agents.models import Audited
from core.encryption import EncryptedField
from screening import texts

if TYPE_CHECKING:
    from collections.abc import Mapping

Values = dict[str, Any]
Changes = dict[str, tuple[Any, Any]]

MAX_VALUE = 2000  # characters
HIDDEN = "(hidden)"
CUT = "…"
EMPTY: tuple[Any, ...] = (None, "", [], {})


def of(row: Model, *, parts: bool = True) -> Values:
    """Return the settings of a row as they are stored, rows of other tables by their
    names; with its parts, or without."""
    assert isinstance(row, Audited)
    fields = [row._meta.get_field(name) for name in row.settings()]
    links = [field.name for field in fields if isinstance(field, ForeignKey)]
    rows = type(row)._default_manager
    stored = (rows.select_related(*links) if links else rows.all()).get(pk=row.pk)
    values = {field.name: _value(stored, field) for field in fields}
    return values | stored.audited_parts() if parts else values


def _value(row: Model, field: Any) -> Any:
    value = getattr(row, field.name)
    if isinstance(field, ManyToManyField):
        return sorted(map(str, value.all()))
    return str(value) if isinstance(value, Model) else value


def differences(before: Values, after: Values) -> Changes:
    """Return (old, new) of every setting that differs; what was not there is None."""
    names = dict.fromkeys([*before, *after])
    pairs = {name: (before.get(name), after.get(name)) for name in names}
    return {
        name: (old, new)
        for name, (old, new) in pairs.items()
        if old != new and not (old in EMPTY and new in EMPTY)
    }


def shown(row: Model, changes: Changes) -> Changes:
    """Return the changes with something that stands for secrets."""
    secret = {f.name for f in row._meta.fields if isinstance(f, EncryptedField)}
    return {
        name: (_hidden(old), _hidden(new)) if name in secret else (old, new)
        for name, (old, new) in changes.items()
    }


def _hidden(value: Any) -> str:
    return HIDDEN if value else ""


def kept(changes: Mapping[str, tuple[Any, Any]]) -> dict[str, list[Any]]:
    """Return changes as the trail keeps them: not too long, without card numbers."""
    return {name: [*map(_kept, pair)] for name, pair in changes.items()}


def _kept(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    masked = _masked(value)
    if isinstance(masked, str):
        return _cut(masked)
    words = json.dumps(masked, cls=DjangoJSONEncoder, ensure_ascii=False)
    return masked if len(words) <= MAX_VALUE else _cut(words)


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return texts.screen(value).text
    if isinstance(value, dict):
        return {name: _masked(each) for name, each in value.items()}
    return [*map(_masked, value)] if isinstance(value, list | tuple) else value


def _cut(words: str) -> str:
    return words if len(words) <= MAX_VALUE else words[: MAX_VALUE - 1] + CUT

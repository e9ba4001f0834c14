"""What the audit trail's pages say of values: in words, as short as a list needs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.wording import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

FIELDS_SHOWN = 3
LONGEST = 40  # characters of a value in a list
WORDS = {None: "–", "": "–", True: _("yes"), False: _("no")}  # noqa: RUF001


class Change(NamedTuple):
    field: str
    before: str
    after: str


def before_and_after(changes: Mapping[str, Any]) -> list[Change]:
    return [
        Change(shown(name.replace("_", " ")), _words(old), _words(new))
        for name, (old, new) in changes.items()
    ]


def summary(changes: Mapping[str, Any]) -> str:
    """Return the first changes: “priority: 0 → 7”."""
    lines = before_and_after(changes)
    shown = [
        f"{line.field}: {_short(line.before)} → {_short(line.after)}"
        for line in lines[:FIELDS_SHOWN]
    ]
    left = len(lines) - len(shown)
    return "; ".join(
        [*shown, *([gettext("%(left)s more") % {"left": left}] if left else [])]
    )


def _words(value: Any) -> str:
    if value is None or isinstance(value, bool | str):
        return str(WORDS.get(value, value))
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value) or str(WORDS[""])
    if isinstance(value, int | float):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def _short(words: str) -> str:
    return Truncator(words).chars(LONGEST)

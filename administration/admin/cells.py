"""What stands in one cell of a file, and how a form's field reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Manager
from django.utils.translation import gettext

from administration.admin import csv_file
from core import text
from core.filters import MAX_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from administration.admin.forms import SettingForm

WORDS = {
    "yes": True,
    "no": False,
    "true": True,
    "false": False,
    "1": True,
    "0": False,
}


def number_in(digits: str) -> int | None:
    """Return the number that these digits are; None: they are none, or no id can be as
    high (and Python reads no thousands of them)."""
    if not digits.isdecimal() or len(digits) > len(str(MAX_ID)):
        return None
    number = int(digits)
    return number if number <= MAX_ID else None


class YesNoField(forms.BooleanField):
    """A switch, written as a word."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> bool:
        word = str(value).strip().lower()
        if word not in WORDS:
            raise ValidationError(gettext("Write yes or no."))
        return WORDS[word]


class Names:
    """Names of rows, found again whatever their case, accents and way of composing."""

    def __init__(self, names: Iterable[str]) -> None:
        self.own = set(names)
        self.alike: dict[str, list[str]] = {}
        for name in self.own:
            self.alike.setdefault(text.folded(name), []).append(name)

    def spelt(self, name: str) -> str:
        """Return the name as the row bears it; one that could be several stays."""
        alike = self.alike.get(text.folded(name), ())
        return name if name in self.own or len(alike) != 1 else alike[0]


def format_of(field: forms.Field) -> str:
    if isinstance(field, forms.BooleanField):
        return gettext("Write yes or no.")
    if isinstance(field, forms.ModelMultipleChoiceField):
        return gettext("Names, with commas between them.")
    if isinstance(field, forms.ModelChoiceField):
        return gettext("A name.")
    if isinstance(field, forms.ChoiceField):
        return gettext("One of: %(choices)s.") % {"choices": _choices(field)}
    return ""


def _choices(field: forms.ChoiceField) -> str:
    choices: Any = field.choices
    return ", ".join(str(value) for value, _ in choices if value)


def fit(form: SettingForm, name: str, cell: str, names: Callable[..., Names]) -> Any:
    """Make a field read what files say; return the cell as it reads it. `names` gives
    the names there are for a field."""
    field: Any = form.fields[name]
    if isinstance(field, forms.BooleanField):
        form.fields[name] = YesNoField(required=False)
    elif isinstance(field, forms.ModelChoiceField):
        field.to_field_name = "name"
        field.error_messages["invalid_choice"] = gettext(
            "There is no “%(value)s” here."
        )
        if isinstance(field, forms.ModelMultipleChoiceField):
            return [names(name, field).spelt(each) for each in csv_file.split(cell)]
        form.initial[name] = getattr(form.instance, name)
        return names(name, field).spelt(cell)
    elif isinstance(field, forms.ChoiceField):
        sentence = gettext("Write one of: %(choices)s.") % {"choices": _choices(field)}
        field.error_messages["invalid_choice"] = sentence
    return cell


def spoken(value: Any) -> str:
    """Return a value in the words of a file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Manager):
        return csv_file.joined(str(row) for row in value.all())
    return str(value)

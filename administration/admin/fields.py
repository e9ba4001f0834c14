"""Form fields for settings that are lists, secrets or sizes; no word of the domain."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import Model
    from django_stubs_ext import StrOrPromise

MEBIBYTE = 1024 * 1024


class LinesField(forms.CharField):
    """A list of texts, typed as one text per line."""

    widget = forms.Textarea(attrs={"rows": 4, "class": "lines"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Return the lines, each once, without what is blank."""
        if isinstance(value, list):
            return value
        lines = (line.strip() for line in str(value or "").splitlines())
        return list(dict.fromkeys(line for line in lines if line))


class ChecksField(forms.MultipleChoiceField):
    """A list of choices as check boxes, some of them ticked for good."""

    widget = forms.CheckboxSelectMultiple(attrs={"class": "checks"})

    def __init__(
        self,
        *,
        choices: Sequence[tuple[str, StrOrPromise]],
        always: tuple[str, ...] = (),
        **options: Any,
    ) -> None:
        super().__init__(choices=choices, **options)
        self.names = [name for name, words in choices]
        self.always = always

    def prepare_value(self, value: Any) -> Any:
        return [*self.always, *(value or [])]

    def clean(self, value: Any) -> list[str]:
        chosen = {*self.always, *super().clean(value)}
        return [name for name in self.names if name in chosen]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return {*self.always, *(initial or [])} != {*self.always, *(data or [])}


class MebibytesField(forms.DecimalField):
    """A number of bytes, typed in MB (1024 x 1024 bytes)."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=8, decimal_places=3, min_value=0, **options)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            megabytes = round(Decimal(value) / MEBIBYTE, 3)
            return f"{megabytes:f}".rstrip("0").rstrip(".")
        return value

    def clean(self, value: Any) -> Any:
        megabytes = super().clean(value)
        return None if megabytes is None else int(megabytes * MEBIBYTE)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(self.prepare_value(initial)) != str(data)


class SecretField(forms.CharField):
    """A secret that is written, never shown; empty keeps the one there is."""

    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 200)
        super().__init__(required=False, **options)

    def prepare_value(self, value: Any) -> str:
        return ""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data)


class RemoveField(forms.BooleanField):
    """A check box that removes the secret of this name; hidden if there is no
    secret."""

    def __init__(self, secret: str, **options: Any) -> None:
        options.setdefault("help_text", _("Ticked: the secret goes when you save."))
        super().__init__(required=False, **options)
        self.secret = secret

    def belongs_to(self, row: Model) -> None:
        if not getattr(row, self.secret):
            self.widget = forms.HiddenInput()

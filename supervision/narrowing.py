"""What somebody narrows the floor to."""

from __future__ import annotations

from django import forms

from core.filters import MAX_ID

NOBODYS = 0  # the id of no row


class Narrowed(forms.Form):
    """A team, a queue, both or neither. An id that is unknown, impossible or another
    organisation's matches nothing."""

    team = forms.DecimalField(required=False)
    queue = forms.DecimalField(required=False)

    @property
    def ids(self) -> dict[str, int | None]:
        return {name: self._id(name) for name in self.fields}

    @property
    def mistakes(self) -> dict[str, list[str]]:
        return {name: [*map(str, each)] for name, each in self.errors.items()}

    def _id(self, name: str) -> int | None:
        value = self.cleaned_data[name]
        if value is None:
            return None
        return int(value) if 1 <= value <= MAX_ID and value % 1 == 0 else NOBODYS

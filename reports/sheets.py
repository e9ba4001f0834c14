"""The forms of the pages of quality: what is looked for, and the sheet of scores."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from queues.access import queues_of
from reports.looking_up import Wanted
from reports.models import HIGHEST, LOWEST, MAX_COMMENT
from reports.reviewing import overseen_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agents.models import Agent
    from queues.models import Queue
    from reports.models import Score

NOT_APPLICABLE = "none"
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(9999, 12, 30)
SCALE = [(str(value), str(value)) for value in range(LOWEST, HIGHEST + 1)]
RATINGS = [
    ("", _("All")),
    ("low", _("1 or 2")),
    ("middle", "3"),
    ("high", _("4 or 5")),
    ("any", _("Any rating")),
    ("none", _("Not rated")),
]


class DayField(forms.DateField):
    """A day, as the browser's own field for it writes one."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    default_validators = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], required=False, **options)


class LookUpForm(forms.Form):
    """What somebody looks for in the list."""

    q = forms.CharField(
        label=_("Customer"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    queue: forms.ModelChoiceField[Queue] = forms.ModelChoiceField(
        None, label=_("Queue"), required=False, empty_label=_("All")
    )
    agent: forms.ModelChoiceField[Agent] = forms.ModelChoiceField(
        None, label=_("Agent"), required=False, empty_label=_("All")
    )
    rating = forms.ChoiceField(label=_("Rating"), required=False, choices=RATINGS)
    since = DayField(label=_("From"))
    until = DayField(label=_("To"))
    unreviewed = forms.BooleanField(label=_("Not reviewed yet"), required=False)

    def __init__(self, *args: Any, overseer: Agent) -> None:
        super().__init__(*args)
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"
        for name, rows in (
            ("queue", queues_of(overseer)),
            ("agent", overseen_by(overseer)),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows

    def wanted(self) -> Wanted:
        """Return what is looked for: what cannot be right is left out."""
        self.is_valid()
        return Wanted(**{k: v for k, v in self.cleaned_data.items() if v})


class CommentField(forms.CharField):
    """A text as REST has it: browsers write every line's end as two characters."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class ScoreSheet(forms.Form):
    """A score for each criterion, and a comment."""

    comment = CommentField(label=_("Comment"), required=False, max_length=MAX_COMMENT)

    def __init__(
        self, data: Any = None, *, rows: Sequence[Score], comment: str = ""
    ) -> None:
        values = {_name(row): _value(row) for row in rows}
        super().__init__(data, initial={"comment": comment, **values})
        self.rows = rows
        for row in rows:
            left_out = [(NOT_APPLICABLE, _("Not applicable"))]
            choices = [*SCALE, *(left_out if row.is_optional else [])]
            self.fields[_name(row)] = forms.ChoiceField(
                label=row.name,
                choices=choices,
                error_messages={"required": _("Choose a score.")},
            )

    def marks(self) -> dict[int, int | None]:
        """Return the values by criterion."""
        chosen = {row.criterion_id: self.cleaned_data[_name(row)] for row in self.rows}
        return {
            key: None if value == NOT_APPLICABLE else int(value)
            for key, value in chosen.items()
        }

    def groups(self) -> Iterator[tuple[Score, forms.BoundField]]:
        """Yield each criterion with its field."""
        for row in self.rows:
            yield row, self[_name(row)]


def _name(row: Score) -> str:
    return f"score-{row.criterion_id}"


def _value(row: Score) -> str:
    if row.value is not None:
        return str(row.value)
    return NOT_APPLICABLE if row.pk else ""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from queues.models import QUEUE_FIELD
from queues.models.entry_point import FIELD_TYPES, MAX_FIELDS
from queues.queries import queue_names

if TYPE_CHECKING:
    from collections.abc import Callable

SPARE = 2  # empty rows to add questions in
COLUMNS = ("label", "name", "type", "choices", "required")


class PrechatWidget(forms.Widget):
    """The questions of the pre-chat form as rows of inputs."""

    def render(
        self, name: str, value: Any, attrs: Any = None, renderer: Any = None
    ) -> SafeString:
        questions = value if isinstance(value, list) else []
        spare = max(0, min(SPARE, MAX_FIELDS - len(questions)))
        rows = [*questions, *({} for _ in range(spare))]
        context = {"name": name, "rows": rows, "types": FIELD_TYPES}
        return render_to_string("admin/queues/_prechat_fields.html", context)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        questions: list[dict[str, str]] = []
        while f"{name}-{len(questions)}-label" in data:
            prefix = f"{name}-{len(questions)}"
            questions.append({c: data.get(f"{prefix}-{c}", "") for c in COLUMNS})
        return [_question(values) for values in questions if values["label"].strip()]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}-0-label" not in data

    def id_for_label(self, id_: str) -> str:
        return ""


class PrechatField(forms.Field):
    widget = PrechatWidget

    def has_changed(self, initial: Any, data: Any) -> bool:
        return json.dumps(initial, sort_keys=True) != json.dumps(data, sort_keys=True)


def _question(values: dict[str, str]) -> dict[str, Any]:
    label = values["label"].strip()
    question: dict[str, Any] = {
        "name": values["name"].strip() or _key(label),
        "label": label,
        "type": values["type"],
        "required": bool(values["required"]),
    }
    choices = [c.strip() for c in values["choices"].split(",") if c.strip()]
    if choices:
        question["choices"] = choices
    return question


def _key(label: str) -> str:
    """Return a key such as order_number for a label such as “Order number”."""
    return re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:40]


class QueueNames:
    """The queues of an organisation, which the rows name and the settings number."""

    def __init__(self, organisation_id: int | None) -> None:
        self._names: dict[Any, str] = {**queue_names(organisation_id)}

    def named(self, questions: Any) -> Any:
        """Return questions with the names of queues in place of their ids."""
        return self._with(questions, self._names.get)

    def numbered(self, questions: Any) -> Any:
        """Return questions with the ids of queues in place of their names; a name that
        is none stays, and is said by `unknown`."""
        ids = {name.casefold(): pk for pk, name in self._names.items()}
        return self._with(questions, lambda name: ids.get(name.casefold(), name))

    def unknown(self, questions: Any) -> str | None:
        """Return the first name of numbered questions that no queue has."""
        for question in questions:
            if question["type"] == QUEUE_FIELD:
                for choice in question.get("choices", ()):
                    if isinstance(choice, str):
                        return choice
        return None

    def _with(self, questions: Any, put: Callable[[Any], Any]) -> Any:
        return [
            {**question, "choices": list(filter(None, map(put, question["choices"])))}
            if question["type"] == QUEUE_FIELD and "choices" in question
            else question
            for question in questions
        ]

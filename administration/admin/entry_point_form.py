"""The form of an entry point: where chats come in, and what their page shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from administration.admin.fields import LinesField, RemoveField, SecretField
from administration.admin.forms import SettingForm
from administration.admin.prechat import PrechatField, QueueNames
from queues.services import entry_points

if TYPE_CHECKING:
    from collections.abc import Collection


class EntryPointForm(SettingForm):
    allowed_origins = LinesField(
        label="Allowed sites",
        required=False,
        help_text="Sites that may show the chat in a frame, one per line: "
        "https://www.example.com. Empty: no other site.",
    )
    prechat_fields = PrechatField(
        required=False,
        label="Questions before the chat",
        help_text="“name”, “email” and “phone” become the customer's; everything else "
        "is shown to agents. A select has choices, with commas between them; so has a "
        "queue, by the names of active queues: the chat goes where the customer "
        "chooses, and without choices to any of them. Empty the label to drop a "
        "question.",
    )
    identity_secret = SecretField(
        help_text="Signs who the customer is (HS256), at least 32 bytes. It is "
        "never shown; empty: stays as it is.",
    )
    remove_identity_secret = RemoveField("identity_secret")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        queues = QueueNames(self.instance.organisation_id)
        questions = self.initial.get("prechat_fields", [])
        self.initial["prechat_fields"] = queues.named(questions)

    def clean_prechat_fields(self) -> Any:
        own = self.cleaned_data.get("organisation")
        queues = QueueNames(own.pk if own else self.instance.organisation_id)
        questions = queues.numbered(self.cleaned_data["prechat_fields"])
        unknown = queues.unknown(questions)
        if unknown is not None:
            raise forms.ValidationError(f"There is no queue “{unknown}”.")
        return questions

    def check(self, exclude: Collection[str]) -> None:
        entry_points.check(self.instance, exclude=exclude)

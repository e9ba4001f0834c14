"""The form of an entry point: where chats come in, and what their page shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from administration.admin.fields import LinesField, RemoveField, SecretField
from administration.admin.forms import SettingForm
from administration.admin.prechat import PrechatField, QueueNames
from agents.services.configuration import NotValid
from core import pictures
from queues.services import entry_points, logos

if TYPE_CHECKING:
    from collections.abc import Collection


class EntryPointForm(SettingForm):
    allowed_origins = LinesField(
        label=_("Allowed sites"),
        required=False,
        help_text=_(
            "Sites that may show the chat in a frame, one per line: "
            "https://www.example.com. Empty: no other site."
        ),
    )
    prechat_fields = PrechatField(
        required=False,
        label=_("Questions before the chat"),
        help_text=_(
            "“name”, “email” and “phone” become the customer's; everything else "
            "is shown to agents. A select has choices, with commas between them; "
            "so has a queue, by the names of active queues: the chat goes where "
            "the customer chooses, and without choices to any of them. Empty the "
            "label to drop a question."
        ),
    )
    identity_secret = SecretField(
        label=_("Identity secret"),
        help_text=_(
            "Signs who the customer is (HS256), at least 32 bytes. It is never "
            "shown; empty: stays as it is."
        ),
    )
    remove_identity_secret = RemoveField(
        "identity_secret", label=_("Remove identity secret")
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg,.gif,.webp"}),
        help_text=_(
            "A PNG, JPEG, GIF or WebP file of at most 1 MB, shown at the head of "
            "the page, 200 × 60 pixels at most. Empty: it stays as it is."  # noqa: RUF001
        ),
    )
    remove_logo = forms.BooleanField(
        label=_("Remove logo"),
        required=False,
        help_text=_("Ticked: the logo goes when you save."),
    )

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
            raise forms.ValidationError(
                gettext("There is no queue “%(unknown)s”.") % {"unknown": unknown}
            )
        return questions

    def clean_logo(self) -> bytes | None:
        file = self.cleaned_data["logo"]
        if not file:
            return None
        try:
            return logos.drawn(file.read(pictures.MOST_BYTES + 1))
        except NotValid as refusal:
            raise forms.ValidationError(refusal.detail) from refusal

    def wanted_logo(self) -> bytes | None:
        """Return the new logo, b"" for none, and None for what there is."""
        if self.cleaned_data.get("remove_logo"):
            return b""
        logo: bytes | None = self.cleaned_data.get("logo")
        return logo

    def check(self, exclude: Collection[str]) -> None:
        entry_points.check(self.instance, exclude=exclude)

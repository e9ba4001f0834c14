"""The form of an agent's page: what a file of agents has, and the picture."""

from __future__ import annotations

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from administration.admin.forms import AgentForm
from agents.models import Agent, Picture
from agents.services import pictures
from agents.services.configuration import NotValid
from core.pictures import MOST_BYTES


class AgentPageForm(AgentForm):
    picture = forms.FileField(
        label=_("Picture"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg,.gif,.webp"}),
        help_text=_(
            "A PNG, JPEG, GIF or WebP file of at most 1 MB, cut to a square: customers "
            "see it beside the name. Empty: it stays as it is."
        ),
    )
    remove_picture = forms.BooleanField(
        label=_("Remove picture"),
        required=False,
        help_text=_("Ticked: the picture goes when you save."),
    )

    def clean_picture(self) -> bytes | None:
        file = self.cleaned_data["picture"]
        if not file:
            return None
        try:
            return pictures.drawn(file.read(MOST_BYTES + 1))
        except NotValid as refusal:
            raise forms.ValidationError(refusal.detail) from refusal

    def wanted_picture(self) -> bytes | None:
        """Return the new picture, b"" for none, and None for what there is."""
        if self.cleaned_data.get("remove_picture"):
            return b""
        picture: bytes | None = self.cleaned_data.get("picture")
        return picture


def shown_picture(agent: Agent) -> str | None:
    """Return the picture as the page shows it; None where there is none."""
    picture: Picture | None = getattr(agent, "picture", None)
    if picture is None:
        return None
    address = reverse("agent-picture", args=[picture.name])
    return format_html(
        '<img class="agent-picture" src="{}" width="64" height="64" alt="">', address
    )

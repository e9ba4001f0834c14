"""Try it: what would be masked in a text, and why. Nothing is stored or logged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from agents.models import Agent
from agents.models.organisation import Detector
from agents.services import sensitive_data
from screening import codes

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from agents.models import Organisation

MAX_TEXT = 8000  # characters, as in a message
WHY = {
    Detector.CARD: _(
        "Digits as many as the issuer's numbers have, in one of its ranges, "
        "and the check digit is right (ISO/IEC 7812)."
    ),
    codes.TRACK: _("The magnetic stripe of a card (ISO/IEC 7813)."),
    Detector.CARD_VERIFICATION: _(
        "Three or four digits behind a card number, or behind a word for a "
        "card verification code."
    ),
    Detector.IBAN: _(
        "As long as the country's numbers are, and the check digits are "
        "right (ISO 13616)."
    ),
    Detector.US_SSN: _("Groups that the Social Security Administration gives."),
    Detector.EMAIL: _("Has the form of an e-mail address."),
    Detector.PHONE: _("A number that there may be in its country."),
}
NAMES = {**dict(Detector.choices), codes.TRACK: _("Magnetic stripe")}


class TryForm(forms.Form):
    text = forms.CharField(
        label=_("Text"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
        help_text=_("Up to 8,000 characters, as a person would send them."),
    )


@never_cache
@sensitive_post_parameters("text")
def try_it(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show a form, and what would be masked in the text that was sent with it."""
    person = request.user
    if not isinstance(person, Agent) or person.organisation is None:
        raise PermissionDenied
    form = TryForm(request.POST or None)
    if form.is_valid():
        found = _found(person.organisation, form.cleaned_data["text"])
        context = {**context, **found}
    page = {**context, "title": gettext("Try what is masked"), "form": form}
    return TemplateResponse(request, "admin/agents/organisation/try.html", page)


def _found(organisation: Organisation, text: str) -> dict[str, Any]:
    screened = sensitive_data.screen(organisation, text)
    return {
        "is_tried": True,
        "masked": screened.text,
        "is_dropped": bool(screened.findings) and sensitive_data.drops(organisation),
        "findings": [
            {
                "name": NAMES[finding.detector],
                "brand": finding.brand,
                "text": text[finding.start : finding.end],
                "why": WHY[finding.detector],
            }
            for finding in screened.findings
        ],
    }

"""Pages: the customer's chat."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.decorators import method_decorator
from django.views.decorators.clickjacking import (
    xframe_options_exempt,
    xframe_options_sameorigin,
)
from django.views.generic import TemplateView

from contacts.brand import palette
from core.middleware import with_video
from queues.access import entry_point_for_key, logo_for_key

if TYPE_CHECKING:
    from django.http import HttpRequest


@login_not_required
def brand(request: HttpRequest, key: str) -> HttpResponse:
    """The colours of an entry point's chat page, as a stylesheet of ours."""
    entry_point = entry_point_for_key(key)
    colours = palette(entry_point.colour) if entry_point.colour else {}
    context = {"palette": colours}
    return render(request, "contacts/brand.css", context, content_type="text/css")


@login_not_required
def logo(request: HttpRequest, key: str) -> HttpResponse:
    """The picture of an entry point's chat page."""
    return HttpResponse(bytes(logo_for_key(key).content), content_type="image/png")


@method_decorator(login_not_required, name="dispatch")
class ChatView(TemplateView):
    """The hosted chat page of an entry point; its allowed sites may frame it, and
    pages of ours."""

    template_name = "contacts/chat.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Customers are not sent to the sign-in page of those who work here.
        try:
            entry_point = entry_point_for_key(kwargs["key"])
        except Http404:
            status = HTTPStatus.NOT_FOUND
            return render(request, "contacts/no_chat.html", status=status)
        if entry_point.language:
            translation.activate(entry_point.language)
        sites = entry_point.allowed_origins
        framed_by = {"frame-ancestors": [SELF, *sites]}
        # X-Frame-Options cannot name sites; the policy alone decides then.
        exempt = xframe_options_exempt if sites else xframe_options_sameorigin
        answer: Any = exempt(csp_replace(framed_by)(super().get))
        response: HttpResponse = answer(
            request, entry_point=entry_point, sites=json.dumps(sites), **kwargs
        )
        with_video(response)
        return response

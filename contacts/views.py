"""Pages: the customer's chat."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from csp.decorators import csp_replace
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.generic import TemplateView

from queues.access import entry_point_for_key

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@method_decorator(login_not_required, name="dispatch")
class ChatView(TemplateView):
    """The hosted chat page of an entry point; its allowed sites may frame it."""

    template_name = "contacts/chat.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Customers are not sent to the sign-in page of those who work here.
        try:
            entry_point = entry_point_for_key(kwargs["key"])
        except Http404:
            status = HTTPStatus.NOT_FOUND
            return render(request, "contacts/no_chat.html", status=status)
        answer: Any = super().get
        if entry_point.allowed_origins:
            # X-Frame-Options cannot name sites; the policy alone decides then.
            framed_by = {"frame-ancestors": entry_point.allowed_origins}
            answer = xframe_options_exempt(csp_replace(framed_by)(answer))
        response: HttpResponse = answer(request, entry_point=entry_point, **kwargs)
        return response

"""Pages: the customer's chat."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView

from queues.access import entry_point_for_key

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@method_decorator(login_not_required, name="dispatch")
class ChatView(TemplateView):
    """The hosted chat page of an entry point."""

    template_name = "contacts/chat.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Customers are not sent to the sign-in page of those who work here.
        try:
            return super().get(request, *args, **kwargs)
        except Http404:
            status = HTTPStatus.NOT_FOUND
            return render(request, "contacts/no_chat.html", status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entry_point = entry_point_for_key(kwargs["key"])
        return super().get_context_data(entry_point=entry_point, **kwargs)

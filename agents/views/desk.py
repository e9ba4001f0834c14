"""The Agent Desktop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.generic import TemplateView

from agents.models import Agent
from core.middleware import with_video

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase


@method_decorator(ensure_csrf_cookie, name="dispatch")
class DeskView(TemplateView):
    """The Agent Desktop: a shell whose modules load their own data."""

    template_name = "agents/desk.html"

    def dispatch(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        return with_video(super().dispatch(request, *args, **kwargs))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        agent = self.request.user
        if not isinstance(agent, Agent) or not agent.takes_contacts:
            raise PermissionDenied
        if agent.organisation_id is None:
            raise PermissionDenied
        return super().get_context_data(**kwargs)

"""The page of the floor."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.generic import TemplateView

from agents.access import teams_of
from agents.models import Agent
from supervision.access import queues_to_choose


@method_decorator(ensure_csrf_cookie, name="dispatch")
class FloorPage(TemplateView):
    """A shell whose modules show what the socket sends."""

    template_name = "supervision/floor.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        viewer = self.request.user
        if not isinstance(viewer, Agent) or viewer.organisation_id is None:
            raise PermissionDenied
        if not viewer.is_overseer:
            raise PermissionDenied
        context = {
            "teams": teams_of(viewer),
            "queues": queues_to_choose(viewer),
        }
        return super().get_context_data(**context, **kwargs)

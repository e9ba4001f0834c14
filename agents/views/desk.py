"""The Agent Desktop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from agents.models import Agent
from core import pushing
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
        return super().get_context_data(push_key=pushing.public_key(), **kwargs)


@login_not_required
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to install the desk; it asks as nobody in particular."""
    return render(
        request, "agents/manifest.json", content_type="application/manifest+json"
    )


@login_not_required
@require_safe
def push_worker(request: HttpRequest) -> HttpResponse:
    """The script that shows pushed offers. Browsers let it work below its address, so
    that it stands beside the desk and not with the other files."""
    file = settings.BASE_DIR / "static" / "js" / "agents" / "push_worker.js"
    return HttpResponse(
        file.read_text(),
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "no-cache"},
    )

"""The Agent Desktop."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, gettext
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from agents.models import Agent
from core import pushing
from core.middleware import with_video

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase

# Of the installed desk: name, sizes, type and purpose.
ICONS = (
    ("favicon.svg", "any", "image/svg+xml", "any"),
    ("desk-192.png", "192x192", "image/png", "any"),
    ("desk-512.png", "512x512", "image/png", "any"),
    ("desk-maskable.png", "512x512", "image/png", "maskable"),
)


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
    told = {
        "id": "/desk/",
        "name": gettext("Parley desk"),
        "short_name": "Parley",
        "description": gettext("The chats of your contact centre"),
        "lang": get_language(),
        "start_url": reverse("desk"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#2454c6",
        "icons": [_icon(*icon) for icon in ICONS],
    }
    return JsonResponse(told, content_type="application/manifest+json")


def _icon(name: str, sizes: str, kind: str, purpose: str) -> dict[str, str]:
    return {
        "src": static(f"img/{name}"),
        "sizes": sizes,
        "type": kind,
        "purpose": purpose,
    }


@login_not_required
@require_safe
def push_worker(request: HttpRequest) -> HttpResponse:
    """The script that shows pushed offers, in words of the reader's language. Browsers
    let it work below its address: it stands beside the desk, and not with the other
    files."""
    file = settings.BASE_DIR / "static" / "js" / "agents" / "push_worker.js"
    title = json.dumps(gettext("A contact is waiting"))
    return HttpResponse(
        f"const TITLE = {title};\n{file.read_text()}",
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "no-cache"},
    )

"""What tells people on their pages that their session is about to end."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.middleware.csrf import get_token

from core import clock

register = template.Library()

# Two minutes are promised; a browser looks at what is in the background once a minute.
WARNED = 180  # seconds before the end; half of a time that is short


@register.inclusion_tag("agents/_session_end.html", takes_context=True)
def session_end(context: template.Context) -> dict[str, Any]:
    """Return what the notice needs; nothing where nobody is signed in."""
    request: Any = context.get("request")
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or request.session.end is None:
        return {}
    end = request.session.end
    get_token(request)  # its cookie is what the notice sends
    return {
        "person": user.pk,
        "seconds": max(0, int((end - clock.now()).total_seconds())),
        "warned": min(WARNED, settings.SESSION_IDLE_SECONDS / 2),
    }

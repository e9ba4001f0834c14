"""What tells people on their pages that their session is about to end."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.middleware.csrf import get_token

from core import clock

register = template.Library()

# Two minutes are promised; a browser looks at what is in the background once a minute.
WARNED = 180  # seconds before the end; half of a time that is short


@register.inclusion_tag("agents/_session_end.html", takes_context=True)
def session_end(context: template.Context) -> dict[str, Any]:
    """Return what the notice needs; nothing where nobody is signed in, or where nobody
    asked who it is: then the page may say that the database is away."""
    request: Any = context.get("request")
    session: Any = getattr(request, "session", None)
    if session is None or session.end is None or SESSION_KEY not in session:
        return {}
    get_token(request)  # its cookie is what the notice sends
    return {
        "person": session[SESSION_KEY],
        "seconds": max(0, int((session.end - clock.now()).total_seconds())),
        "warned": min(WARNED, settings.SESSION_IDLE_SECONDS / 2),
    }

"""The end of every way to sign in with a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib.auth import login

from agents.views import half_way, setting_up

if TYPE_CHECKING:
    from django.http import HttpRequest

    from agents.models import Agent
    from agents.sessions import SessionStore


def begin(request: HttpRequest, agent: Agent) -> None:
    """Sign the person in: their session begins now, under a new key."""
    half_way.leave(request)
    setting_up.leave(request)
    login(request, agent)
    cast("SessionStore", request.session).begin()

"""The end of every sign-in with a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib.auth import login, logout
from django.db import transaction

from agents.models import Agent
from agents.services import sign_ins
from agents.views import half_way, setting_up

if TYPE_CHECKING:
    from django.http import HttpRequest

    from agents.sessions import SessionStore


@transaction.atomic
def let_in(request: HttpRequest, agent: Agent) -> None:
    """Sign the person in: their session begins now, under a new key."""
    half_way.leave(request)
    setting_up.leave(request)
    login(request, agent)
    cast("SessionStore", request.session).begin()
    sign_ins.note_success(agent)


@transaction.atomic
def let_out(request: HttpRequest) -> None:
    """End the session of whoever is signed in."""
    if isinstance(request.user, Agent):
        sign_ins.note_end(request.user)
    logout(request)

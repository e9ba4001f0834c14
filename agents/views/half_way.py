"""People between password and second factor: known, but not signed in.

Kept in the browser's session, which gets a new key: who planted the old one must not
take the second step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.crypto import constant_time_compare

from agents.access import active_person
from agents.models import Agent
from agents.views import setting_up
from core import clock

if TYPE_CHECKING:
    from django.http import HttpRequest

KEY = "half_way"
SECONDS = 600


def enter(request: HttpRequest, agent: Agent) -> None:
    """Remember for ten minutes that this person's password was right."""
    request.session.cycle_key()
    setting_up.leave(request)
    request.session[KEY] = {
        "agent": agent.pk,
        "hash": agent.get_session_auth_hash(),
        "until": clock.now().timestamp() + SECONDS,
    }


def leave(request: HttpRequest) -> None:
    request.session.pop(KEY, None)


def who(request: HttpRequest) -> Agent | None:
    """Return whose second step is awaited; None after a change of the password."""
    note = request.session.get(KEY)
    if note is None or clock.now().timestamp() > note["until"]:
        return None
    agent = active_person(note["agent"])
    if agent is None:
        return None
    is_same = constant_time_compare(agent.get_session_auth_hash(), note["hash"])
    return agent if is_same else None

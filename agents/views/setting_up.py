"""The secret of a second factor between its picture and the first right code.

It is of one browser, one sign-in and one password, and lasts ten minutes: who has seen
the picture another time must not know what is confirmed now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.crypto import constant_time_compare

from agents.services import second_factors
from core import clock, encryption

if TYPE_CHECKING:
    from django.http import HttpRequest

    from agents.models import Agent

KEY = "setting_up"
SECONDS = 600


def secret_for(request: HttpRequest, agent: Agent) -> str:
    """Return the secret to be confirmed: the one under way, or a new one."""
    secret = under_way(request, agent)
    if secret is None:
        secret = second_factors.new_secret()
        request.session[KEY] = {
            "secret": encryption.encrypt(secret),
            "agent": agent.pk,
            "hash": agent.get_session_auth_hash(),
            "until": clock.now().timestamp() + SECONDS,
        }
    return secret


def under_way(request: HttpRequest, agent: Agent) -> str | None:
    """Return the secret that the person was shown in this browser, while it counts."""
    note = request.session.get(KEY)
    if note is None or clock.now().timestamp() > note["until"]:
        return None
    is_same = constant_time_compare(agent.get_session_auth_hash(), note["hash"])
    if not is_same or note["agent"] != agent.pk:
        return None
    return encryption.decrypt(note["secret"])


def leave(request: HttpRequest) -> None:
    request.session.pop(KEY, None)

"""One's own password: whoever changes it proves to know the present one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.translation import gettext

from agents.models import Agent
from agents.services import guesses, people, sign_ins
from agents.services.configuration import NotValid
from agents.services.tokens import hashing
from core import connections
from core.errors import Invalid

if TYPE_CHECKING:
    from datetime import datetime

    from agents.models import AccessToken


class WrongPassword(Invalid):
    def __init__(self) -> None:
        super().__init__("current", gettext("This is not your present password."))


def change(
    agent: Agent,
    *,
    current: str,
    new: str,
    address: str,
    now: datetime,
    by_token: AccessToken | None = None,
) -> Agent:
    """Give a person, who asks from a network address, a new password. All their
    sessions, tokens and open desks end, but for the token they ask with.

    Raise WrongPassword and NotValid, TooManyGuesses as a sign-in does, and Unavailable
    where too many passwords are checked at once.
    """
    # As at a sign-in: who waits for a turn, or hashes, holds no database connection.
    connections.give_back()
    with hashing.turn():
        guess = guesses.count(email=agent.email, address=address, now=now)
        connections.give_back()
        if not check_password(current, agent.password):
            sign_ins.note_lock_out(email=agent.email, guess=guess)
            raise WrongPassword
        guesses.forget(guess)
        _check(agent, current=current, new=new)
        connections.give_back()
        hashed = make_password(new)
    with transaction.atomic():
        locked = Agent.objects.select_for_update().get(pk=agent.pk)
        if locked.password != agent.password:
            raise WrongPassword  # It was changed meanwhile.
        people.set_password(locked, password=new, hashed=hashed, but=by_token)
    return locked


def _check(agent: Agent, *, current: str, new: str) -> None:
    if new == current:
        raise NotValid({"new": [gettext("This is your present password.")]})
    people.check_password(agent, new, field="new")

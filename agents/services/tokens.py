from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import authenticate

from agents.models import AccessToken, Agent, Scope
from agents.services import guesses, second_factors
from agents.services.second_factors import OtpRequired
from core import secrets
from core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime


class BadCredentials(DomainError):
    code = "bad_credentials"
    status = 401
    sentence = "Email or password is not right."


class BadCode(BadCredentials):
    sentence = "This code is not right, or was used before."


def sign_in(
    *,
    email: str,
    password: str,
    address: str,
    is_local: bool,
    now: datetime,
    otp: str = "",
) -> Agent:
    """Return the person with these credentials, who asks from a network address.

    Raise OtpRequired where a second factor is due, else as `with_password`.
    """
    person = with_password(
        email=email, password=password, address=address, is_local=is_local, now=now
    )
    if second_factors.must_set_up(person):
        who = second_factors.requirement(person)
        raise OtpRequired(f"{who} Sign in with a browser to set it up.")
    if second_factors.has_one(person):
        if not otp:
            raise OtpRequired
        with_code(person, code=otp, address=address, now=now)
    return person


def with_password(
    *, email: str, password: str, address: str, is_local: bool, now: datetime
) -> Agent:
    """Return the person with this password; a second factor is another matter.

    `is_local`: they sit at this machine, where the demo's password counts. Raise
    BadCredentials, the same for everything wrong, and TooManyGuesses.
    """
    guess = guesses.count(email=email, address=address, now=now)
    person = authenticate(username=email, password=password)
    if not isinstance(person, Agent) or _is_closed_demo(password, is_local):
        raise BadCredentials
    guesses.forget(guess)
    return person


def with_code(person: Agent, *, code: str, address: str, now: datetime) -> None:
    """Check the second factor. Raise BadCode and TooManyGuesses."""
    guess = guesses.count(email=person.email, address=address, now=now)
    if not second_factors.is_right(person, code, now=now):
        raise BadCode
    guesses.forget(guess)


def _is_closed_demo(password: str, is_local: bool) -> bool:
    """Whether this is the demo's password, which all the world knows, and somebody
    out in the world has sent it."""
    return password == settings.DEMO_PASSWORD and not (is_local or settings.DEMO)


def issue(
    *,
    agent: Agent,
    now: datetime,
    name: str = "",
    scopes: Collection[str] = Scope.values,
    expires_at: datetime | None = None,
    by: Agent | None = None,
) -> tuple[AccessToken, str]:
    """Make a token; return its row and the secret, which is not kept."""
    secret = secrets.make()
    token = AccessToken.objects.create(
        agent=agent,
        name=name,
        scopes=list(scopes),
        digest=secrets.digest(secret),
        created_at=now,
        created_by=by,
        expires_at=expires_at or now + timedelta(hours=settings.TOKEN_HOURS),
    )
    return token, secret


def revoke(token: AccessToken) -> None:
    """End a token; sockets opened with it close (`agents.guard`)."""
    token.delete()

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.models import AccessToken, Agent, AuditAction, Scope
from agents.services import guesses, second_factors, sign_ins, trail
from agents.services.second_factors import OtpRequired
from core import connections, secrets
from core.errors import DomainError
from core.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime


# A hash fills a processor for a good part of a second, on purpose.
hashing = Turns(at_once=min(4, max(2, os.cpu_count() or 1)), in_line=20)


class BadCredentials(DomainError):
    code = "bad_credentials"
    status = 401
    sentence = _("Email or password is not right.")


class BadCode(BadCredentials):
    sentence = _("This code is not right, or was used before.")


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
        raise OtpRequired(
            gettext("%(who)s Sign in with a browser to set it up.") % {"who": who}
        )
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
    BadCredentials, the same for everything wrong, TooManyGuesses, and Unavailable
    where too many sign in at once.
    """
    # A sign-in that waits for its turn must not hold a database connection.
    connections.give_back()
    with hashing.turn():
        guess = guesses.count(email=email, address=address, now=now)
        person = _person_with(email, password)
        if person is None or _is_closed_demo(password, is_local):
            sign_ins.note_refusal(email=email, address=address, guess=guess)
            raise BadCredentials
        guesses.forget(guess)
    return person


def _person_with(email: str, password: str) -> Agent | None:
    """Return the active person with this password; nobody costs a hash too."""
    person = Agent.objects.filter(email=Agent.objects.normalise(email)).first()

    def renew(password: str) -> None:
        assert person is not None
        person.set_password(password)
        person.save(update_fields=["password"])

    connections.give_back()
    stored = make_password(None) if person is None else person.password
    is_right = check_password(password, stored, setter=renew)
    return person if person is not None and person.is_active and is_right else None


def with_code(person: Agent, *, code: str, address: str, now: datetime) -> None:
    """Check the second factor. Raise BadCode and TooManyGuesses."""
    guess = guesses.count(email=person.email, address=address, now=now)
    if not second_factors.is_right(person, code, now=now):
        sign_ins.note_refusal(email=person.email, address=address, guess=guess)
        raise BadCode
    guesses.forget(guess)


def _is_closed_demo(password: str, is_local: bool) -> bool:
    """Whether this is the demo's password, which all the world knows, and somebody
    out in the world has sent it."""
    return password == settings.DEMO_PASSWORD and not (is_local or settings.DEMO)


@transaction.atomic
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
    if not name:
        sign_ins.note_success(agent)
    trail.note(
        AuditAction.TOKEN_MADE,
        about=_thing(token),
        by=by or agent,
        changes={
            "agent": (None, str(agent)),
            "scopes": (None, token.scopes),
            "expires_at": (None, token.expires_at.isoformat()),
        },
    )
    return token, secret


@transaction.atomic
def revoke(token: AccessToken) -> None:
    """End a token; sockets opened with it close (`agents.guard`)."""
    trail.note(AuditAction.TOKEN_REVOKED, about=_thing(token))
    token.delete()


@transaction.atomic
def revoke_all(agent: Agent, *, but: AccessToken | None = None) -> None:
    """End all tokens, `but` one, of somebody who is signed out everywhere else."""
    rows = AccessToken.objects.filter(agent=agent).select_related("agent")
    for token in rows.exclude(pk__in=[but.pk] if but else []):
        revoke(token)


def _thing(token: AccessToken) -> trail.Thing:
    return trail.thing(token)._replace(organisation_id=token.agent.organisation_id)

"""Tokens that administrators make for programs: named, scoped, expiring, revocable."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.models import AccessToken, Agent, Scope
from agents.services import sensitive_data, tokens
from core.errors import Forbidden, Invalid

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from django.db.models import QuerySet

LIFETIME = timedelta(days=90)
LONGEST = timedelta(days=731)


class OutOfScope(Forbidden):
    """A token is used for what it was not made for."""

    code = "scope"


class ScopeMissing(OutOfScope):
    def __init__(self, scope: str) -> None:
        super().__init__(
            gettext("This token may not do this: it needs the scope “%(scope)s”.")
            % {"scope": scope}
        )


class PersonNeeded(OutOfScope):
    """A program reaches for what would make every other scope its own."""

    sentence = _(
        "Programs have nothing to do with passwords, roles, second factors "
        "and tokens: this needs a person who signed in."
    )


def of_organisation(organisation_id: int) -> QuerySet[AccessToken]:
    """Return the named tokens of an organisation; those of sign-ins are private."""
    return AccessToken.objects.filter(agent__organisation=organisation_id).exclude(
        name=""
    )


def create(
    *,
    agent: Agent,
    name: str,
    scopes: Collection[str],
    by: Agent,
    now: datetime,
    expires_at: datetime | None = None,
) -> tuple[AccessToken, str]:
    """Make a token; return its row and the secret, which is not kept. Raise Invalid,
    Dropped."""
    expires_at = expires_at or now + LIFETIME
    check(agent=agent, expires_at=expires_at, now=now)
    assert agent.organisation is not None
    return tokens.issue(
        agent=agent,
        name=sensitive_data.storable(agent.organisation, name),
        scopes=[scope for scope in Scope.values if scope in scopes],
        expires_at=expires_at,
        by=by,
        now=now,
    )


def check(*, agent: Agent, expires_at: datetime, now: datetime) -> None:
    """Raise Invalid where there can be no such token."""
    if not now < expires_at <= now + LONGEST:
        raise Invalid("expires_at", gettext("Choose a time in the next two years."))
    if not agent.is_active:
        raise Invalid("agent", gettext("This one is deactivated."))

"""Does a socket's sign-in still stand? A socket must not outlive it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.sessions.models import Session

from agents.models import AccessToken, Agent, Scope
from agents.services.api_tokens import ScopeMissing
from agents.sessions import is_to_be_kept, keep, stored

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from agents.sessions import SessionStore


@dataclass(frozen=True)
class SignIn:
    """What a socket was opened with: a token or a browser's session of somebody."""

    agent_id: int
    role: str
    organisation_id: int | None
    token_id: int | None = None
    session: str | None = None  # as it is stored
    session_hash: str = ""
    # Until when the socket counts as a use of the session; None: it does not.
    kept_until: datetime | None = None
    scopes: frozenset[str] = frozenset(Scope.values)
    program: str = ""  # the name of the token, where it is a program's

    def need(self, scope: str) -> None:
        """Raise ScopeMissing where this is a token without the scope."""
        if scope not in self.scopes:
            raise ScopeMissing(scope)


def by_token(token: AccessToken) -> SignIn:
    agent = token.agent
    return SignIn(
        agent.pk,
        agent.role,
        agent.organisation_id,
        token_id=token.pk,
        scopes=frozenset(token.scopes),
        program=token.name,
    )


def by_session(agent: Agent, session: SessionStore) -> SignIn:
    """Return the sign-in of a page. A desk in use keeps its session: nobody is signed
    out in the middle of a conversation for having said nothing over REST."""
    key = session.session_key
    return SignIn(
        agent.pk,
        agent.role,
        agent.organisation_id,
        session=key and stored(key),
        session_hash=agent.get_session_auth_hash(),
        kept_until=session.ends_at if agent.takes_contacts else None,
    )


def ended(sign_ins: Collection[SignIn], *, now: datetime) -> set[SignIn]:
    """Return those that stand no more: signed out, revoked, expired, deactivated, or
    with another password, role or organisation than then."""
    # Of thousands of desks every two seconds: no more than is compared.
    people = Agent.objects.only("role", "organisation", "password", "session_version")
    agents = people.filter(is_active=True).in_bulk(
        {sign_in.agent_id for sign_in in sign_ins}
    )
    tokens = AccessToken.objects.filter(
        pk__in={sign_in.token_id for sign_in in sign_ins if sign_in.token_id},
        expires_at__gt=now,
    )
    sessions = Session.objects.filter(
        pk__in={sign_in.session for sign_in in sign_ins if sign_in.session},
        expire_date__gt=now,
    )
    ends = dict(sessions.values_list("pk", "expire_date"))
    _keep(sign_ins, ends, now=now)
    keys: set[object] = {*tokens.values_list("pk", flat=True), *ends}
    return {
        sign_in
        for sign_in in sign_ins
        if (sign_in.token_id or sign_in.session) not in keys
        or not _is_same(sign_in, agents.get(sign_in.agent_id))
    }


def _keep(
    sign_ins: Collection[SignIn], ends: dict[str, datetime], *, now: datetime
) -> None:
    """Keep the sessions of open desks, each noted every few minutes."""
    for sign_in in sign_ins:
        session, until = sign_in.session, sign_in.kept_until
        if session is None or until is None or session not in ends:
            continue
        if is_to_be_kept(ends[session], until=until, now=now):
            keep(session, until=until, now=now)


def _is_same(sign_in: SignIn, agent: Agent | None) -> bool:
    if agent is None:
        return False
    if (agent.role, agent.organisation_id) != (sign_in.role, sign_in.organisation_id):
        return False
    return not sign_in.session_hash or (
        sign_in.session_hash == agent.get_session_auth_hash()
    )

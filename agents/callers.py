"""Who opens sockets: many at a time, each shown by a token or a browser's session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user,
)
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from agents.access import active_people
from agents.authentication import bearer, tokens_with_secrets
from agents.models import Agent
from agents.services import standing
from agents.services.standing import SignIn
from agents.sessions import SessionStore, loaded
from core.consumers import header

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

Who = tuple[Agent, SignIn]


@dataclass(frozen=True)
class Shown:
    """What a socket shows of who opens it: the secret of a token, or else the key of a
    session."""

    secret: str | None
    session: str | None = None


def shown_by(scope: dict[str, Any]) -> Shown:
    """Return what a socket shows of who opens it."""
    secret = bearer(header(scope, b"authorization"))
    return Shown(secret, scope["cookies"].get(settings.SESSION_COOKIE_NAME))


def may_enter(scope: dict[str, Any], agent: Agent) -> bool:
    """Whether this person may open the socket: of an organisation; by a session only
    for a page that shows them, and nobody who was signed in before."""
    if agent.organisation_id is None:
        return False
    if bearer(header(scope, b"authorization")) is not None:
        return True
    query = parse_qs(scope["query_string"].decode("latin-1"))
    return query.get("person", [str(agent.pk)]) == [str(agent.pk)]


def may_carry_a_cookie(scope: dict[str, Any]) -> bool:
    """A cookie counts only with an origin, a bearer token without one too."""
    is_page = bool(header(scope, b"origin"))
    return is_page or bearer(header(scope, b"authorization")) is not None


def who_are(shown: Sequence[Shown]) -> list[Who | None]:
    """Return who they are and what they are let in by, in their order; None for those
    who are nobody."""
    by_token = _by_tokens({each.secret for each in shown if each.secret is not None})
    keys = {each.session for each in shown if each.secret is None}
    by_session = _by_sessions({key for key in keys if key})
    return [
        by_session.get(each.session or "")
        if each.secret is None
        else by_token.get(each.secret)
        for each in shown
    ]


def _by_tokens(secrets: Collection[str]) -> dict[str, Who]:
    return {
        secret: (token.agent, standing.by_token(token))
        for secret, token in tokens_with_secrets(secrets).items()
    }


def _by_sessions(keys: Collection[str]) -> dict[str, Who]:
    """Return who is signed in with sessions of browsers, as Django checks them."""
    sessions = loaded(keys)
    named = {key: _person_named(session) for key, session in sessions.items()}
    people = active_people([pk for pk in named.values() if pk is not None])
    found: dict[str, Who] = {}
    for key, session in sessions.items():
        person = people.get(named[key] or 0)
        if person is None or not _is_of(person, session):
            person = _as_django_says(session)
        if person is not None:
            found[key] = (person, standing.by_session(person, session))
    return found


def _person_named(session: SessionStore) -> int | None:
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    name = session.get(SESSION_KEY, "")
    return int(name) if name.isdecimal() else None


def _is_of(person: Agent, session: SessionStore) -> bool:
    """Whether the session stands, beyond doubt: with the password of today, signed with
    the key of today."""
    return constant_time_compare(
        session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash()
    )


def _as_django_says(session: SessionStore) -> Agent | None:
    request = HttpRequest()
    request.session = session
    person = get_user(request)
    return person if isinstance(person, Agent) else None

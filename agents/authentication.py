"""How a REST request shows who sends it: a bearer token or the browser's session."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, exceptions, permissions

from agents.models import AccessToken, Agent, Role, Scope
from agents.services import presence
from agents.services.api_tokens import PersonNeeded, ScopeMissing
from core import clock, secrets
from core.errors import DomainError
from core.prepared import Prepared

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.http import HttpRequest
    from rest_framework.request import Request
    from rest_framework.views import APIView

USED_EVERY = timedelta(minutes=1)
# A page sends the id of the person it shows; every answer names whose it is.
PERSON = "X-Parley-Person"
OF_ACTIVE_PEOPLE = Prepared(
    lambda: AccessToken.objects.select_related(
        "agent__organisation", "agent__idle_code"
    ).filter(agent__is_active=True)
)


def bearer(header: str) -> str | None:
    """Return the token of an Authorization header, or None where it has none."""
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def token_with_secret(secret: str) -> AccessToken | None:
    """Return the unexpired token with this secret, if its person is active."""
    return tokens_with_secrets([secret]).get(secret)


def tokens_with_secrets(given: Collection[str]) -> dict[str, AccessToken]:
    """Return the unexpired tokens of active people by their secrets, and note their
    use, now and then."""
    now = clock.now()
    digests = {secrets.digest(secret): secret for secret in given}
    valid = OF_ACTIVE_PEOPLE.rows(digest__in=list(digests), expires_at__gt=now)
    tokens = {digests[token.digest]: token for token in valid}
    used = [
        token.pk
        for token in tokens.values()
        if token.last_used_at is None or now - token.last_used_at > USED_EVERY
    ]
    if used:
        AccessToken.objects.filter(pk__in=used).update(last_used_at=now)
    return tokens


class BearerAuthentication(authentication.BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[Agent, AccessToken] | None:
        secret = bearer(request.headers.get("Authorization", ""))
        if secret is None:
            return None
        token = token_with_secret(secret)
        if token is None:
            raise BadToken
        heard(token.agent, request)
        return token.agent, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Parley"'


class SessionAuthentication(authentication.SessionAuthentication):
    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        person = super().authenticate(request)
        if person is not None:
            _refuse_for_another(person[0], request)
            heard(person[0], request)
        return person


class OtherPerson(DomainError):
    """What one person clicked must not be done as another, who signed in since."""

    code = "other_person"
    sentence = _("Somebody else is signed in in this browser now. Nothing was done.")


def _refuse_for_another(agent: Agent, request: Request) -> None:
    """Raise OtherPerson where the page that asks shows another person."""
    if request.headers.get(PERSON, str(agent.pk)) != str(agent.pk):
        _name(agent, request)
        raise OtherPerson


def answered_person(request: HttpRequest) -> int | None:
    """Return for whom a request is answered; None: for nobody in particular."""
    person: int | None = vars(request).get(PERSON)
    return person


def _name(agent: Agent, request: Request) -> None:
    vars(request._request)[PERSON] = agent.pk


def heard(agent: Agent, request: Request) -> None:
    """An authenticated request is a sign of life; one that changes something is an
    action."""
    _name(agent, request)
    acted = request.method not in permissions.SAFE_METHODS
    presence.touch(address=agent.address, now=clock.now(), acted=acted)


class BadToken(exceptions.AuthenticationFailed):
    default_detail = _("This token is not valid, has expired or was revoked.")
    default_code = "bad_token"


def scope_for(view: APIView, method: str | None) -> str | None:
    """Return the scope a token needs: read, or what the view's `writes` says."""
    if method in permissions.SAFE_METHODS:
        return Scope.READ
    scope: str | None = getattr(view, "writes", Scope.CONVERSE)
    return scope


class WorksHere(permissions.IsAuthenticated):
    """People of an organisation; the platform's superuser has none. Their programs,
    within the scopes of the token."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not super().has_permission(request, view):
            return False
        if getattr(request.user, "organisation_id", None) is None:
            return False
        scope = scope_for(view, request.method)
        token = request.auth
        if isinstance(token, AccessToken) and scope and scope not in token.scopes:
            raise ScopeMissing(scope)
        return True

    def scope_for(self, view: APIView, method: str) -> str | None:
        """Return the scope that the API's description names."""
        return scope_for(view, method)


class IsOverseer(WorksHere):
    """Supervisors and administrators."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return (
            super().has_permission(request, view)
            and isinstance(request.user, Agent)
            and request.user.is_overseer
        )


class IsAdministrator(WorksHere):
    def has_permission(self, request: Request, view: APIView) -> bool:
        return (
            super().has_permission(request, view)
            and getattr(request.user, "role", None) == Role.ADMINISTRATOR
        )


class ByPersons(permissions.BasePermission):
    """What no program reaches, whatever its scopes: all that a view has, or the fields
    of its bodies that `of_persons` names."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        token = request.auth
        if not isinstance(token, AccessToken) or not token.is_of_program:
            return True
        fields = self._fields(view)
        if fields is None or (
            isinstance(request.data, dict) and fields & set(request.data)
        ):
            raise PersonNeeded
        return True

    def reserved(self, view: APIView, method: str) -> str:
        """Return the sentence of the API's description; empty where there is none."""
        fields = self._fields(view)
        if fields is None:
            return gettext("Programs' tokens do not reach this.")
        if method not in {"POST", "PUT", "PATCH"}:
            return ""
        names = " or ".join(f"`{name}`" for name in sorted(fields))
        return gettext("Programs' tokens may not name %(names)s.") % {"names": names}

    @staticmethod
    def _fields(view: APIView) -> frozenset[str] | None:
        fields: frozenset[str] | None = getattr(view, "of_persons", None)
        return fields


class IsNoProgram(WorksHere):
    """Agents, supervisors and administrators: all but integrations."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return (
            super().has_permission(request, view)
            and getattr(request.user, "role", None) != Role.INTEGRATION
        )


class TakesContacts(WorksHere):
    """Those who have a desk: agents and supervisors."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return (
            super().has_permission(request, view)
            and isinstance(request.user, Agent)
            and request.user.takes_contacts
        )


class MayOpenContacts(WorksHere):
    """Administrators and integrations."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return super().has_permission(request, view) and getattr(
            request.user, "role", None
        ) in {Role.ADMINISTRATOR, Role.INTEGRATION}


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "agents.authentication.BearerAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "agents.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}

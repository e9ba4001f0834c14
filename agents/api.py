"""REST: signing in and the person themselves (contract 3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.contrib.auth import update_session_auth_hash
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.access import agent_for_user, idle_codes_for_agent
from agents.authentication import (
    BearerAuthentication,
    ByPersons,
    TakesContacts,
    WorksHere,
)
from agents.models import AccessToken
from agents.serializers import AgentSerializer, IdleCodeSerializer
from agents.services import passwords, people, push, tokens
from core import addresses, clock, languages
from core.schema import PROBLEM, ProblemSerializer
from core.strict import StrictSerializer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rest_framework.authentication import BaseAuthentication


class TokenSerializer(serializers.Serializer[object]):
    token = serializers.CharField(help_text="Shown once; send it as a Bearer token.")
    expires_at = serializers.DateTimeField()


class TokenView(APIView):
    """Tokens for programs that act for a person."""

    authentication_classes = [BearerAuthentication]
    writes = None  # whoever has a token may end it
    refusals = ("503",)

    class Input(StrictSerializer):
        examples: ClassVar[dict[str, Any]] = {
            "email": "alice@acme.example",
            "password": "a long sentence is best",
        }

        email = serializers.CharField(max_length=254)
        password = serializers.CharField(max_length=1000, trim_whitespace=False)
        otp = serializers.CharField(
            max_length=40,
            required=False,
            allow_blank=True,
            help_text="Where a second factor is due: a code, or a recovery code.",
        )

    def get_authenticators(self) -> list[BaseAuthentication]:
        # A stale token in the header must not keep anybody from getting a new one.
        return [] if self._is_sign_in else super().get_authenticators()

    def get_permissions(self) -> Sequence[Any]:
        return [AllowAny()] if self._is_sign_in else super().get_permissions()

    @property
    def _is_sign_in(self) -> bool:
        request = getattr(self, "request", None)
        return request is not None and request.method == "POST"

    @extend_schema(
        operation_id="token_issue",
        summary="Sign in and get a token",
        request=Input,
        responses={200: TokenSerializer, (401, PROBLEM): ProblemSerializer},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Sign in with e-mail and password; answer a bearer token. 401
        `bad_credentials` for everything wrong, `otp_required` where a second factor
        is due. 503 where
        too many sign in at once."""
        form = self.Input(data=request.data)
        form.is_valid(raise_exception=True)

        agent = tokens.sign_in(
            **form.validated_data,
            address=addresses.of(request),
            is_local=addresses.is_this_machine(request),
            now=clock.now(),
        )
        token, secret = tokens.issue(agent=agent, now=clock.now())

        answer = {"token": secret, "expires_at": token.expires_at}
        return Response(TokenSerializer(answer).data)

    @extend_schema(
        operation_id="token_revoke",
        summary="Revoke the token this request carries",
        responses={204: OpenApiResponse(description="Revoked.")},
    )
    def delete(self, request: Request) -> Response:
        """Revoke the bearer token that this request carries."""
        assert isinstance(request.auth, AccessToken)
        tokens.revoke(request.auth)
        return Response(status=status.HTTP_204_NO_CONTENT)


class MeView(APIView):
    """The signed-in person."""

    permission_classes = [WorksHere, ByPersons]
    of_persons = frozenset({"language"})

    @extend_schema(
        operation_id="me", summary="The signed-in person", responses=AgentSerializer
    )
    def get(self, request: Request) -> Response:
        """Return the signed-in person with their state."""
        return Response(AgentSerializer(agent_for_user(request.user)).data)

    class Input(StrictSerializer):
        examples: ClassVar[dict[str, Any]] = {"language": "de"}

        language = serializers.ChoiceField(
            languages.SHIPPED,
            allow_blank=True,
            help_text="Of the desk and the administration. Empty: the browser's.",
        )

    @extend_schema(
        operation_id="me_change",
        summary="Choose one's own language",
        request=Input,
        responses=AgentSerializer,
    )
    def patch(self, request: Request) -> Response:
        """Choose the language of one's own pages."""
        form = self.Input(data=request.data)
        form.is_valid(raise_exception=True)

        agent = people.choose_language(
            agent_for_user(request.user), **form.validated_data
        )

        return Response(AgentSerializer(agent).data)


class PasswordView(APIView):
    """One's own password."""

    permission_classes = [WorksHere, ByPersons]
    refusals = ("503",)

    class Input(StrictSerializer):
        examples: ClassVar[dict[str, Any]] = {
            "current": "a long sentence is best",
            "new": "a longer sentence is better",
        }

        current = serializers.CharField(max_length=1000, trim_whitespace=False)
        new = serializers.CharField(max_length=1000, trim_whitespace=False)

    @extend_schema(
        operation_id="me_password",
        summary="Change one's own password",
        request=Input,
        responses={204: OpenApiResponse(description="Changed.")},
    )
    def post(self, request: Request) -> Response:
        """Change the own password: all other sessions and tokens end. 429 after too
        many wrong ones, 503 where too many passwords are checked at once."""
        form = self.Input(data=request.data)
        form.is_valid(raise_exception=True)

        changed = passwords.change(
            agent_for_user(request.user),
            **form.validated_data,
            address=addresses.of(request),
            now=clock.now(),
            by_token=cast("AccessToken | None", request.auth),
        )

        if request.auth is None:
            update_session_auth_hash(request._request, changed)
        return Response(status=status.HTTP_204_NO_CONTENT)


class IdleCodesView(APIView):
    """The idle codes the person may choose."""

    @extend_schema(
        operation_id="me_idle_codes",
        summary="The idle codes to choose from",
        responses=IdleCodeSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Return the active idle codes of the organisation, by name."""
        codes = idle_codes_for_agent(agent_for_user(request.user))
        return Response(IdleCodeSerializer(codes, many=True).data)


class PushView(APIView):
    """Offers that are pushed to the person's browsers."""

    permission_classes = [TakesContacts, ByPersons]

    class Input(StrictSerializer):
        examples: ClassVar[dict[str, Any]] = {
            "endpoint": "https://push.example.com/send/5f2d1c0b9a8e",
            "p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQ"
            "tUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
            "auth": "tBHItJI5svbpez7KI4CCXg",
        }

        endpoint = serializers.CharField(max_length=2000)
        p256dh = serializers.CharField(max_length=100)
        auth = serializers.CharField(max_length=30)

    @extend_schema(
        operation_id="me_push",
        summary="Have offers pushed to a browser",
        request=Input,
        responses={204: OpenApiResponse(description="Offers are pushed there.")},
    )
    def post(self, request: Request) -> Response:
        """Push the own offers to a browser, by what it says of its subscription; at
        most ten, of which the oldest goes."""
        form = self.Input(data=request.data)
        form.is_valid(raise_exception=True)

        push.subscribe(
            agent=agent_for_user(request.user), **form.validated_data, now=clock.now()
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class PushEndView(APIView):
    """Offers that are no longer pushed to a browser."""

    permission_classes = [TakesContacts, ByPersons]

    class Input(StrictSerializer):
        examples: ClassVar[dict[str, Any]] = {
            "endpoint": "https://push.example.com/send/5f2d1c0b9a8e",
        }

        endpoint = serializers.CharField(max_length=2000)

    @extend_schema(
        operation_id="me_push_end",
        summary="Have offers pushed to a browser no longer",
        request=Input,
        responses={204: OpenApiResponse(description="Nothing is pushed there.")},
    )
    def post(self, request: Request) -> Response:
        """Push nothing more to one of the own browsers; harmless to repeat."""
        form = self.Input(data=request.data)
        form.is_valid(raise_exception=True)

        push.unsubscribe(agent=agent_for_user(request.user), **form.validated_data)
        return Response(status=status.HTTP_204_NO_CONTENT)

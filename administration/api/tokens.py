"""REST: tokens that administrators make for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from administration.api.base import OwnRelatedField
from agents.access import agent_for_user
from agents.authentication import ByPersons, IsAdministrator
from agents.models import AccessToken, Agent, Scope
from agents.services import api_tokens, tokens
from core import clock
from core.filters import ByColumns, ByWords, InOrder
from core.strict import StrictSerializer

if TYPE_CHECKING:
    from django.db.models import QuerySet


class ApiTokenSerializer(serializers.ModelSerializer[AccessToken]):
    """A token without its secret."""

    examples: ClassVar[dict[str, Any]] = {"name": "Wallboard"}

    scopes = serializers.ListField(child=serializers.ChoiceField(Scope.choices))

    class Meta:
        model = AccessToken
        fields = [
            "id",
            "name",
            "agent",
            "scopes",
            "created_at",
            "created_by",
            "expires_at",
            "last_used_at",
        ]
        read_only_fields = fields


class NewApiTokenSerializer(ApiTokenSerializer):
    """A new token, the only time with its secret."""

    token = serializers.CharField(
        read_only=True, help_text="Shown once; send it as a Bearer token."
    )

    class Meta(ApiTokenSerializer.Meta):
        fields = [*ApiTokenSerializer.Meta.fields, "token"]
        read_only_fields = fields


class ApiTokenInput(StrictSerializer):
    examples: ClassVar[dict[str, Any]] = {"name": "Wallboard"}

    name = serializers.CharField(max_length=100, help_text="What the token is for.")
    agent = OwnRelatedField(
        queryset=Agent.objects.all(), help_text="For whom the program acts."
    )
    scopes = serializers.ListField(
        child=serializers.ChoiceField(Scope.choices), allow_empty=False, max_length=20
    )
    expires_at = serializers.DateTimeField(
        required=False, help_text="In the next two years; without one: in 90 days."
    )


@extend_schema_view(
    list=extend_schema(operation_id="tokens_list", summary="The tokens of programs"),
    retrieve=extend_schema(operation_id="tokens_retrieve", summary="A token"),
    destroy=extend_schema(operation_id="tokens_destroy", summary="Revoke a token"),
)
class ApiTokensViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.DestroyModelMixin,
    viewsets.GenericViewSet[AccessToken],
):
    """Named tokens of people and integrations; secrets are shown once."""

    permission_classes = [IsAdministrator, ByPersons]
    writes = Scope.CONFIGURE
    serializer_class = ApiTokenSerializer
    queryset = AccessToken.objects.none()
    lookup_value_converter = "int"
    filter_backends = [ByColumns, ByWords, InOrder]
    search_fields: ClassVar[list[str]] = ["folded", "agent__folded"]
    filterset_fields: ClassVar[list[str]] = ["agent"]
    ordering_fields: ClassVar[list[str]] = ["id", "name", "expires_at", "last_used_at"]
    ordering: ClassVar[list[str]] = ["name", "id"]

    def get_queryset(self) -> QuerySet[AccessToken]:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        organisation_id = agent_for_user(self.request.user).organisation_id
        assert organisation_id is not None
        return api_tokens.of_organisation(organisation_id)

    @extend_schema(
        operation_id="tokens_create",
        summary="Make a token for a program",
        request=ApiTokenInput,
        responses={201: NewApiTokenSerializer},
    )
    def create(self, request: Request) -> Response:
        """Make a token; the answer is the only one with the secret."""
        form = ApiTokenInput(data=request.data, context={"request": request})
        form.is_valid(raise_exception=True)

        token, secret = api_tokens.create(
            **form.validated_data, by=agent_for_user(request.user), now=clock.now()
        )

        answer = {**ApiTokenSerializer(token).data, "token": secret}
        return Response(answer, status=status.HTTP_201_CREATED)

    def perform_destroy(self, instance: AccessToken) -> None:
        tokens.revoke(instance)

"""REST: the responses that people keep for themselves (contract 3.1)."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.access import agent_for_user
from core.strict import Strict
from queues import queries
from queues.access import own_response
from queues.models import PredefinedResponse
from queues.services import responses


class OwnResponseSerializer(Strict, serializers.ModelSerializer[PredefinedResponse]):
    """A predefined response that only its owner sees, whatever the queue."""

    examples: ClassVar[dict[str, Any]] = {
        "name": "My greeting",
        "text": "Hello {customer.name}, {agent.name} here.",
        "queues": [],
        "owner": 3,
    }

    class Meta:
        model = PredefinedResponse
        fields = ["id", "name", "text", "queues", "owner", "is_active"]
        read_only_fields = ["queues", "owner", "is_active"]
        # The service says what is wrong, here as everywhere.
        validators: ClassVar[list[Any]] = []


class OwnResponsesView(APIView):
    """The responses that the person keeps."""

    @extend_schema(
        operation_id="me_predefined_responses",
        summary="One's own responses",
        responses=OwnResponseSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Return the person's own responses, by name, with their placeholders."""
        own = queries.own_responses(agent_for_user(request.user))
        rows = own.prefetch_related("queues").order_by("name", "pk")
        return Response(OwnResponseSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="me_predefined_response_add",
        summary="Keep a response for oneself",
        request=OwnResponseSerializer,
        responses={201: OwnResponseSerializer},
    )
    def post(self, request: Request) -> Response:
        """Keep a response, at most 200; nobody else sees it."""
        form = OwnResponseSerializer(data=request.data)
        form.is_valid(raise_exception=True)

        response = responses.add_own(
            owner=agent_for_user(request.user), **form.validated_data
        )

        return Response(
            OwnResponseSerializer(response).data, status=status.HTTP_201_CREATED
        )


class OwnResponseView(APIView):
    """A response that the person keeps."""

    @extend_schema(
        operation_id="me_predefined_response_change",
        summary="Change one's own response",
        request=OwnResponseSerializer,
        responses=OwnResponseSerializer,
    )
    def patch(self, request: Request, response_id: int) -> Response:
        """Change name or text."""
        response = own_response(agent_for_user(request.user), response_id)
        form = OwnResponseSerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)

        for name, value in form.validated_data.items():
            setattr(response, name, value)
        responses.save(response, changed=form.validated_data.keys())

        return Response(OwnResponseSerializer(response).data)

    @extend_schema(
        operation_id="me_predefined_response_delete",
        summary="Delete one's own response",
        responses={204: OpenApiResponse(description="Deleted.")},
    )
    def delete(self, request: Request, response_id: int) -> Response:
        """Keep the response no longer."""
        response = own_response(agent_for_user(request.user), response_id)
        responses.delete(response)
        return Response(status=status.HTTP_204_NO_CONTENT)

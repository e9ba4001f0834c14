"""REST: the responses that people keep for themselves, and articles that they look
for (contract 3)."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.access import agent_for_user
from agents.authentication import IsNoProgram
from core.filters import MAX_ID
from core.strict import Strict
from queues import queries
from queues.access import own_response
from queues.models import PredefinedResponse
from queues.services import responses

MAX_QUESTION = 8000  # characters, as a customer's line has


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


class ArticleFoundSerializer(serializers.Serializer[Any]):
    """An article that has words of a search, and the passage that fits best."""

    examples: ClassVar[dict[str, Any]] = {
        "title": "Delivery",
        "excerpt": "Europe\nWe deliver within three working days.",
    }

    id = serializers.IntegerField()
    title = serializers.CharField()
    excerpt = serializers.CharField(help_text="Plain text, at most 1,200 characters.")


class ArticleSearchView(APIView):
    """What the organisation knows, by the words of a question."""

    permission_classes = [IsNoProgram]

    class Filter(serializers.Serializer[Any]):
        q = serializers.CharField(
            required=False,
            allow_blank=True,
            max_length=MAX_QUESTION,
            help_text="A question, or words; any of them may occur. The last one may "
            "be the beginning of a word.",
        )
        queue = serializers.IntegerField(
            required=False,
            min_value=1,
            max_value=MAX_ID,
            help_text="The id of a queue: leaves out articles that are for other "
            "queues.",
        )

    @extend_schema(
        operation_id="articles_search",
        summary="Find articles",
        parameters=[Filter],
        responses=ArticleFoundSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Return the published articles with words of the question, best first, at most
        20; without a word, by title."""
        form = self.Filter(data=request.query_params)
        form.is_valid(raise_exception=True)
        agent = agent_for_user(request.user)
        assert agent.organisation_id is not None, "permissions let only people in"
        rows = queries.articles_with(
            agent.organisation_id,
            form.validated_data.get("q", ""),
            queue_id=form.validated_data.get("queue"),
        )
        found = [
            {"id": row.article_id, "title": row.title, "excerpt": row.text}
            for row in rows
        ]
        return Response(ArticleFoundSerializer(found, many=True).data)

"""REST: the predefined responses for a contact (contract 3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.access import agent_for_user
from contacts import queries
from contacts.access import details_for_agent
from contacts.serializers import FilledResponseSerializer

if TYPE_CHECKING:
    from uuid import UUID


class ResponsesView(APIView):
    """What can be inserted into a reply."""

    class Filter(serializers.Serializer[Any]):
        q = serializers.CharField(
            required=False,
            allow_blank=True,
            help_text="Words that all occur in a response's name or text.",
        )

    @extend_schema(
        operation_id="contact_predefined_responses",
        summary="The responses for a reply",
        parameters=[Filter],
        responses=FilledResponseSerializer(many=True),
    )
    def get(self, request: Request, contact_id: UUID) -> Response:
        """Return the active responses of the contact's queue and the person's own, by
        name, with the names filled in."""
        agent = agent_for_user(request.user)
        contact = details_for_agent(agent, contact_id)
        form = self.Filter(data=request.query_params)
        form.is_valid(raise_exception=True)
        words = form.validated_data.get("q", "")
        rows = queries.responses_for(contact, agent, words)
        return Response(FilledResponseSerializer(rows, many=True).data)

"""REST: what is said in a contact, as its agents read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
)
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.access import agent_for_user
from contacts import queries, transcript
from contacts.access import (
    conversation_for_agent,
    transcript_for_agent,
)
from contacts.models import Contact
from contacts.serializers import (
    MAX_SEQ,
    MessageInput,
    MessageSerializer,
    messages_json,
)
from contacts.services import (
    attention,
    conversation,
    reading,
)
from contacts.services.drafts import agent_sender
from core import clock
from core.strict import StrictSerializer

if TYPE_CHECKING:
    from uuid import UUID


class After(serializers.Serializer[Any]):
    after = serializers.IntegerField(
        min_value=0,
        max_value=MAX_SEQ,
        default=0,
        help_text="The last `seq` received.",
    )


class ReadInput(StrictSerializer):
    seq = serializers.IntegerField(min_value=1, max_value=MAX_SEQ)


class MessagesView(APIView):
    """The transcript of a contact: read it, or add a line to it."""

    @extend_schema(
        operation_id="contact_messages",
        summary="The lines of a conversation",
        parameters=[After],
        responses=MessageSerializer(many=True),
    )
    def get(self, request: Request, contact_id: UUID) -> Response:
        """Return at most 500 lines after `after`, oldest first, and earlier ones that
        were masked later."""
        agent = agent_for_user(request.user)
        contact = transcript_for_agent(agent, contact_id)
        form = After(data=request.query_params)
        form.is_valid(raise_exception=True)
        reading.note(contact, by=agent, now=clock.now())
        rows = queries.messages_after(contact, form.validated_data["after"])
        return Response(messages_json(rows))

    @extend_schema(
        operation_id="contact_message_send",
        summary="Say something",
        request=MessageInput,
        responses={
            201: MessageSerializer,
            200: OpenApiResponse(MessageSerializer, description="Stored before."),
        },
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Add a line; a repeated `client_id` answers the line stored before."""
        agent = agent_for_user(request.user)
        share = conversation_for_agent(agent, contact_id)
        form = MessageInput(data=request.data)
        form.is_valid(raise_exception=True)

        message, is_new = conversation.send_message(
            contact_id=share.contact_id,
            sender=agent_sender(agent),
            now=clock.now(),
            **form.validated_data,
        )

        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(MessageSerializer(message).data, status=code)


class ReadView(APIView):
    """How far the agent has read."""

    @extend_schema(
        operation_id="contact_read",
        summary="Note how far one has read",
        request=ReadInput,
        responses={204: OpenApiResponse(description="Noted.")},
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Note that the agent has read up to this line."""
        agent = agent_for_user(request.user)
        share = conversation_for_agent(agent, contact_id)
        form = ReadInput(data=request.data)
        form.is_valid(raise_exception=True)

        attention.mark_read_by_agent(
            contact_id=share.contact_id, agent=agent, seq=form.validated_data["seq"]
        )

        return Response(status=status.HTTP_204_NO_CONTENT)


class TranscriptView(APIView):
    @extend_schema(
        operation_id="contact_transcript",
        summary="The conversation as a text file",
        responses={(200, "text/plain"): OpenApiTypes.STR},
        parameters=[OpenApiParameter("contact_id", OpenApiTypes.UUID, "path")],
    )
    def get(self, request: Request, contact_id: UUID) -> HttpResponse:
        """Return the whole conversation as plain text, as a download, with the times of
        the organisation's zone."""
        agent = agent_for_user(request.user)
        contact = transcript_for_agent(agent, contact_id)
        reading.note(contact, by=agent, now=clock.now())
        return transcript_file(contact)


def transcript_file(contact: Contact, zone: str | None = None) -> HttpResponse:
    """Return the file with the times of a zone; None: of the organisation's."""
    times_of = ZoneInfo(zone or contact.organisation.timezone)
    text = transcript.file_of(contact, times_of)
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    name = transcript.name_of(contact, times_of)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer

"""REST: the customer, who has no account (contract 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from contacts import queries
from contacts.api.conversation import After, transcript_file
from contacts.authentication import ContactTokenAuthentication
from contacts.serializers import (
    CustomerContactSerializer,
    MessageInput,
    MessageSerializer,
    messages_json,
)
from contacts.services import (
    assisting,
    conversation,
    ending,
    ratings,
)
from contacts.services.drafts import CUSTOMER
from core import clock
from core.strict import StrictSerializer

if TYPE_CHECKING:
    from uuid import UUID

    from contacts.models import Contact


class ZoneField(serializers.CharField):
    """The name of a time zone."""

    default_error_messages = {"zone": _("This is no time zone such as Europe/Berlin.")}

    def to_internal_value(self, data: Any) -> str:
        name = str(super().to_internal_value(data))
        if name not in available_timezones():
            self.fail("zone")
        return name


class Zone(serializers.Serializer[Any]):
    timezone = ZoneField(
        max_length=60,
        required=False,
        help_text="Of the times in the file. Left out: the organisation's.",
    )


class CustomersContactView(APIView):
    """Base of all that a customer does with the own contact."""

    authentication_classes = [ContactTokenAuthentication]
    permission_classes = [IsAuthenticated]

    def contact(self, contact_id: UUID) -> Contact:
        """Return the customer's own contact; any other does not exist."""
        contact: Contact = self.request.user.contact  # type: ignore[union-attr]
        if contact.pk != contact_id:
            raise Http404
        return contact


class ContactView(CustomersContactView):
    @extend_schema(
        operation_id="chat_contact",
        summary="The chat as its customer sees it",
        responses=CustomerContactSerializer,
    )
    def get(self, request: Request, contact_id: UUID) -> Response:
        """Return the state of the chat, with the place in the queue while waiting."""
        return Response(CustomerContactSerializer(self.contact(contact_id)).data)


class MessagesView(CustomersContactView):
    @extend_schema(
        operation_id="chat_messages",
        summary="The lines of the chat",
        parameters=[After],
        responses=MessageSerializer(many=True),
    )
    def get(self, request: Request, contact_id: UUID) -> Response:
        """Return at most 500 lines after `after`, oldest first."""
        contact = self.contact(contact_id)
        form = After(data=request.query_params)
        form.is_valid(raise_exception=True)
        rows = queries.messages_after(contact, form.validated_data["after"])
        return Response(messages_json(rows))

    @extend_schema(
        operation_id="chat_message_send",
        summary="Say something",
        request=MessageInput,
        responses={
            201: MessageSerializer,
            200: OpenApiResponse(MessageSerializer, description="Stored before."),
        },
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Add a line; a repeated `client_id` answers the line stored before."""
        contact = self.contact(contact_id)
        form = MessageInput(data=request.data)
        form.is_valid(raise_exception=True)

        message, is_new = conversation.send_message(
            contact_id=contact.pk,
            sender=CUSTOMER,
            now=clock.now(),
            **form.validated_data,
        )

        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(MessageSerializer(message).data, status=code)


class EscalateView(CustomersContactView):
    @extend_schema(
        operation_id="chat_escalate",
        summary="Ask for a person",
        request=None,
        responses=CustomerContactSerializer,
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Leave the assistant and wait for an agent. Asking again changes nothing; 409
        `wrong_state` where no assistant ever answered, `contact_ended` after the end.
        """
        contact = self.contact(contact_id)

        assisting.escalate(contact_id=contact.pk, now=clock.now())

        contact.refresh_from_db()
        return Response(CustomerContactSerializer(contact).data)


class LeaveView(CustomersContactView):
    @extend_schema(
        operation_id="chat_leave",
        summary="Leave the chat",
        request=None,
        responses={204: OpenApiResponse(description="Left.")},
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """End the chat from the customer's side."""
        ending.leave(contact_id=self.contact(contact_id).pk, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class RatingView(CustomersContactView):
    class Input(StrictSerializer):
        score = serializers.IntegerField(min_value=1, max_value=5)
        comment = serializers.CharField(
            max_length=2000, required=False, allow_blank=True
        )

    @extend_schema(
        operation_id="chat_rating",
        summary="Rate the chat",
        request=Input,
        responses={204: OpenApiResponse(description="Noted.")},
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Rate the chat after its end; a later rating replaces an earlier one."""
        contact = self.contact(contact_id)
        form = self.Input(data=request.data)
        form.is_valid(raise_exception=True)

        ratings.rate(contact_id=contact.pk, now=clock.now(), **form.validated_data)

        return Response(status=status.HTTP_204_NO_CONTENT)


class TranscriptView(CustomersContactView):
    @extend_schema(
        operation_id="chat_transcript",
        summary="The chat as a text file",
        parameters=[Zone],
        responses={(200, "text/plain"): OpenApiTypes.STR},
    )
    def get(self, request: Request, contact_id: UUID) -> HttpResponse:
        """Return the whole chat as plain text, as a download."""
        contact = self.contact(contact_id)
        form = Zone(data=request.query_params)
        form.is_valid(raise_exception=True)
        return transcript_file(contact, zone=form.validated_data.get("timezone"))

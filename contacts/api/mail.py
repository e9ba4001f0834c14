"""REST: what is answered by mail (contract 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.access import agent_for_user
from contacts.access import conversation_for_agent
from contacts.api.customer import CustomersContactView
from contacts.api.opening import OpenedSerializer, PageInput, arrival_of
from contacts.serializers import MessageSerializer
from contacts.serializers.messages import MAX_TEXT
from contacts.services import (
    customers,
    hours,
    offline,
    replies,
    resuming,
    transcripts,
)
from core import addresses, clock, limits
from core.fields import AddressField, TextField
from core.strict import StrictSerializer
from queues.access import entry_point_for_key

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request


class LeftSerializer(serializers.Serializer[Any]):
    contact = serializers.UUIDField(source="pk")


class OfflineMessagesView(APIView):
    """Messages for when nobody can chat."""

    authentication_classes = ()
    permission_classes = [AllowAny]

    class Input(StrictSerializer):
        examples: ClassVar[dict[str, Any]] = {"text": "Where is my order?"}

        class Sender(StrictSerializer):
            examples: ClassVar[dict[str, Any]] = {
                "name": "Dora",
                "email": "dora@example.com",
            }

            name = serializers.CharField(
                max_length=100, required=False, allow_blank=True
            )
            email = AddressField(max_length=254)

        customer = Sender()
        text = TextField(max_length=MAX_TEXT)
        page = PageInput(required=False, help_text="Where the message is left.")

    @extend_schema(
        operation_id="chat_offline_message",
        summary="Leave a message",
        request=Input,
        responses={201: LeftSerializer},
        auth=[],
    )
    def post(self, request: Request, key: str) -> Response:
        """Leave a message that is answered by mail, whether the chat is open or not:
        409 `closed` where no messages are taken."""
        entry_point = entry_point_for_key(key)
        form = self.Input(data=request.data)
        form.is_valid(raise_exception=True)
        values = form.validated_data
        if not offline.is_offered(entry_point):
            raise hours.Closed
        limits.spend(
            f"contacts:{addresses.of(request)}", per_minute=settings.CONTACTS_PER_MINUTE
        )

        contact = offline.leave_message(
            entry_point=entry_point,
            person=customers.Person(**values["customer"]),
            text=values["text"],
            arrival=arrival_of(values.get("page", {}), request),
            now=clock.now(),
        )

        return Response(LeftSerializer(contact).data, status=status.HTTP_201_CREATED)


class SendAgainView(APIView):
    """A line whose mail has failed."""

    @extend_schema(
        operation_id="contact_message_send_again",
        summary="Send a line by mail again",
        request=None,
        responses=MessageSerializer,
    )
    def post(self, request: Request, contact_id: UUID, seq: int) -> Response:
        """Send a line whose mail has failed once more, to the address that the customer
        has now, also after one's own End: 409 `wrong_state` where it was sent."""
        share = conversation_for_agent(agent_for_user(request.user), contact_id)

        message = replies.send_again(
            contact_id=share.contact_id, seq=seq, now=clock.now()
        )

        return Response(MessageSerializer(message).data)


class TranscriptByMailView(CustomersContactView):
    @extend_schema(
        operation_id="chat_transcript_email",
        summary="Have the chat sent by mail",
        request=None,
        responses={202: OpenApiResponse(description="On its way.")},
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Send the chat to the address that was given before it: 400 where none was,
        409 `closed` without mail, 429 for ten minutes afterwards."""
        transcripts.send(contact_id=self.contact(contact_id).pk, now=clock.now())
        return Response(status=status.HTTP_202_ACCEPTED)


class ResumeView(APIView):
    """The way back from a mail."""

    authentication_classes = ()
    permission_classes = [AllowAny]
    refusals = ("404",)

    class Input(StrictSerializer):
        code = serializers.CharField(
            max_length=200, help_text="Of the link, behind `#resume=`."
        )

    @extend_schema(
        operation_id="chat_resume",
        summary="Return to a chat by a mailed link",
        request=Input,
        responses={201: OpenedSerializer},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Answer as the opening of a chat does, with a new token; the earlier one is
        void. A code works once: 404 afterwards."""
        form = self.Input(data=request.data)
        form.is_valid(raise_exception=True)
        limits.spend(
            f"resume:{addresses.of(request)}", per_minute=settings.CONTACTS_PER_MINUTE
        )

        opened = resuming.resume(code=form.validated_data["code"], now=clock.now())

        opened.contact.refresh_from_db()
        return Response(OpenedSerializer(opened).data, status=status.HTTP_201_CREATED)

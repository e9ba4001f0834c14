"""REST: files, on their way in and out, for agents and customers (contract 3.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents import addresses
from agents.access import agent_for_user
from contacts.access import conversation_for_agent
from contacts.api.customer import CustomersContactView
from contacts.authentication import ContactTokenAuthentication
from contacts.file_access import (
    attachment_for_agent,
    attachment_for_customer,
    unsent_of_agent,
    unsent_of_customer,
)
from contacts.files import download
from contacts.serializers.attachments import AttachmentSerializer, attachments_json
from contacts.services import attachments, reading, uploads
from contacts.services.drafts import CUSTOMER, agent_sender
from contacts.services.file_store import NoRoomForFiles
from contacts.services.uploads import Upload
from core import clock, limits, outages

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponseBase

    from contacts.models import Contact
    from contacts.services.drafts import Sender

FILE = {(200, "application/octet-stream"): OpenApiTypes.BINARY}


class UploadInput(serializers.Serializer[Any]):
    file = serializers.ListField(
        child=serializers.FileField(), help_text="The field may stand there repeatedly."
    )


RECEIVED = {201: AttachmentSerializer(many=True)}
RECEIVING = {"multipart/form-data": UploadInput}


def _receive(
    request: Request, contact: Contact, sender: Sender, address: str
) -> Response:
    limits.spend(f"uploads:{address}", per_minute=settings.UPLOADS_PER_MINUTE)
    rows = uploads.receive(
        contact=contact, sender=sender, uploads=_uploads(request), now=clock.now()
    )
    return Response(attachments_json(rows), status=status.HTTP_201_CREATED)


def _uploads(request: Request) -> list[Upload]:
    files = request.FILES.getlist("file")
    return [Upload(file.name or "", file.size or 0, file) for file in files]


class Receiving(APIView):
    """Base of what takes files: the disk may be full before anybody looks at them."""

    parser_classes = [MultiPartParser]
    refusals = ("503", "507")

    def handle_exception(self, exc: Exception) -> Response:
        is_full = isinstance(exc, OSError) and exc.errno in outages.DISK_FULL
        return super().handle_exception(NoRoomForFiles() if is_full else exc)


class UploadView(Receiving):
    """Files of an agent."""

    @extend_schema(
        operation_id="contact_attachments",
        summary="Send files in, to be named in a message",
        request=RECEIVING,
        responses=RECEIVED,
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Take files in, at most ten, and answer when they are checked: each is
        `staged`, or `blocked` with a reason. A message that names staged files sends
        them."""
        agent = agent_for_user(request.user)
        share = conversation_for_agent(agent, contact_id)
        uploads.refuse_agent(agent)
        sender = agent_sender(agent)
        return _receive(request, share.contact, sender, agent.address)


class FileView(APIView):
    """A file that was sent, or an own one that was not sent yet."""

    @extend_schema(operation_id="attachment", summary="Fetch a file", responses=FILE)
    def get(self, request: Request, attachment_id: UUID) -> HttpResponseBase:
        """Return the file, as a download."""
        agent = agent_for_user(request.user)
        file = attachment_for_agent(agent, attachment_id)
        reading.note(file.contact, by=agent, now=clock.now())
        return download(request, file)

    @extend_schema(
        operation_id="attachment_remove",
        summary="Take back a file that was not sent",
        responses={204: None},
    )
    def delete(self, request: Request, attachment_id: UUID) -> Response:
        """Delete an own file that is `staged` or `blocked`."""
        row = unsent_of_agent(agent_for_user(request.user), attachment_id)
        attachments.remove(attachment=row)
        return Response(status=status.HTTP_204_NO_CONTENT)


class CustomerUploadView(Receiving, CustomersContactView):
    """Files of a customer."""

    @extend_schema(
        operation_id="chat_attachments",
        summary="Send files in, to be named in a message",
        request=RECEIVING,
        responses=RECEIVED,
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Take files in, at most ten, and answer when they are checked: each is
        `staged`, or `blocked` with a reason. A message that names staged files sends
        them."""
        contact = self.contact(contact_id)
        uploads.refuse_customer(contact.organisation)
        return _receive(request, contact, CUSTOMER, addresses.of_customer(contact.pk))


class CustomerFileView(APIView):
    """A file of the customer's own chat."""

    authentication_classes = [ContactTokenAuthentication]
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="chat_attachment", summary="Fetch a file", responses=FILE
    )
    def get(self, request: Request, attachment_id: UUID) -> HttpResponseBase:
        """Return the file, as a download."""
        contact: Contact = request.user.contact  # type: ignore[union-attr]
        return download(request, attachment_for_customer(contact, attachment_id))

    @extend_schema(
        operation_id="chat_attachment_remove",
        summary="Take back a file that was not sent",
        responses={204: None},
    )
    def delete(self, request: Request, attachment_id: UUID) -> Response:
        """Delete an own file that is `staged` or `blocked`."""
        contact: Contact = request.user.contact  # type: ignore[union-attr]
        attachments.remove(attachment=unsent_of_customer(contact, attachment_id))
        return Response(status=status.HTTP_204_NO_CONTENT)

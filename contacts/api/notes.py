"""REST: notes that only agents see (contract 3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents.access import agent_for_user
from contacts.access import (
    conversation_for_agent,
    customer_note_for_agent,
    details_for_agent,
    transcript_for_agent,
)
from contacts.serializers import (
    CustomerNoteSerializer,
    NoteInput,
    NoteSerializer,
    notes_json,
)
from contacts.services import notes, reading
from core import clock

if TYPE_CHECKING:
    from uuid import UUID


class NotesView(APIView):
    """The private lines of a contact's agents."""

    @extend_schema(
        operation_id="contact_notes",
        summary="What agents told each other",
        responses=NoteSerializer(many=True),
    )
    def get(self, request: Request, contact_id: UUID) -> Response:
        """Return the private notes of a contact, oldest first."""
        agent = agent_for_user(request.user)
        contact = transcript_for_agent(agent, contact_id)
        reading.note(contact, by=agent, now=clock.now())
        return Response(notes_json(contact.notes.order_by("pk")))

    @extend_schema(
        operation_id="contact_note_write",
        summary="Tell the other agents something",
        request=NoteInput,
        responses={
            201: NoteSerializer,
            200: OpenApiResponse(NoteSerializer, description="Stored before."),
        },
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Add a note that the customer never sees; a repeated `client_id` answers the
        note stored before."""
        share = conversation_for_agent(agent_for_user(request.user), contact_id)
        form = NoteInput(data=request.data)
        form.is_valid(raise_exception=True)

        note, is_new = notes.write(share=share, now=clock.now(), **form.validated_data)

        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(NoteSerializer(note).data, status=code)


class CustomerNotesView(APIView):
    """What agents wrote down about a contact's customer."""

    @extend_schema(
        operation_id="contact_customer_notes",
        summary="Notes about the customer",
        responses=CustomerNoteSerializer(many=True),
    )
    def get(self, request: Request, contact_id: UUID) -> Response:
        """Return the notes about the customer, newest first."""
        contact = details_for_agent(agent_for_user(request.user), contact_id)
        rows = contact.customer.notes.select_related("author")
        return Response(CustomerNoteSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="contact_customer_note_write",
        summary="Write down something about the customer",
        request=CustomerNoteSerializer,
        responses={201: CustomerNoteSerializer},
    )
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Add a note about the customer, during the chat or its wrap-up."""
        share = conversation_for_agent(agent_for_user(request.user), contact_id)
        form = CustomerNoteSerializer(data=request.data)
        form.is_valid(raise_exception=True)

        note = notes.write_about_customer(
            share=share, text=form.validated_data["text"], now=clock.now()
        )

        return Response(
            CustomerNoteSerializer(note).data, status=status.HTTP_201_CREATED
        )


class CustomerNoteView(APIView):
    """One note about a customer."""

    @extend_schema(
        operation_id="contact_customer_note_change",
        summary="Change one's own note about the customer",
        request=CustomerNoteSerializer,
        responses=CustomerNoteSerializer,
    )
    def patch(self, request: Request, contact_id: UUID, note_id: int) -> Response:
        """Change a note; only its author may."""
        agent = agent_for_user(request.user)
        note = customer_note_for_agent(agent, contact_id, note_id)
        form = CustomerNoteSerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        text = form.validated_data.get("text", note.text)

        note = notes.rewrite(note=note, author=agent, text=text, now=clock.now())

        return Response(CustomerNoteSerializer(note).data)

    @extend_schema(
        operation_id="contact_customer_note_delete",
        summary="Delete one's own note about the customer",
        responses={204: OpenApiResponse(description="Deleted.")},
    )
    def delete(self, request: Request, contact_id: UUID, note_id: int) -> Response:
        """Delete a note; only its author may."""
        agent = agent_for_user(request.user)
        note = customer_note_for_agent(agent, contact_id, note_id)
        notes.delete(note=note, author=agent)
        return Response(status=status.HTTP_204_NO_CONTENT)

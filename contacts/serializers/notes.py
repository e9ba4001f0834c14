"""Notes: the private lines of a contact's agents and of who watches them, and what is
known of a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from rest_framework import serializers

from contacts.models import CustomerNote, Note, Whisper
from contacts.serializers.contacts import SomebodySerializer
from contacts.serializers.messages import (
    MAX_CLIENT_ID,
    MAX_TEXT,
    SenderSerializer,
    sender_of,
    time_of,
)
from core.fields import TextField
from core.strict import Strict, StrictSerializer

if TYPE_CHECKING:
    from collections.abc import Iterable


class NoteSerializer(serializers.Serializer[Any]):
    """A private line: only agents see it."""

    examples: ClassVar[dict[str, Any]] = {"text": "He has called twice already."}

    id = serializers.IntegerField()
    contact = serializers.UUIDField(source="contact_id")
    sender = SenderSerializer(source="*")
    text = serializers.CharField()
    masked = serializers.BooleanField()
    created_at = serializers.DateTimeField()

    def to_representation(self, note: Note | Whisper) -> dict[str, Any]:
        return {
            "id": note.pk,
            "contact": str(note.contact_id),
            "sender": sender_of(note),
            "text": note.text,
            "masked": note.masked,
            "created_at": time_of(note.created_at),
        }


class WhisperSerializer(NoteSerializer):
    """What a watcher tells the agents: no customer sees it."""

    examples: ClassVar[dict[str, Any]] = {"text": "Offer him a new one."}


class NoteInput(StrictSerializer):
    examples: ClassVar[dict[str, Any]] = {
        "client_id": "8b1d07",
        "text": "He has called twice already.",
    }

    client_id = serializers.CharField(
        max_length=MAX_CLIENT_ID,
        trim_whitespace=False,
        help_text="Made by the sender; a repeat stores nothing twice.",
    )
    text = TextField(max_length=MAX_TEXT)


class CustomerNoteSerializer(Strict, serializers.ModelSerializer[CustomerNote]):
    """What an agent wrote down about the customer."""

    examples: ClassVar[dict[str, Any]] = {
        "text": "Prefers to be called in the evening."
    }

    author = SomebodySerializer(read_only=True)
    text = TextField(max_length=MAX_TEXT)

    class Meta:
        model = CustomerNote
        fields = ["id", "author", "text", "created_at", "edited_at"]
        read_only_fields = ["created_at", "edited_at"]


def notes_json(notes: Iterable[Note | Whisper]) -> list[dict[str, Any]]:
    """Return notes, or whispers, in their one shape."""
    shape = NoteSerializer()
    return [shape.to_representation(note) for note in notes]

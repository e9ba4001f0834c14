"""A file of a conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from rest_framework import serializers

from contacts.models import Attachment, AttachmentStatus, BlockReason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST_FILES = 10  # of a reply


class AttachmentSerializer(serializers.Serializer[Attachment]):
    """A file; the same for everybody who reads it."""

    examples: ClassVar[dict[str, Any]] = {
        "name": "invoice.pdf",
        "size": 48213,
        "content_type": "application/pdf",
        "url": "attachments/8c1f5c1e-6f0d-4f6e-9a53-0d5a4f6e2b11/",
    }

    id = serializers.UUIDField()
    name = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    content_type = serializers.CharField()
    url = serializers.CharField(help_text="Relative to the reader's API base.")
    status = serializers.ChoiceField(
        [
            AttachmentStatus.STAGED.value,
            AttachmentStatus.SENT.value,
            AttachmentStatus.BLOCKED.value,
        ]
    )
    reason = serializers.ChoiceField(
        BlockReason.choices, allow_null=True, help_text="Why it is blocked."
    )

    def to_representation(self, row: Attachment) -> dict[str, Any]:
        return _json(row.shown, row.status, row.reason or None)


def sent_json(file: Mapping[str, Any]) -> dict[str, Any]:
    """Return the file of a message, from what the message keeps of it."""
    return _json(file, AttachmentStatus.SENT.value, None)


def attachments_json(rows: Iterable[Attachment]) -> list[dict[str, Any]]:
    shape = AttachmentSerializer()
    return [shape.to_representation(row) for row in rows]


def _json(file: Mapping[str, Any], status: str, reason: str | None) -> dict[str, Any]:
    url = f"attachments/{file['id']}/"
    return {**file, "url": url, "status": status, "reason": reason}

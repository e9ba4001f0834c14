from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.models import Agent
from contacts.models.contact import Contact
from contacts.models.message import Message, SenderKind


class AttachmentStatus(models.TextChoices):
    SCANNING = "scanning", _("Being checked")
    STAGED = "staged", _("Staged")
    SENT = "sent", _("Sent")
    BLOCKED = "blocked", _("Blocked")


class BlockReason(models.TextChoices):
    CARD_DATA = "card_data", _("Card data in it")
    ENCRYPTED = "encrypted", _("Protected by a password")
    UNREADABLE = "unreadable", _("Cannot be read")
    TOO_MANY_PIXELS = "too_many_pixels", _("Too large a picture")
    SCAN_TIMEOUT = "scan_timeout", _("Took too long to check")
    VIRUS = "virus", _("A virus in it")


class Attachment(models.Model):
    """A file of a conversation, or one that was stopped on its way there."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="attachments"
    )
    message = models.ForeignKey(
        Message,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="attachments",
    )
    sender_kind = models.CharField(max_length=10, choices=SenderKind.choices)
    sender_agent = models.ForeignKey(
        Agent,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="attachments",
    )
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField(help_text=_("Bytes."))
    content_type = models.CharField(max_length=100)
    file = models.FileField(upload_to="attachments/%Y/%m/", blank=True, db_index=True)
    status = models.CharField(max_length=10, choices=AttachmentStatus.choices)
    reason = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()

    # What a file is between its check and its message.
    CHECKED = (AttachmentStatus.STAGED, AttachmentStatus.BLOCKED)

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=models.Q(message__isnull=True),
                name="contacts_attachment_unsent",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status="sent") | models.Q(message__isnull=False),
                name="contacts_attachment_sent_has_message",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown(self) -> dict[str, Any]:
        """What a message keeps of a file that was sent with it."""
        return {
            "id": str(self.pk),
            "name": self.name,
            "size": self.size,
            "content_type": self.content_type,
        }

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.models import Agent, MailState
from contacts.models.contact import Contact


class SenderKind(models.TextChoices):
    CUSTOMER = "customer", _("Customer")
    AGENT = "agent", _("Agent")
    BOT = "bot", _("Assistant")
    SYSTEM = "system", _("System")


class MessageKind(models.TextChoices):
    TEXT = "text", _("Text")
    EVENT = "event", _("Event")


class EventCode(models.TextChoices):
    AGENT_JOINED = "agent_joined"
    AGENT_LEFT = "agent_left"
    CUSTOMER_LEFT = "customer_left"
    QUEUED = "queued"
    VIDEO_STARTED = "video_started"
    VIDEO_ENDED = "video_ended"
    CONTACT_ENDED = "contact_ended"


class Message(models.Model):
    """One line of a conversation, at its place in the order (`seq`)."""

    # No index of its own: the constraint on (contact, seq) is one.
    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    seq = models.PositiveIntegerField()
    rev = models.PositiveIntegerField(default=0)
    client_id = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001 - NULLs are distinct
    sender_kind = models.CharField(max_length=10, choices=SenderKind.choices)
    # Its index has the lines of agents only.
    sender_agent = models.ForeignKey(
        Agent,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="messages",
        db_index=False,
    )
    sender_name = models.CharField(max_length=100, blank=True)
    # Who sent it, as one value: "customer", "agent.<id>", "bot", "system".
    sender_key = models.CharField(max_length=30)
    kind = models.CharField(
        max_length=10, choices=MessageKind.choices, default=MessageKind.TEXT
    )
    text = models.TextField(blank=True)
    event_code = models.CharField(max_length=20, choices=EventCode.choices, blank=True)
    event_name = models.CharField(max_length=100, null=True, blank=True)  # noqa: DJ001 - null and "" differ in the frame
    event_reason = models.CharField(max_length=20, blank=True)
    # Of the end at closing time: when those who waited may come again.
    event_opens_at = models.DateTimeField(null=True, blank=True)
    masked = models.BooleanField(default=False)
    buttons = models.JSONField(default=list, blank=True)
    # The articles that an assistant's answer is taken from: {article, title} each, the
    # title as it was.
    sources = models.JSONField(default=list, blank=True)
    # The files sent with it as they are shown (`Attachment.shown`): who reads the
    # conversation needs no other table.
    files = models.JSONField(default=list, blank=True)
    # Of an agent's line that goes out as mail: what has become of it.
    mail = models.CharField(max_length=10, choices=MailState.choices, blank=True)
    mail_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["contact", "seq"]
        indexes = [
            models.Index(
                fields=["sender_agent"],
                condition=models.Q(sender_agent__isnull=False),
                name="contacts_message_agent",
            ),
            # Lines that changed later, by masking or by what became of their mail:
            # those who missed that ask for them.
            models.Index(
                fields=["contact", "seq"],
                condition=models.Q(rev__gt=0),
                name="contacts_message_changed",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "seq"], name="contacts_message_seq"
            ),
            models.UniqueConstraint(
                fields=["contact", "sender_key", "client_id"],
                name="contacts_message_client_id",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sender_kind} {self.seq}"

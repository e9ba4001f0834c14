from __future__ import annotations

from django.db import models

from agents.models import Agent, AppendOnly
from contacts.models.contact import Contact


class ContactEvent(AppendOnly):
    """What happened to a contact, and by whom; append-only, no text of people."""

    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, related_name="events"
    )
    at = models.DateTimeField()
    code = models.CharField(max_length=30)
    agent = models.ForeignKey(
        Agent,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="contact_events",
        help_text="The agent it is about.",
    )
    actor = models.ForeignKey(
        Agent,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="contact_events_made",
        help_text="Who did it. Empty: the customer or the system.",
    )
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.code

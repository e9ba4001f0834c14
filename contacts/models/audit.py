from __future__ import annotations

from django.db import models

from agents.models import Agent, AppendOnly
from contacts.models.contact import Contact


class ContactEventCode(models.TextChoices):
    """What can happen to a contact; docs/events.md says when, and what is noted."""

    OPENED = "opened", "Opened"
    HANDED_OVER = "handed_over", "Handed over by the assistant"
    OFFERED = "offered", "Offered"
    TRANSFERRED = "transferred", "Transferred"
    INVITED = "invited", "Invited to a conference"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    RONA = "rona", "Not answered (RONA)"
    WITHDRAWN = "withdrawn", "Offer withdrawn"
    LEFT = "left", "Left the conference"
    AGENT_LOST = "agent_lost", "Agent out of reach"
    OWNER = "owner", "Became the owner"
    ENDED = "ended", "Ended by the agent"
    CUSTOMER_LEFT = "customer_left", "Left by the customer"
    ABANDONED = "abandoned", "Abandoned"
    BOT_ENDED = "bot_ended", "Ended by the assistant"
    INACTIVITY = "inactivity", "Ended by inactivity"
    OVERFLOWED = "overflowed", "Moved to the overflow queue"
    QUEUE_TIMEOUT = "queue_timeout", "Waited too long"
    REQUEUED = "requeued", "Put back in a queue"
    CLOSED = "closed", "Closed"
    WRAPPED_UP = "wrapped_up", "Wrapped up"


class ContactEvent(AppendOnly):
    """What happened to a contact, and by whom; append-only, without what was said."""

    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, related_name="events"
    )
    at = models.DateTimeField()
    code = models.CharField(max_length=30, choices=ContactEventCode.choices)
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
        help_text="Who did it to the agent or the contact. Empty: the agent, the "
        "customer or the system.",
    )
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(code__in=ContactEventCode.values),
                name="contacts_event_code",
            ),
        ]

    def __str__(self) -> str:
        return self.get_code_display()

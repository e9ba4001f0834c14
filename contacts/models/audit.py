from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.models import Agent, AppendOnly
from contacts.models.contact import Contact


class ContactEventCode(models.TextChoices):
    """What can happen to a contact; docs/events.md says when, and what is noted."""

    OPENED = "opened", _("Opened")
    HANDED_OVER = "handed_over", _("Handed over by the assistant")
    OFFERED = "offered", _("Offered")
    TRANSFERRED = "transferred", _("Transferred")
    INVITED = "invited", _("Invited to a conference")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    RONA = "rona", _("Not answered (RONA)")
    WITHDRAWN = "withdrawn", _("Offer withdrawn")
    LEFT = "left", _("Left the conference")
    AGENT_LOST = "agent_lost", _("Agent out of reach")
    BARGED = "barged", _("Barged in")
    TAKEN_OVER = "taken_over", _("Taken over")
    OWNER = "owner", _("Became the owner")
    ENDED = "ended", _("Ended by the agent")
    CUSTOMER_LEFT = "customer_left", _("Left by the customer")
    ABANDONED = "abandoned", _("Abandoned")
    BOT_ENDED = "bot_ended", _("Ended by the assistant")
    INACTIVITY = "inactivity", _("Ended by inactivity")
    OVERFLOWED = "overflowed", _("Moved to the overflow queue")
    QUEUE_TIMEOUT = "queue_timeout", _("Waited too long")
    REQUEUED = "requeued", _("Put back in a queue")
    CLOSED = "closed", _("Closed")
    WRAPPED_UP = "wrapped_up", _("Wrapped up")
    VIDEO_STARTED = "video_started", _("Video call started")
    VIDEO_ENDED = "video_ended", _("Video call ended")
    FILE_BLOCKED = "file_blocked", _("File blocked")


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
        help_text=_("The agent it is about."),
    )
    actor = models.ForeignKey(
        Agent,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="contact_events_made",
        help_text=_(
            "Who did it to the agent or the contact. Empty: the agent, the "
            "customer or the system."
        ),
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

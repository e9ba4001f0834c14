from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.models import Agent
from contacts.models.contact import Contact

if TYPE_CHECKING:
    from datetime import datetime


class VideoState(models.TextChoices):
    RINGING = "ringing", _("Ringing")
    LIVE = "live", _("Live")
    ENDED = "ended", _("Ended")


# A call that is on; there is one of a contact at most.
ON = (VideoState.RINGING, VideoState.LIVE)


class CallEnd(models.TextChoices):
    """The two ends of a call."""

    AGENT = "agent", _("Agent")
    CUSTOMER = "customer", _("Customer")


class CallOutcome(models.TextChoices):
    """What a call ended by."""

    CANCELLED = "cancelled", _("Taken back")
    DECLINED = "declined", _("Declined")
    MISSED = "missed", _("Not answered")
    LEFT = "left", _("Left")
    LOST = "lost", _("Out of reach")
    CHAT_OVER = "chat_over", _("The chat went on without its agent, or ended")


class VideoCall(models.Model):
    """A video call of a contact; one at a time (D26). Nothing of it is recorded."""

    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="video_calls"
    )
    state = models.CharField(
        max_length=10, choices=VideoState.choices, default=VideoState.RINGING
    )
    started_by = models.ForeignKey(
        Agent, on_delete=models.PROTECT, related_name="video_calls"
    )
    # The pages in which the two have it; empty: whichever speaks.
    agent_tab = models.CharField(max_length=64, blank=True)
    customer_tab = models.CharField(max_length=64, blank=True)
    # The sockets that the two speak through now, as presence knows them.
    agent_socket = models.UUIDField(null=True, blank=True)
    customer_socket = models.UUIDField(null=True, blank=True)
    ringing_at = models.DateTimeField()
    ring_until = models.DateTimeField()
    live_at = models.DateTimeField(null=True, blank=True)
    # Who of the two is out of reach, and until when the other one waits.
    lost_end = models.CharField(max_length=10, choices=CallEnd.choices, blank=True)
    lost_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # Empty where nobody did: the time did.
    ended_by = models.CharField(max_length=10, choices=CallEnd.choices, blank=True)
    outcome = models.CharField(max_length=10, choices=CallOutcome.choices, blank=True)

    class Meta:
        ordering = ["ringing_at", "id"]
        indexes = [
            models.Index(
                fields=["ring_until"],
                condition=models.Q(state="ringing"),
                name="contacts_video_ringing",
            ),
            models.Index(
                fields=["id"],
                condition=models.Q(state="live"),
                name="contacts_video_live",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["contact"],
                condition=models.Q(state__in=["ringing", "live"]),
                name="contacts_video_one_call",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state="ended", ended_at__isnull=False, outcome__gt=""
                )
                | (
                    ~models.Q(state="ended")
                    & models.Q(ended_at__isnull=True, outcome="", ended_by="")
                ),
                name="contacts_video_ended_has_outcome",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="live") | models.Q(live_at__isnull=False),
                name="contacts_video_live_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.get_state_display()

    @property
    def is_live(self) -> bool:
        return self.state == VideoState.LIVE

    def tab_of(self, end: CallEnd) -> str:
        """Return the page in which this end has the call; empty for any."""
        return self.agent_tab if end == CallEnd.AGENT else self.customer_tab

    def rings_at(self, now: datetime) -> bool:
        """Whether it can still be accepted."""
        return self.state == VideoState.RINGING and self.ring_until > now

    def seconds(self) -> int:
        """Return how long the two talked, once it has ended."""
        if self.live_at is None or self.ended_at is None:
            return 0
        return round((self.ended_at - self.live_at).total_seconds())

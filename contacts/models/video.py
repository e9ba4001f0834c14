from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.models import Agent
from contacts.models.contact import Contact


class VideoState(models.TextChoices):
    RINGING = "ringing", _("Ringing")
    LIVE = "live", _("Live")
    ENDED = "ended", _("Ended")


class VideoCall(models.Model):
    """A video call of a contact; one at a time (D26)."""

    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="video_calls"
    )
    state = models.CharField(
        max_length=10, choices=VideoState.choices, default=VideoState.RINGING
    )
    started_by = models.ForeignKey(
        Agent, on_delete=models.PROTECT, related_name="video_calls"
    )
    agent_tab = models.CharField(max_length=64, blank=True)
    customer_tab = models.CharField(max_length=64, blank=True)
    ringing_at = models.DateTimeField()
    live_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["ringing_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["contact"],
                condition=models.Q(state__in=["ringing", "live"]),
                name="contacts_video_one_call",
            ),
        ]

    def __str__(self) -> str:
        return self.get_state_display()

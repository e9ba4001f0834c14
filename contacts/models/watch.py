from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.models import Agent
from contacts.models.assignment import Assignment, AssignmentRole, AssignmentState
from contacts.models.contact import Contact, ContactState
from contacts.models.note import PrivateLine


class WatchMode(models.TextChoices):
    MONITOR = "monitor", _("Watching")
    WHISPER = "whisper", _("Whispering")


class WatchEnd(models.TextChoices):
    """What a watch ended by."""

    STOPPED = "stopped", _("Stopped")
    BARGED = "barged", _("Barged in")
    TAKEN_OVER = "taken_over", _("Taken over")
    OVER = "over", _("The agent's part of the chat was over")
    LOST = "lost", _("No desk was open")
    NOT_ALLOWED = "not_allowed", _("Not allowed any more")


class Watch(models.Model):
    """A supervisor follows one agent's part of a contact (D32): no share of it, so it
    takes no slot and counts in no figure."""

    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="watches"
    )
    # The owner's: once somebody else has the contact, nobody watches it any more.
    share = models.ForeignKey(
        Assignment, on_delete=models.CASCADE, related_name="watches"
    )
    watcher = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="watches")
    mode = models.CharField(max_length=10, choices=WatchMode.choices)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=WatchEnd.choices, blank=True)

    # A watch that is on, whatever was not noted yet.
    ON: ClassVar[models.Q] = models.Q(
        ended_at=None,
        share__state=AssignmentState.CONNECTED,
        share__role=AssignmentRole.PRIMARY,
        contact__state=ContactState.CONNECTED,
    )

    class Meta:
        ordering = ["contact", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["contact"],
                condition=models.Q(ended_at=None),
                name="contacts_watch_one_watcher",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, outcome="")
                | models.Q(ended_at__isnull=False, outcome__in=WatchEnd.values),
                name="contacts_watch_ended_by",
            ),
            models.CheckConstraint(
                condition=models.Q(mode__in=WatchMode.values),
                name="contacts_watch_mode",
            ),
        ]
        indexes = [
            models.Index(
                fields=["watcher"],
                condition=models.Q(ended_at=None),
                name="contacts_watch_on",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.watcher}: {self.get_mode_display()}"

    @property
    def is_silent(self) -> bool:
        """Whether the agents are not told of it."""
        return self.contact.organisation.silent_monitoring_enabled


class Whisper(PrivateLine):
    """What a watcher tells the agents of a contact."""

    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="whispers"
    )
    author = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="whispers")


class HelpRequest(models.Model):
    """An agent asks those who oversee to look at a contact."""

    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="help_requests"
    )
    # The agent's, connected: with it the request is over.
    share = models.ForeignKey(
        Assignment, on_delete=models.CASCADE, related_name="help_requests"
    )
    agent = models.ForeignKey(
        Agent, on_delete=models.PROTECT, related_name="help_requests"
    )
    text = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    # Empty: taken back, or over with the agent's share.
    answered_by = models.ForeignKey(
        Agent,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="help_given",
    )

    # A request that is open, whatever was not noted yet.
    OPEN: ClassVar[models.Q] = models.Q(
        ended_at=None, share__state=AssignmentState.CONNECTED
    )

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["share"],
                condition=models.Q(ended_at=None),
                name="contacts_helprequest_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=False)
                | models.Q(answered_by__isnull=True),
                name="contacts_helprequest_answered_is_over",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent}: {self.text}".removesuffix(": ")

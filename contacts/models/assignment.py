from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.models import Agent
from contacts.models.contact import Contact
from queues.models import Queue

if TYPE_CHECKING:
    from datetime import datetime


class AssignmentKind(models.TextChoices):
    ROUTED = "routed", _("Routed")
    TRANSFER = "transfer", _("Transfer")
    CONFERENCE = "conference", _("Conference")


class AssignmentRole(models.TextChoices):
    PRIMARY = "primary", _("Primary")
    CONSULTED = "consulted", _("Consulted")


class AssignmentState(models.TextChoices):
    OFFERED = "offered", _("Offered")
    CONNECTED = "connected", _("Connected")
    WRAPUP = "wrapup", _("Wrap-up")
    COMPLETED = "completed", _("Completed")
    RONA = "rona", "RONA"
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    LEFT = "left", _("Left")


class AssignmentOutcome(models.TextChoices):
    """What a share ended by, which may be before its wrap-up is done."""

    END = "end", _("End")
    TRANSFER = "transfer", _("Transfer")
    DROP = "drop", _("Dropped from the conference")
    EXIT = "exit", _("Left the conference")
    CONFERENCE_ENDED = "conference_ended", _("Conference ended")
    CUSTOMER_LEFT = "customer_left", _("Left by the customer")
    LOST = "lost", _("Agent out of reach")
    REQUEUED = "requeued", _("Put back in a queue by a supervisor")
    CLOSED = "closed", _("Closed by a supervisor")
    TAKEN_OVER = "taken_over", _("Taken over by a supervisor")
    # As the state, where nothing else was said.
    COMPLETED = "completed", _("Completed")
    RONA = "rona", "RONA"
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# A live share takes a slot.
LIVE_STATES = (
    AssignmentState.OFFERED,
    AssignmentState.CONNECTED,
    AssignmentState.WRAPUP,
)


class Assignment(models.Model):
    """One agent's share of a contact: offer, talk, wrap-up (domain 4.2)."""

    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="assignments"
    )
    agent = models.ForeignKey(
        Agent, on_delete=models.PROTECT, related_name="assignments"
    )
    queue = models.ForeignKey(
        Queue, on_delete=models.PROTECT, related_name="assignments"
    )
    kind = models.CharField(
        max_length=10, choices=AssignmentKind.choices, default=AssignmentKind.ROUTED
    )
    role = models.CharField(
        max_length=10, choices=AssignmentRole.choices, default=AssignmentRole.PRIMARY
    )
    state = models.CharField(
        max_length=10, choices=AssignmentState.choices, default=AssignmentState.OFFERED
    )
    requested_by = models.ForeignKey(
        Agent,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="requests_made",
    )
    note = models.TextField(blank=True, max_length=8000)
    # One search for a consulted agent: the same time on every offer it makes (D10).
    request_started_at = models.DateTimeField(null=True, blank=True)
    # Where this share was transferred to, so that a repeat is known as one.
    transferred_to_agent = models.ForeignKey(
        Agent,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="transfers_received",
    )
    transferred_to_queue = models.ForeignKey(
        Queue,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="transfers_received",
    )
    offered_at = models.DateTimeField()
    blink_at = models.DateTimeField()
    rona_at = models.DateTimeField()
    connected_at = models.DateTimeField(null=True, blank=True)
    wrapup_at = models.DateTimeField(null=True, blank=True)
    wrapup_deadline = models.DateTimeField(null=True, blank=True)
    # When its agent asked for more time, the last time.
    wrapup_renewed_at = models.DateTimeField(null=True, blank=True)
    # What the agent writes about the conversation, kept while it is written; the
    # wrap-up takes it over.
    wrapup_note = models.TextField(blank=True, max_length=8000)
    ended_at = models.DateTimeField(null=True, blank=True)
    read_seq = models.PositiveIntegerField(default=0)
    # What the card of a contact that was given away says instead of the contact's
    # version, which would tell that others go on with it (R78).
    kept_version = models.PositiveIntegerField(default=0)
    # Empty until something ends the share; its agent's rights depend on it.
    outcome = models.CharField(
        max_length=20, choices=AssignmentOutcome.choices, blank=True
    )

    class Meta:
        ordering = ["offered_at", "id"]
        indexes = [
            models.Index(
                fields=["rona_at"],
                condition=models.Q(state="offered"),
                name="contacts_assignment_rona",
            ),
            models.Index(
                fields=["wrapup_deadline"],
                condition=models.Q(state="wrapup", wrapup_deadline__isnull=False),
                name="contacts_assignment_autowrap",
            ),
            models.Index(
                fields=["agent"],
                condition=models.Q(state__in=["offered", "connected", "wrapup"]),
                name="contacts_assignment_live",
            ),
            # Those of the day, and those that go on: figures.
            models.Index(
                fields=["queue", "ended_at"], name="contacts_assignment_of_day"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["contact"],
                condition=models.Q(state="connected", role="primary"),
                name="contacts_assignment_one_owner",
            ),
            models.UniqueConstraint(
                fields=["contact"],
                condition=models.Q(state="offered"),
                name="contacts_assignment_one_offer",
            ),
            models.UniqueConstraint(
                fields=["contact", "agent"],
                condition=models.Q(state__in=["offered", "connected", "wrapup"]),
                name="contacts_assignment_one_live_share",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["offered", "connected", "wrapup"])
                | models.Q(ended_at__isnull=False),
                name="contacts_assignment_ended_has_time",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["", *AssignmentOutcome.values]),
                name="contacts_assignment_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent}: {self.get_state_display()}"

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_STATES

    @property
    def is_owner(self) -> bool:
        """Whether this agent holds the conversation now."""
        return (
            self.state == AssignmentState.CONNECTED
            and self.role == AssignmentRole.PRIMARY
        )

    @property
    def is_given_away(self) -> bool:
        """Whether the agent only wraps up what somebody else goes on with (R78)."""
        return (
            self.state == AssignmentState.WRAPUP
            and self.outcome == AssignmentOutcome.TRANSFER
        )

    def is_open_at(self, now: datetime) -> bool:
        """Whether the offer can still be accepted."""
        return self.state == AssignmentState.OFFERED and self.rona_at > now

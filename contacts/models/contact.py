from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.models import Agent, Channel, Organisation
from contacts.models.customer import Customer
from queues.models import Assistant, EntryPoint, Queue

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

READS_ON = timedelta(hours=24)


class ContactState(models.TextChoices):
    BOT = "bot", _("With the assistant")
    QUEUED = "queued", _("Waiting")
    OFFERED = "offered", _("Offered")
    CONNECTED = "connected", _("Connected")
    ENDED = "ended", _("Ended")


# The order in which those who wait are served.
IN_LINE = ("-priority", "enqueued_at", "pk")
WAITING_STATES = (ContactState.QUEUED, ContactState.OFFERED)


class EndedReason(models.TextChoices):
    ABANDONED = "abandoned", _("Abandoned")
    QUEUE_TIMEOUT = "queue_timeout", _("Waited too long")
    AGENT_ENDED = "agent_ended", _("Ended by the agent")
    CUSTOMER_LEFT = "customer_left", _("Left by the customer")
    TRANSFER_NO_ANSWER = "transfer_no_answer", _("Transfer not answered")
    INACTIVITY = "inactivity", _("Inactivity")
    BOT_ENDED = "bot_ended", _("Ended by the assistant")
    CLOSED = "closed", _("Closed")


class HandoverReason(models.TextChoices):
    """Why an assistant's chat went to people."""

    ASKED = "asked", _("Asked for a person")
    MISSES = "misses", _("Not understood")
    NO_SOURCE = "no_source", _("Nothing known about it")
    FAILURE = "failure", _("The assistant failed")
    OUTSIDE = "outside", _("Over the assistant's limit")


class Contact(models.Model):
    """A customer's conversation, whoever takes part in it (domain 4.1)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="contacts"
    )
    channel = models.CharField(
        max_length=10, choices=Channel.choices, default=Channel.CHAT
    )
    state = models.CharField(max_length=10, choices=ContactState.choices)
    ended_reason = models.CharField(
        max_length=20, choices=EndedReason.choices, blank=True
    )
    priority = models.PositiveSmallIntegerField(
        default=0, validators=[MaxValueValidator(9)]
    )
    entry_point = models.ForeignKey(
        EntryPoint,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="contacts",
    )
    queue = models.ForeignKey(
        Queue, null=True, blank=True, on_delete=models.PROTECT, related_name="contacts"
    )
    # What the customer has chosen in the form before the chat.
    chosen_queue = models.ForeignKey(
        Queue, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="contacts"
    )
    token_digest = models.CharField(max_length=64, blank=True, db_index=True)
    # What repeats of the request that opened it have in common; empty for none.
    attempt = models.CharField(max_length=64, blank=True)
    opened_at = models.DateTimeField()
    # The place in the line: the first enqueue time, kept over RONA and (with
    # transfer_keeps_place) over a transfer; the visit's start counts the delays.
    enqueued_at = models.DateTimeField(null=True, blank=True)
    visit_started_at = models.DateTimeField(null=True, blank=True)
    wait_deadline = models.DateTimeField(null=True, blank=True)
    # When its queue closes and lets go of who waits; empty where it serves them.
    release_at = models.DateTimeField(null=True, blank=True)
    connected_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    last_message_at = models.DateTimeField(null=True, blank=True)
    last_seq = models.PositiveIntegerField(default=0)
    # Grows by one with every line and with every other change that people see, so
    # that what was told in another order than it happened is known as old.
    version = models.PositiveIntegerField(default=0)
    # The same for what only cards show: that somebody has read, a changed setting.
    card_changes = models.PositiveIntegerField(default=0)
    # How many of its lines held sensitive data: hidden, or not stored at all.
    masked_messages = models.PositiveIntegerField(default=0)
    dropped_messages = models.PositiveIntegerField(default=0)
    customer_read_seq = models.PositiveIntegerField(default=0)
    # Since when the customer is out of reach, as the agents are told; see
    # services/absences.py.
    customer_away_since = models.DateTimeField(null=True, blank=True)
    # The last line when the customer was told by mail of unread ones.
    mailed_seq = models.PositiveIntegerField(default=0)
    # Who hears its messages without a share in it: the watcher of the open `Watch`.
    watched_by = models.ForeignKey(
        Agent,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="contacts_watched",
    )
    # What it asks of agents, and what the assistant's intent asked (`queues.skills`):
    # determined when it enters a queue, and when what is set up there changes.
    asked_skills = models.CharField(max_length=2000, blank=True)
    intent_skills = models.CharField(max_length=1000, blank=True)
    # What the agent who transferred it to a queue tells the next one, on the card.
    transfer_note = models.TextField(blank=True, max_length=8000)
    transferred_by = models.ForeignKey(
        Agent,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="contacts_transferred",
    )
    # What the customer answered before this chat: {field: answer}, name, e-mail and
    # phone among them. A customer who comes again is known by what was said first.
    prechat = models.JSONField(default=dict, blank=True)
    # What the customer agreed to when the chat was opened, in these words.
    consent_text = models.TextField(blank=True, max_length=1000)
    # The network address it was opened from, so that it can be blocked.
    address = models.CharField(max_length=64, blank=True)
    # Where the chat was opened, and the language that the customer's browser asks for.
    page_url = models.CharField(max_length=2000, blank=True)
    page_title = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=35, blank=True)
    rating = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text=_("The customer's, 1-5."),
    )
    rating_comment = models.TextField(blank=True, max_length=2000)
    # When it was rated first, which is where it counts, and last, if that was another
    # time. Empty in rows that are older than these columns.
    rated_at = models.DateTimeField(null=True, blank=True)
    rerated_at = models.DateTimeField(null=True, blank=True)
    # Who answers while the state is `bot`, and has answered before.
    assistant = models.ForeignKey(
        Assistant,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="contacts",
    )
    # Whose turn it is: the assistant's, from this time on. Ahead of now it is in the
    # hands of a worker, who has until then; empty is the customer's turn.
    turn_due_at = models.DateTimeField(null=True, blank=True)
    # The last line that the assistant has answered.
    answered_seq = models.PositiveIntegerField(default=0)
    # Misses in a row.
    assistant_misses = models.PositiveSmallIntegerField(default=0)
    handover_reason = models.CharField(
        max_length=20, choices=HandoverReason.choices, blank=True
    )
    # What a language model says of it, for the agent who takes over.
    handover_summary = models.TextField(blank=True, max_length=500)
    # The last line before people took over.
    handover_seq = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-opened_at", "-id"]
        indexes = [
            models.Index(
                models.F("organisation"),
                models.F("priority").desc(),
                models.F("enqueued_at"),
                condition=models.Q(state="queued"),
                name="contacts_contact_waiting",
            ),
            models.Index(
                models.F("queue"),
                models.F("priority").desc(),
                models.F("enqueued_at"),
                condition=models.Q(state="queued"),
                name="contacts_contact_queue",
            ),
            models.Index(
                models.F("queue"),
                models.F("priority").desc(),
                models.F("enqueued_at"),
                condition=models.Q(state__in=["queued", "offered"]),
                name="contacts_contact_line",
            ),
            models.Index(
                fields=["queue", "asked_skills"],
                condition=models.Q(state="queued", asked_skills__gt=""),
                name="contacts_contact_asking",
            ),
            models.Index(
                fields=["wait_deadline"],
                condition=models.Q(state="queued", wait_deadline__isnull=False),
                name="contacts_contact_deadline",
            ),
            models.Index(
                fields=["release_at"],
                condition=models.Q(state="queued", release_at__isnull=False),
                name="contacts_contact_release",
            ),
            models.Index(
                fields=["organisation", "-opened_at", "-id"],
                name="contacts_contact_newest",
            ),
            models.Index(
                fields=["organisation", "ended_at"], name="contacts_contact_over"
            ),
            models.Index(
                fields=["organisation", "rated_at"],
                condition=models.Q(rated_at__isnull=False),
                name="contacts_contact_rated",
            ),
            models.Index(
                fields=["organisation", "rerated_at"],
                condition=models.Q(rerated_at__isnull=False),
                name="contacts_contact_rerated",
            ),
            # Without what every line changes: its update touches no index.
            models.Index(
                fields=["state"],
                condition=~models.Q(state="ended"),
                name="contacts_contact_not_over",
            ),
            models.Index(
                fields=["turn_due_at"],
                condition=models.Q(state="bot", turn_due_at__isnull=False),
                name="contacts_contact_turn",
            ),
            models.Index(
                fields=["customer_away_since"],
                condition=~models.Q(state="ended")
                & models.Q(customer_away_since__isnull=False),
                name="contacts_contact_away",
            ),
            models.Index(
                fields=["attempt"],
                condition=models.Q(attempt__gt=""),
                name="contacts_contact_attempt",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state__in=["queued", "offered", "connected"])
                | models.Q(queue__isnull=False, enqueued_at__isnull=False),
                name="contacts_contact_queued_has_queue",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state="ended", ended_at__isnull=False, ended_reason__gt=""
                )
                | (
                    ~models.Q(state="ended")
                    & models.Q(
                        ended_at__isnull=True, closed_at__isnull=True, ended_reason=""
                    )
                ),
                name="contacts_contact_ended_has_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(rating__isnull=True)
                | models.Q(rating__range=(1, 5)),
                name="contacts_contact_rating",
            ),
        ]

    def __str__(self) -> str:
        opened = date_format(localtime(self.opened_at), "DATETIME_FORMAT")
        named = {"customer": self.customer, "opened": opened}
        return gettext("%(customer)s at %(opened)s") % named

    @property
    def is_ended(self) -> bool:
        return self.state == ContactState.ENDED

    @property
    def is_answered_by_mail(self) -> bool:
        """Whether its customer left a message: what agents say goes out as mail."""
        return self.channel == Channel.EMAIL and self.entry_point_id is not None

    @property
    def spoken_language(self) -> str:
        """The language of the chat page: the entry point's, or else the browser's."""
        own = self.entry_point.language if self.entry_point else ""
        return own or self.language

    @property
    def given_email(self) -> str:
        """The address that the customer gave before this chat; empty for none."""
        given: str = self.prechat.get("email", "")
        return given

    @property
    def takes_lines(self) -> bool:
        """Whether agents write here; contacts of other channels are answered there."""
        return self.channel == Channel.CHAT or self.is_answered_by_mail

    def heard_by(self, talking: Iterable[int]) -> list[int]:
        """Return the agents who hear its lines: those who talk, and who watches."""
        watching = [] if self.watched_by_id is None else [self.watched_by_id]
        return [*talking, *watching]

    @property
    def card_version(self) -> int:
        """The version of what the cards of the contact show."""
        return self.version + self.card_changes

    def token_has_expired(self, now: datetime) -> bool:
        """Whether the customer's token is over: it reads on for a while after the
        end (contract 3.3)."""
        return self.ended_at is not None and self.ended_at + READS_ON < now

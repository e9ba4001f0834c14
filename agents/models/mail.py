"""Mails: what is to be sent, and to whom nothing is sent any more."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.models.folding import Folding
from agents.models.organisation import Organisation
from core.folding import FoldedName, FoldedText

MAX_SUBJECT = 200  # characters


def _key_of_recipient(mail: Mail) -> str:
    return key_of_address(mail.recipient)


def _key_of_suppressed(row: SuppressedAddress) -> str:
    return key_of_address(row.address)


def key_of_address(address: str) -> str:
    """Return what an address is compared by. Accents tell two of them apart."""
    return address.strip().casefold()


class MailKind(models.TextChoices):
    TEST = "test", _("Test mail")
    REPLY = "reply", _("Agent's reply")
    TRANSCRIPT = "transcript", _("Transcript")
    RESUME = "resume", _("Way back to a chat")
    INVITATION = "invitation", _("Invitation")
    PASSWORD = "password", _("New password")
    REPORT = "report", _("Report")


class MailState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")


class Mail(Folding):
    """A mail to one person, from the moment it is due. When it is sent, or cannot be,
    only its envelope stays."""

    # Part of the Message-ID, too.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="mails",
        help_text=_("Empty: to somebody of the platform."),
    )
    kind = models.CharField(max_length=20, choices=MailKind.choices)
    # What it is about, as whoever sends mails of this kind names it.
    about = models.CharField(max_length=60, blank=True)
    recipient = models.EmailField(_("to"), max_length=254)
    recipient_key = FoldedName(
        max_length=254,
        of=("recipient",),
        make=_key_of_recipient,
    )
    sender_name = models.CharField(_("from"), max_length=100, blank=True)
    reply_to = models.EmailField(_("answers go to"), max_length=254, blank=True)
    subject = models.CharField(max_length=MAX_SUBJECT)
    body_text = models.TextField(blank=True)
    body_html = models.TextField(blank=True)
    state = models.CharField(
        max_length=10, choices=MailState.choices, default=MailState.QUEUED
    )
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    # Ahead of now it waits for the next try, or is in the hands of a worker, who has
    # until then.
    next_attempt_at = models.DateTimeField(_("next try"))
    # Not sent any more from then on: its link is void.
    expires_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(_("why not"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("time"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    folded = FoldedText(of=("recipient", "subject"))

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(state="queued"),
                name="agents_mail_due",
            ),
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(state="failed"),
                name="agents_mail_failed",
            ),
            models.Index(
                fields=["recipient_key", "created_at"], name="agents_mail_recipient"
            ),
            models.Index(
                fields=["organisation", "created_at"], name="agents_mail_organisation"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=MailState.values), name="agents_mail_state"
            ),
        ]

    def __str__(self) -> str:
        named = {"subject": self.subject, "recipient": self.recipient}
        return gettext("%(subject)s to %(recipient)s") % named


class SuppressedAddress(Folding):
    """An address that its server does not know: nothing is sent there until an
    administrator takes it out."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="suppressed_addresses"
    )
    address = models.EmailField(max_length=254)
    address_key = FoldedName(max_length=254, of=("address",), make=_key_of_suppressed)
    reason = models.CharField(max_length=300)
    created_at = models.DateTimeField(_("since"))
    folded = FoldedText(of=("address",))

    class Meta:
        ordering = ["address"]
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "address_key"],
                name="agents_suppressed_address_once",
            ),
        ]

    def __str__(self) -> str:
        return self.address

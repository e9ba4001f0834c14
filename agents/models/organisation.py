from __future__ import annotations

import re
import zoneinfo
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.models.audited import Audited
from agents.models.folding import Folding
from core import phones
from core.folding import FoldedText

MEBIBYTE = 1024 * 1024
EXTENSION = re.compile(r"\.[a-z0-9]{1,20}")
DEFAULT_EXTENSIONS = (
    ".html .mhtml .mht .odt .pot .potm .potx .pps .ppam .ppsm .ppsx .pptx .pptm .ppt "
    ".pub .pubhtml .pubmhtml .xls .xlshhtml .xlhtml .xlt .xlsm .xlsx .xlam .xlsb "
    ".xlthtml .xltx .xlshtml .xltm .pdf .pdfxml .rtf .shtml .xps .xml .xhtml .txt "
    ".eml .msg .ods .dot .dothtml .dotx .dotm .pothtml .ppthtml .pptmhtml .pptxml "
    ".doc .docx .csv .png .jpg .jpeg .gif .webp"
)


class TransferNoAnswer(models.TextChoices):
    END = "end", _("End the chat")
    REQUEUE = "requeue", _("Put the chat back in the queue")


class SensitiveDataPolicy(models.TextChoices):
    REDACT = "redact", _("Mask the sensitive part")
    DROP = "drop", _("Refuse the whole message")


class UnreadableAttachment(models.TextChoices):
    BLOCK = "block", _("Block the file")
    DELIVER = "deliver", _("Deliver the file")


class Detector(models.TextChoices):
    CARD = "card", _("Card numbers")
    CARD_VERIFICATION = "card_verification", _("Card verification codes")
    IBAN = "iban", "IBAN"
    US_SSN = "us_ssn", _("US social security numbers")
    EMAIL = "email", _("E-mail addresses")
    PHONE = "phone", _("Phone numbers")


def default_extensions() -> list[str]:
    """Return the attachment formats allowed by default (D12)."""
    return DEFAULT_EXTENSIONS.split()


def default_detectors() -> list[str]:
    """Return the detectors that are on by default: card numbers, always (D14)."""
    return [Detector.CARD]


def validate_timezone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        message = gettext("“%(name)s” is not a time zone such as Europe/Berlin.") % {
            "name": name
        }
        raise ValidationError(message)


def validate_country(code: str) -> None:
    if code not in phones.COUNTRIES:
        message = gettext(
            "“%(code)s” is not a country's code (ISO 3166) such as DE."
        ) % {"code": code}
        raise ValidationError(message)


def validate_extensions(extensions: Any) -> None:
    """Refuse what is not a list of file name endings such as .pdf."""
    if not isinstance(extensions, list):
        raise ValidationError(gettext("Give a list of file name endings."))
    for extension in extensions:
        if not isinstance(extension, str) or not EXTENSION.fullmatch(extension):
            message = gettext(
                "“%(extension)s” is not a file name ending such as .pdf."
            ) % {"extension": extension}
            raise ValidationError(message)


def validate_detectors(names: Any) -> None:
    if not isinstance(names, list):
        raise ValidationError(gettext("Give a list of detectors."))
    unknown = [name for name in names if name not in Detector.values]
    if unknown:
        message = gettext("Unknown detector: %(unknown)s.") % {
            "unknown": ", ".join(map(str, unknown))
        }
        raise ValidationError(message)


class Organisation(Folding, Audited):
    """A customer of the installation: everything below belongs to exactly one."""

    name = models.CharField(
        max_length=100, help_text=_("Agents see it beside the product's name.")
    )
    slug = models.SlugField(
        max_length=50,
        unique=True,
        help_text=_("A short name of letters, digits and -; unique over Parley."),
    )
    timezone = models.CharField(
        _("time zone"),
        max_length=50,
        default="UTC",
        validators=[validate_timezone],
        help_text=_("For example Europe/Berlin."),
    )
    country = models.CharField(
        max_length=2,
        blank=True,
        default="",
        validators=[validate_country],
        help_text=_(
            "ISO 3166, for example DE: in which phone numbers without a country "
            "are read. Empty: none."
        ),
    )
    acceptance_timeout = models.PositiveIntegerField(
        _("acceptance time"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(6000)],
        help_text=_("Seconds an agent has to accept before the card blinks, 1-6000."),
    )
    blink_duration = models.PositiveIntegerField(
        _("blinking time"),
        default=5,
        validators=[MaxValueValidator(60)],
        help_text=_("Seconds the card blinks before the agent goes to RONA, 0-60."),
    )
    auto_wrapup_seconds = models.PositiveIntegerField(
        _("automatic wrap-up"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(86400)],
        help_text=_("Seconds until wrap-up finishes by itself, 1-86400. Empty: never."),
    )
    transfer_no_answer = models.CharField(
        _("unanswered transfers"),
        max_length=10,
        choices=TransferNoAnswer.choices,
        default=TransferNoAnswer.END,
        help_text=_("What happens when nobody answers a transfer to an agent."),
    )
    transfer_keeps_place = models.BooleanField(
        _("transferred chats keep their place"),
        default=True,
        help_text=_("A chat transferred to a queue keeps its first waiting time."),
    )
    attachments_enabled = models.BooleanField(
        _("attachments"),
        default=True,
        help_text=_("Agents and customers can send files."),
    )
    attachment_extensions = models.JSONField(
        _("attachment formats"),
        default=default_extensions,
        validators=[validate_extensions],
        help_text=_("File name endings that may be sent, each with its dot."),
    )
    attachment_max_total_bytes = models.PositiveBigIntegerField(
        _("attachment size limit"),
        default=35 * MEBIBYTE,
        validators=[MinValueValidator(1), MaxValueValidator(35 * MEBIBYTE)],
        help_text=_("Bytes; the files of one reply together stay below this."),
    )
    attachment_unreadable = models.CharField(
        _("unreadable attachments"),
        max_length=10,
        choices=UnreadableAttachment.choices,
        default=UnreadableAttachment.BLOCK,
        help_text=_("What happens to a file that cannot be searched for card data."),
    )
    sensitive_data_policy = models.CharField(
        _("sensitive data"),
        max_length=10,
        choices=SensitiveDataPolicy.choices,
        default=SensitiveDataPolicy.REDACT,
        help_text=_("What happens to a text with sensitive data."),
    )
    sensitive_data_detectors = models.JSONField(
        _("searched for"),
        default=default_detectors,
        blank=True,
        validators=[validate_detectors],
        help_text=_("What counts as sensitive. Card numbers always do."),
    )
    video_enabled = models.BooleanField(
        _("video calls"),
        default=True,
        help_text=_("Agents can start a video call in a chat."),
    )
    video_relay_only = models.BooleanField(
        _("relayed video only"),
        default=False,
        help_text=_(
            "Video calls always go through the relay, so that neither side learns the "
            "other's network address. Needs TURN_URLS."
        ),
    )
    agent_recovery_seconds = models.PositiveIntegerField(
        _("agent out of reach"),
        default=120,
        validators=[MinValueValidator(1), MaxValueValidator(86400)],
        help_text=_(
            "Seconds an agent may be out of reach before going offline, 1-86400."
        ),
    )
    customer_grace_seconds = models.PositiveIntegerField(
        _("customer out of reach"),
        default=600,
        validators=[MinValueValidator(1), MaxValueValidator(86400)],
        help_text=_(
            "Seconds a customer may be out of reach before the chat counts as "
            "left, 1-86400."
        ),
    )
    customer_inactivity_seconds = models.PositiveIntegerField(
        _("silent chats"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(604800)],
        help_text=_(
            "Seconds without a message until a chat ends, 1-604800. Empty: never."
        ),
    )
    desk_inactivity_seconds = models.PositiveIntegerField(
        _("idle desks"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(604800)],
        help_text=_(
            "Seconds without an action, and without contacts, until an agent is "
            "signed out, 1-604800. Empty: never."
        ),
    )
    silent_monitoring_enabled = models.BooleanField(
        _("silent monitoring"),
        default=False,
        help_text=_(
            "Agents are not told who reads along in their chats. Ask first what the "
            "law and your works council say; customers are told by the consent of "
            "the entry point. The audit trail names everybody who watches, either way."
        ),
    )
    require_second_factor = models.BooleanField(
        default=False,
        help_text=_(
            "Everybody signs in with a code of an authenticator app too, from "
            "the next sign-in on; who has none sets it up then. Have one "
            "yourself first."
        ),
    )
    reply_to_email = models.EmailField(
        _("answers by mail go to"),
        max_length=254,
        blank=True,
        default="",
        help_text=_(
            "The address that customers answer to; Parley takes no mail in. "
            "Empty: the mails say how to write again."
        ),
    )
    mail_unread_after_minutes = models.PositiveIntegerField(
        _("mail about unread answers"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
        help_text=_(
            "Minutes after which a customer who is away is told by mail of an "
            "agent's unread answer, with a link back to the chat, 1-1440. Less "
            "than a customer may be out of reach. Needs mail with links. Empty: "
            "never."
        ),
    )
    default_multimedia_profile = models.ForeignKey(
        "agents.MultimediaProfile",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="default_of",
        help_text=_("For agents who have none of their own or by their team."),
    )

    # Since when customers' numbers have to be read in another country.
    phones_due_at = models.DateTimeField(null=True, blank=True, editable=False)
    folded = FoldedText(of=("name", "slug"))

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(acceptance_timeout__range=(1, 6000)),
                name="agents_organisation_acceptance_timeout",
            ),
            models.CheckConstraint(
                condition=models.Q(blink_duration__lte=60),
                name="agents_organisation_blink_duration",
            ),
        ]

    def __str__(self) -> str:
        return self.name

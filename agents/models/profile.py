from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.models.audited import Audited
from agents.models.folding import Folding
from agents.models.organisation import Organisation
from core.folding import FoldedText


class Channel(models.TextChoices):
    VOICE = "voice", _("Voice")
    CHAT = "chat", _("Chat")
    EMAIL = "email", _("E-mail")
    SOCIAL = "social", _("Social")


class BlendingMode(models.TextChoices):
    BLENDED = "blended", _("Blended")
    BLENDED_REALTIME = "blended_realtime", _("Blended real-time")
    EXCLUSIVE = "exclusive", _("Exclusive")


class MultimediaProfile(Folding, Audited):
    """How many contacts of which channels an agent takes at once (domain 4.4)."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="multimedia_profiles"
    )
    name = models.CharField(
        max_length=100, help_text=_("1-100 characters, for example Chat only.")
    )
    description = models.TextField(
        blank=True,
        max_length=1000,
        help_text=_("For administrators, at most 1000 characters."),
    )
    blending_mode = models.CharField(
        max_length=20,
        choices=BlendingMode.choices,
        default=BlendingMode.BLENDED,
        help_text=_(
            "Blended: several contacts of several channels together. Blended "
            "real-time: voice or chat, never both at once. Exclusive: one "
            "contact at a time; each channel is 0 or 1."
        ),
    )
    voice = models.PositiveSmallIntegerField(
        default=0, validators=[MaxValueValidator(1)], help_text=_("Calls at once, 0-1.")
    )
    chat = models.PositiveSmallIntegerField(
        default=3, validators=[MaxValueValidator(5)], help_text=_("Chats at once, 0-5.")
    )
    email = models.PositiveSmallIntegerField(
        _("e-mail"),
        default=0,
        validators=[MaxValueValidator(5)],
        help_text=_("E-mails at once, 0-5."),
    )
    social = models.PositiveSmallIntegerField(
        default=0,
        validators=[MaxValueValidator(5)],
        help_text=_("Social contacts at once, 0-5."),
    )
    attachments_enabled = models.BooleanField(
        _("attachments"),
        default=True,
        help_text=_("Agents with this profile can send files."),
    )
    video_enabled = models.BooleanField(
        _("video calls"),
        default=True,
        help_text=_("Agents with this profile can start video calls."),
    )

    folded = FoldedText(of=("name", "description"))

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="agents_profile_name",
                violation_error_message=_("A profile of this name exists already."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    voice__lte=1, chat__lte=5, email__lte=5, social__lte=5
                ),
                name="agents_profile_slots",
            ),
            models.CheckConstraint(
                condition=~models.Q(blending_mode="exclusive")
                | models.Q(voice__lte=1, chat__lte=1, email__lte=1, social__lte=1),
                name="agents_profile_exclusive_slots",
                violation_error_message=_(
                    "An exclusive profile takes one contact at a time: each channel is "
                    "0 or 1."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.blending_mode != BlendingMode.EXCLUSIVE:
            return
        errors = {
            channel.value: gettext(
                "An exclusive profile takes one contact at a time: 0 or 1."
            )
            for channel in Channel
            if (getattr(self, channel.value) or 0) > 1
        }
        if errors:
            raise ValidationError(errors)

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.models import Audited
from queues.models.entry_point import EntryPoint

LONGEST_WAIT = 3600  # seconds
# A path, or an address with its site; what lies behind "#" is never seen.
PATTERN = re.compile(r"(https?://[^\s/#]+)?/[^\s#]*")


def validate_pattern(pattern: str) -> None:
    """Refuse what is no part of a page's address."""
    if not PATTERN.fullmatch(pattern):
        raise ValidationError(
            _(
                "Give a path such as /cart or /shop/*, or an address that begins "
                "with https:// or http://, without spaces and #."
            )
        )


class ProactiveRule(Audited):
    """When visitors of a site with the widget are invited to chat, and how."""

    entry_point = models.ForeignKey(
        EntryPoint, on_delete=models.CASCADE, related_name="proactive_rules"
    )
    position = models.PositiveSmallIntegerField(
        _("order"),
        default=0,
        help_text=_("0-32767; the first that fits."),
    )
    pattern = models.CharField(
        _("page"),
        max_length=500,
        blank=True,
        validators=[validate_pattern],
        help_text=_("/cart or /shop/*; empty: every page."),
    )
    seconds = models.PositiveSmallIntegerField(
        _("seconds"),
        default=30,
        validators=[MaxValueValidator(LONGEST_WAIT)],
        help_text=_("On the page, 0-3600."),
    )
    visits = models.PositiveSmallIntegerField(
        _("visits"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text=_("From this one on, 1-1000."),
    )
    text = models.CharField(
        _("invitation"), max_length=200, help_text=_("What the visitor reads.")
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Off: it invites nobody.")
    )

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations on your site")

    def __str__(self) -> str:
        return self.text

    @property
    def in_words(self) -> str:
        """Return when it invites, and how, in one text."""
        state = "" if self.is_active else f" ({gettext('not active')})"
        when = f"{self.pattern or '*'}, {self.seconds} s, {self.visits}+"
        return f"{when}: {self.text}{state}"

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.models import Audited, Folding, Organisation
from core.folding import FoldedText

if TYPE_CHECKING:
    from datetime import datetime


class BlockKind(models.TextChoices):
    VISITOR = "visitor", _("Visitor")
    ADDRESS = "address", _("Network address")


class Block(Folding, Audited):
    """Somebody who may open no chat: a customer, whatever browser led there, or
    whoever comes from a network address."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="blocks"
    )
    kind = models.CharField(
        max_length=10,
        choices=BlockKind.choices,
        help_text=_("One customer, or everybody at a network address."),
    )
    value = models.CharField(
        max_length=64,
        help_text=_(
            "Of a visitor the customer's number; of an address the address or "
            "its network, such as 203.0.113.7 or 203.0.113.0/24."
        ),
    )
    reason = models.CharField(
        max_length=250,
        help_text=_("1-250 characters; those who are blocked do not see it."),
    )
    ends_at = models.DateTimeField(
        _("until"), null=True, blank=True, help_text=_("Empty: until it is deleted.")
    )

    folded = FoldedText(of=("value", "reason"))

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "value"],
                name="contacts_block_value",
                violation_error_message=_("This one is blocked already."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=BlockKind.values),
                name="contacts_block_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.value}"

    def is_over(self, now: datetime) -> bool:
        return self.ends_at is not None and self.ends_at <= now

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.models import Audited, Folding, Organisation
from core.folding import FoldedText

HEAVIEST = 10


class Criterion(Folding, Audited):
    """What supervisors score a conversation by, 1-5."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="criteria"
    )
    name = models.CharField(
        max_length=100, help_text=_("1-100 characters, for example Greeting.")
    )
    description = models.TextField(
        _("help"),
        blank=True,
        max_length=1000,
        help_text=_("What a 1 and a 5 mean. Shown to who scores, and to the agent."),
    )
    weight = models.PositiveSmallIntegerField(
        _("weight"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(HEAVIEST)],
        help_text=_("1-10: how much it counts in the score of the whole."),
    )
    position = models.PositiveSmallIntegerField(
        _("order"),
        default=0,
        help_text=_("0-32767; the lowest stands first, then by name."),
    )
    is_optional = models.BooleanField(
        _("may be left out"),
        default=False,
        help_text=_(
            "“Not applicable” is a choice. What is left out counts in no score."
        ),
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("New reviews score it.")
    )

    folded = FoldedText(of=("name", "description"))

    class Meta:
        ordering = ["position", "name", "id"]
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="reports_criterion_name",
                violation_error_message=_("A criterion of this name exists already."),
            ),
            models.CheckConstraint(
                condition=models.Q(weight__range=(1, HEAVIEST)),
                name="reports_criterion_weight",
            ),
        ]

    def __str__(self) -> str:
        return self.name

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.models.audited import Audited
from agents.models.folding import Folding
from agents.models.organisation import Organisation
from agents.models.profile import MultimediaProfile
from core.folding import FoldedText


class Team(Folding, Audited):
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="teams"
    )
    name = models.CharField(
        max_length=100, help_text=_("1-100 characters, for example Front line.")
    )
    multimedia_profile = models.ForeignKey(
        MultimediaProfile,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="teams",
        help_text=_(
            "For members without a profile of their own. Empty: the organisation's."
        ),
    )

    folded = FoldedText(of=("name",))

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="agents_team_name",
                violation_error_message=_("A team of this name exists already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

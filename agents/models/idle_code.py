from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.models.audited import Audited
from agents.models.folding import Folding
from agents.models.organisation import Organisation
from core.folding import FoldedText


class IdleCode(Folding, Audited):
    """A reason for which an agent takes no contacts, such as a break."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="idle_codes"
    )
    name = models.CharField(
        max_length=100, help_text=_("1-100 characters; agents choose it by this name.")
    )
    is_default = models.BooleanField(
        _("default"),
        default=False,
        help_text=_("What an agent who signs in starts with."),
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Agents can choose it.")
    )

    folded = FoldedText(of=("name",))

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="agents_idle_code_name",
                violation_error_message=_("An idle code of this name exists already."),
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=models.Q(is_default=True),
                name="agents_idle_code_one_default",
            ),
            models.CheckConstraint(
                condition=models.Q(is_default=False) | models.Q(is_active=True),
                name="agents_idle_code_default_is_active",
                violation_error_message=_("The default must be active."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

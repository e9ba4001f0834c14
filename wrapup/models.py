from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.models import Audited, Folding, Organisation
from contacts.models import Assignment
from core.folding import FoldedText
from queues.models import Queue


class WrapUpCode(Folding, Audited):
    """A reason for which a conversation ended, chosen on the WRAP UP page."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="wrapup_codes"
    )
    name = models.CharField(
        max_length=100, help_text=_("1-100 characters; agents choose it by this name.")
    )
    description = models.TextField(
        blank=True, max_length=1000, help_text=_("Agents see it when they choose.")
    )
    queues = models.ManyToManyField(
        Queue,
        blank=True,
        related_name="wrapup_codes",
        help_text=_("None chosen: every queue. The default belongs to every queue."),
    )
    is_default = models.BooleanField(
        _("default"),
        default=False,
        help_text=_("Used where wrap-up finishes by itself."),
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Agents can choose it.")
    )

    folded = FoldedText(of=("name", "description"))

    class Meta:
        ordering = ["name"]
        verbose_name = _("wrap-up code")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="wrapup_code_name",
                violation_error_message=_(
                    "A wrap-up code of this name exists already."
                ),
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=models.Q(is_default=True),
                name="wrapup_code_one_default",
            ),
            models.CheckConstraint(
                condition=models.Q(is_default=False) | models.Q(is_active=True),
                name="wrapup_code_default_is_active",
                violation_error_message=_("The default must be active."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class WrapUp(models.Model):
    """How one agent's share of a contact ended: the reason, as it was named then."""

    assignment = models.OneToOneField(
        Assignment, on_delete=models.CASCADE, related_name="wrap_up"
    )
    code = models.ForeignKey(
        WrapUpCode, on_delete=models.PROTECT, related_name="wrap_ups"
    )
    code_name = models.CharField(max_length=100)
    note = models.TextField(blank=True, max_length=8000)
    auto = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("wrap-up")

    def __str__(self) -> str:
        return self.code_name

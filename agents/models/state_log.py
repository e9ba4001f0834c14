from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.models.agent import Agent, AgentState
from agents.models.append_only import AppendOnly


class StateLog(AppendOnly):
    """One stretch of time that an agent spent in one state; append-only.

    `until_at` is filled, once, when the next stretch begins. The log outlives agents
    who are deleted.
    """

    FILLED_LATER: ClassVar[frozenset[str]] = frozenset({"until_at"})

    agent = models.ForeignKey(
        Agent,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="state_log",
    )
    state = models.CharField(max_length=10, choices=AgentState.choices)
    idle_code = models.CharField(
        max_length=100, blank=True, help_text=_("The idle code's name as it was.")
    )
    reason = models.CharField(max_length=200, blank=True)
    changed_by = models.ForeignKey(
        Agent,
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="state_changes_made",
        help_text=_("Empty: the system."),
    )
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-from_at", "-id"]
        verbose_name = _("agent state")
        verbose_name_plural = _("agent states")
        indexes = [
            models.Index(fields=["-from_at", "-id"], name="agents_state_log_newest"),
            # Those of a while, and those that go on: reports.
            models.Index(fields=["until_at"], name="agents_state_log_over"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["agent"],
                condition=models.Q(until_at__isnull=True),
                name="agents_state_log_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent}: {self.get_state_display()}"

from __future__ import annotations

from typing import NamedTuple

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.models import HIGHEST_LEVEL, LEVELS, Audited, Skill
from queues.models.assistant import Intent
from queues.models.entry_point import EntryPoint
from queues.models.queue import Queue

LONGEST_STEP = 86400  # seconds


class Ask(NamedTuple):
    """A skill to ask for, the lowest level that will do, and how it relaxes (None:
    never)."""

    skill: Skill
    level: int
    relax_seconds: int | None = None


class AskedSkill(Audited):
    """A skill that contacts of a queue, an entry point or an intent ask agents for.

    It relaxes by itself: each time so many seconds of waiting have passed, the level
    is lowered by one, and below 1 the skill is not asked for any more.
    """

    queue = models.ForeignKey(
        Queue,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.CASCADE,
        related_name="asked_skills",
    )
    entry_point = models.ForeignKey(
        EntryPoint,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.CASCADE,
        related_name="asked_skills",
    )
    intent = models.ForeignKey(
        Intent,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.CASCADE,
        related_name="asked_skills",
    )
    skill = models.ForeignKey(
        Skill,
        on_delete=models.PROTECT,
        related_name="askers",
        help_text=_("What the agent must be able to do."),
    )
    level = models.PositiveSmallIntegerField(
        _("at least"),
        default=1,
        validators=LEVELS,
        help_text=_("The lowest level that will do, 1-5."),
    )
    relax_seconds = models.PositiveIntegerField(
        _("relaxes every"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_STEP)],
        help_text=_(
            "Seconds of waiting, 1-86400, after which the level is lowered by one, "
            "again and again until the skill is not asked for. Empty: never."
        ),
    )

    class Meta:
        ordering = ["skill__name", "id"]
        verbose_name = _("asked skill of")
        verbose_name_plural = _("asked skills of")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    queue__isnull=False, entry_point__isnull=True, intent__isnull=True
                )
                | models.Q(
                    queue__isnull=True, entry_point__isnull=False, intent__isnull=True
                )
                | models.Q(
                    queue__isnull=True, entry_point__isnull=True, intent__isnull=False
                ),
                name="queues_asked_skill_of_one",
            ),
            models.CheckConstraint(
                condition=models.Q(level__range=(1, HIGHEST_LEVEL)),
                name="queues_asked_skill_level",
            ),
            *(
                models.UniqueConstraint(
                    fields=[owner, "skill"],
                    name=f"queues_asked_skill_{owner}",
                    violation_error_message=_("This skill is asked for already."),
                )
                for owner in ("queue", "entry_point", "intent")
            ),
        ]

    def __str__(self) -> str:
        step = f"/{self.relax_seconds}" if self.relax_seconds else ""
        return f"{self.skill}:{self.level}{step}"

    def named_by(self) -> Queue | EntryPoint | Intent:
        """Return what asks for it."""
        owner = self.queue or self.entry_point or self.intent
        assert owner is not None
        return owner

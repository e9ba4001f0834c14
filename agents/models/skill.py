from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.models.agent import Agent
from agents.models.audited import Audited
from agents.models.folding import Folding
from agents.models.organisation import Organisation
from core.folding import FoldedName, FoldedText

HIGHEST_LEVEL = 5
LEVELS = [MinValueValidator(1), MaxValueValidator(HIGHEST_LEVEL)]
# What stands between skills, and between a skill and its level, where both are
# written in one text.
SIGNS = ":;"


def validate_skill_name(name: str) -> None:
    """Refuse a name that could not be read again beside its level."""
    if any(sign in name for sign in SIGNS):
        raise ValidationError(gettext("A skill has no colon and no semicolon."))


class Skill(Folding, Audited):
    """What some agents can do and others cannot, such as a language."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="skills"
    )
    name = models.CharField(
        max_length=100,
        validators=[validate_skill_name],
        help_text=_("1-100 characters without : and ;, for example German."),
    )
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Off: no contact asks for it, whatever is set up."),
    )

    # What no other skill of the organisation may have in common.
    folded_name = FoldedName(max_length=200, of=("name",))
    folded = FoldedText(of=("name",))

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "folded_name"],
                name="agents_skill_name",
                violation_error_message=_("A skill of this name exists already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AgentSkill(Audited):
    """How well an agent has a skill."""

    agent = models.ForeignKey(
        Agent, on_delete=models.CASCADE, related_name="skill_levels"
    )
    skill = models.ForeignKey(
        Skill,
        on_delete=models.PROTECT,
        related_name="agent_levels",
        help_text=_("What the agent can do."),
    )
    level = models.PositiveSmallIntegerField(
        default=HIGHEST_LEVEL,
        validators=LEVELS,
        help_text=_("How well, 1-5: a little to expert."),
    )

    class Meta:
        ordering = ["skill__name", "id"]
        verbose_name = _("skill of agent")
        verbose_name_plural = _("skills of agents")
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "skill"],
                name="agents_agent_skill_once",
                violation_error_message=_("The agent has this skill already."),
            ),
            models.CheckConstraint(
                condition=models.Q(level__range=(1, HIGHEST_LEVEL)),
                name="agents_agent_skill_level",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.skill}:{self.level}"

    def named_by(self) -> Agent:
        return self.agent

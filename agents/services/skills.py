"""What agents can do: their skills, each with a level."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from agents.models import AgentSkill, Skill
from agents.services.configuration import NotValid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.models import Agent

MAX_SKILLS = 50  # of one agent


class Level(NamedTuple):
    """A skill, and how well somebody has it."""

    skill: Skill
    level: int


def check(agent: Agent, levels: Sequence[Level]) -> None:
    """Raise NotValid where the agent cannot have these skills."""
    if len(levels) > MAX_SKILLS:
        sentence = gettext("An agent has at most {most} skills.")
        raise NotValid({"skills": [sentence.format(most=MAX_SKILLS)]})
    if len({each.skill.pk for each in levels}) != len(levels):
        raise NotValid({"skills": [gettext("An agent has a skill once.")]})
    field = AgentSkill._meta.get_field("level")
    for each in levels:
        if each.skill.organisation_id != agent.organisation_id:
            sentence = gettext("One of the skills does not exist in the organisation.")
            raise NotValid({"skills": [sentence]})
        try:
            field.run_validators(each.level)
        except ValidationError as error:
            raise NotValid({"skills": list(error.messages)}) from error


def are_of(agent: Agent, levels: Sequence[Level]) -> bool:
    """Whether the agent has these skills already, and no others."""
    stored = AgentSkill.objects.filter(agent=agent.pk).order_by()
    return sorted(stored.values_list("skill", "level")) == sorted(
        (each.skill.pk, each.level) for each in levels
    )


def replace(agent: Agent, levels: Sequence[Level]) -> None:
    """Store the skills in place of those there were, within a change of the agent.
    Raise NotValid."""
    check(agent, levels)
    if are_of(agent, levels):
        return
    wanted = {each.skill.pk: each.level for each in levels}
    AgentSkill.objects.filter(agent=agent).exclude(skill__in=wanted).delete()
    for skill_id, level in wanted.items():
        AgentSkill.objects.update_or_create(
            agent=agent, skill_id=skill_id, defaults={"level": level}
        )
    # What was read before is not true any more.
    getattr(agent, "_prefetched_objects_cache", {}).pop("skill_levels", None)

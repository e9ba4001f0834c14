"""Changes of skills, which waiting contacts feel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from administration.services import effects
from agents.services import configuration

if TYPE_CHECKING:
    from collections.abc import Collection

    from agents.models import Skill


@transaction.atomic
def save(skill: Skill, *, changed: Collection[str] | None = None) -> Skill:
    """Store a skill; one that is not active is asked for no more. Raise NotValid."""
    different = configuration.differences(skill, changed=changed)
    configuration.save(skill, changed=changed)
    if "is_active" in different:
        effects.ask_anew(skill.organisation_id)
    return skill


@transaction.atomic
def delete(skill: Skill) -> None:
    """Remove a skill that nobody has and nothing asks for; chats that an assistant
    handed over ask for it no more. Raise InUse."""
    configuration.delete(skill)
    effects.ask_anew(skill.organisation_id)

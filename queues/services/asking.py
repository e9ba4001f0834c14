"""Which skills queues, entry points and intents ask agents for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from agents.services.configuration import NotValid
from queues.models import Ask, AskedSkill, EntryPoint, Intent, Queue
from queues.skills import Asked, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Owner = Queue | EntryPoint | Intent

MOST_ASKED = 10  # of one owner
OWNERS = {Queue: "queue", EntryPoint: "entry_point", Intent: "intent"}


def check(asks: Sequence[Ask], *, own: int | None) -> None:
    """Raise NotValid where something of this organisation cannot ask for these."""
    if len(asks) > MOST_ASKED:
        sentence = gettext("At most {most} skills can be asked for.")
        raise NotValid({"asked_skills": [sentence.format(most=MOST_ASKED)]})
    if len({each.skill.pk for each in asks}) != len(asks):
        raise NotValid({"asked_skills": [gettext("A skill is asked for once.")]})
    level = AskedSkill._meta.get_field("level")
    step = AskedSkill._meta.get_field("relax_seconds")
    for each in asks:
        if each.skill.organisation_id != own:
            sentence = gettext("One of the skills does not exist in the organisation.")
            raise NotValid({"asked_skills": [sentence]})
        try:
            level.run_validators(each.level)
            step.run_validators(each.relax_seconds)
        except ValidationError as error:
            raise NotValid({"asked_skills": list(error.messages)}) from error


def are_asked_by(owner: Owner, asks: Sequence[Ask]) -> bool:
    """Whether it asks for these already, and for nothing else."""
    return skills_of(owner) == text_of(asks)


def asked_by(owner: Owner) -> list[Ask]:
    """Return what is asked for."""
    return [Ask(row.skill, row.level, row.relax_seconds) for row in _rows(owner)]


def skills_of(owner: Owner) -> str:
    """Return what is asked for as contacts keep it."""
    return written(
        Asked(row.skill_id, row.level, row.relax_seconds) for row in _rows(owner)
    )


def text_of(asks: Iterable[Ask]) -> str:
    return written(
        Asked(each.skill.pk, each.level, each.relax_seconds) for each in asks
    )


def replace(owner: Owner, asks: Sequence[Ask], *, own: int | None) -> None:
    """Store what is asked for in place of what there was, within a change of its
    owner. Raise NotValid."""
    check(asks, own=own)
    if are_asked_by(owner, asks):
        return
    owner.asked_skills.all().delete()
    add({owner: asks})


def add(asks: Mapping[Owner, Sequence[Ask]]) -> None:
    """Store what has been checked, for owners that ask for nothing yet."""
    AskedSkill.objects.bulk_create(
        AskedSkill(**{OWNERS[type(owner)]: owner}, **each._asdict())
        for owner, some in asks.items()
        for each in some
    )
    for owner in asks:
        # What was read before is not true any more.
        getattr(owner, "_prefetched_objects_cache", {}).pop("asked_skills", None)


def _rows(owner: Owner) -> Iterable[AskedSkill]:
    return () if owner._state.adding else owner.asked_skills.all()

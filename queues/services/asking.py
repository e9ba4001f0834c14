"""Which skills queues, entry points and intents ask agents for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext

from agents.services import configuration
from agents.services.configuration import NotValid
from queues.models import Ask, AskedSkill, EntryPoint, Intent, Queue
from queues.skills import Asked, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    Owner = Queue | EntryPoint | Intent

MOST_ASKED = 10  # of one owner


def check(asks: Sequence[Ask], *, own: int | None) -> None:
    """Raise NotValid where something of this organisation cannot ask for these."""
    if len(asks) > MOST_ASKED:
        sentence = gettext("At most {most} skills can be asked for.")
        raise NotValid({"asked_skills": [sentence.format(most=MOST_ASKED)]})
    if len({each.skill.pk for each in asks}) != len(asks):
        raise NotValid({"asked_skills": [gettext("A skill is asked for once.")]})
    for each in asks:
        row = AskedSkill(**each._asdict())
        try:
            configuration.check(row, own=own, exclude=("queue",))
        except NotValid as error:
            raise NotValid({"asked_skills": [error.detail]}) from error


def are_asked_by(owner: Owner, asks: Sequence[Ask]) -> bool:
    """Whether it asks for these already, and for nothing else."""
    return skills_of(owner) == text_of(asks)


def asked_by(owner: Owner) -> list[Ask]:
    """Return what is asked for."""
    if owner._state.adding:
        return []
    rows = _rows(owner).select_related("skill")
    return [Ask(row.skill, row.level, row.relax_seconds) for row in rows]


def skills_of(owner: Owner) -> str:
    """Return what is asked for as contacts keep it."""
    return text_of(asked_by(owner))


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
    _rows(owner).delete()
    name = {Queue: "queue", EntryPoint: "entry_point", Intent: "intent"}[type(owner)]
    for each in asks:
        AskedSkill.objects.create(**{name: owner}, **each._asdict())


def _rows(owner: Owner) -> QuerySet[AskedSkill]:
    return owner.asked_skills.all()

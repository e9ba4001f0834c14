"""What contacts ask of agents, in words: "needs German 3, Bob has 2"."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, Any

from django.utils.text import capfirst
from django.utils.translation import gettext

from agents.models import Skill

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from queues.routing import Candidate, Waiting
    from queues.skills import Asked

    Names = Mapping[int, str]


def names_of(skill_ids: Collection[int]) -> Names:
    """Return the names of skills by their ids."""
    if not skill_ids:
        return {}
    rows = Skill.objects.filter(pk__in=skill_ids).order_by()
    return dict(rows.values_list("pk", "name"))


def name_of(skill_id: int, names: Names) -> str:
    return names.get(skill_id) or gettext("a skill that was deleted")


def asked_now(waiting: Waiting, names: Names, *, now: datetime) -> list[dict[str, Any]]:
    """Return what a contact asks for now: `{"skill": {"id", "name"}, "level",
    "relaxes_in"}`, without what it asks for no more."""
    waited = now - waiting.visit_started_at
    return [
        {
            "skill": {"id": each.skill_id, "name": name_of(each.skill_id, names)},
            "level": each.level_after(waited),
            "relaxes_in": _seconds(each.next_step(waited)),
        }
        for each in waiting.asked
        if each.level_after(waited)
    ]


def sentence(asked: Iterable[Mapping[str, Any]]) -> str:
    """Return what a contact asks for now as a sentence; empty for nothing."""
    words = [f"{each['skill']['name']} {each['level']}" for each in asked]
    asks = gettext("It asks for %(skills)s.")
    return asks % {"skills": ", ".join(words)} if words else ""


def why_lacking(
    name: str, candidate: Candidate, waiting: Waiting, names: Names, *, now: datetime
) -> str:
    """Return what an agent lacks now, and when less will do."""
    waited = now - waiting.visit_started_at
    parts = []
    for each in waiting.lacks(candidate, now=now):
        level = candidate.skills.get(each.skill_id, 0)
        skill = name_of(each.skill_id, names)
        needs = _needs(name, skill, each.level_after(waited), level)
        parts.append(", ".join([needs, *_relaxing(each, level, waited)]))
    return capfirst("; ".join(parts)) + "."


def _needs(name: str, skill: str, needed: int, level: int) -> str:
    values = {"skill": skill, "needed": needed, "name": name, "level": level}
    if level:
        return gettext("needs %(skill)s %(needed)s, %(name)s has %(level)s") % values
    return gettext("needs %(skill)s %(needed)s, %(name)s does not have it") % values


def _relaxing(asked: Asked, level: int, waited: timedelta) -> list[str]:
    step = _seconds(asked.next_step(waited))
    fits_after = asked.fits_after(level)
    if step is None or fits_after is None:
        return [gettext("does not relax")]
    words = [gettext("relaxes in %(seconds)s s") % {"seconds": step}]
    enough = _seconds(timedelta(seconds=fits_after) - waited)
    if enough != step:
        words.append(gettext("enough in %(seconds)s s") % {"seconds": enough})
    return words


def why_lacked(name: str, lacked: Iterable[Iterable[int]], names: Names) -> str:
    """Return what an agent lacked when it was decided."""
    parts = []
    for skill_id, needed, level in lacked:
        values = {
            "skill": name_of(skill_id, names),
            "needed": needed,
            "name": name,
            "level": level,
        }
        had = gettext("needed %(skill)s %(needed)s, %(name)s had %(level)s")
        had_none = gettext("needed %(skill)s %(needed)s, %(name)s did not have it")
        parts.append((had if level else had_none) % values)
    return capfirst("; ".join(parts)) + "."


def _seconds(wait: timedelta | None) -> int | None:
    return None if wait is None else ceil(wait.total_seconds())

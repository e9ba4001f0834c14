"""Skills in one text, where a page or a file has no rows for them.

`German:3; Billing:2`: a name, and the level; what is asked for may say besides after
how many seconds it is lowered by one: `German:3/30`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from administration.admin.cells import Names
from agents.access import skills_in
from agents.models import HIGHEST_LEVEL
from agents.services.skills import Level
from queues.models import LONGEST_STEP, Ask

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agents.models import Skill

MOST_DIGITS = len(str(LONGEST_STEP))


class SkillWordsField(forms.CharField):
    """Skills with their levels, in whichever order."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_length=5000, **options)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return sorted(_words(initial or "")) != sorted(_words(data or ""))


def in_words(rows: Iterable[object]) -> str:
    """Return skills with their levels as one text."""
    return "; ".join(map(str, rows))


def levels(text: str, *, organisation_id: int | None) -> list[Level]:
    """Return the skills of an agent that a text says. Raise ValidationError."""
    found = list(asks(text, organisation_id=organisation_id))
    if any(each.relax_seconds is not None for each in found):
        raise ValidationError(_usage())
    return [Level(each.skill, each.level) for each in found]


def asks(text: str, *, organisation_id: int | None) -> list[Ask]:
    """Return the skills to ask for that a text says. Raise ValidationError."""
    said = [_read(word) for word in _words(text)]
    if not said:
        return []
    skills = {skill.name: skill for skill in skills_in(organisation_id)}
    names = Names(skills)
    return list(_named(said, skills, names))


def _named(
    said: list[tuple[str, int, int | None]], skills: dict[str, Skill], names: Names
) -> Iterator[Ask]:
    for name, level, step in said:
        skill = skills.get(names.spelt(name))
        if skill is None:
            sentence = gettext("There is no skill “%(name)s”.") % {"name": name}
            raise ValidationError(sentence)
        yield Ask(skill, level, step)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(";") if word.strip()]


def _read(word: str) -> tuple[str, int, int | None]:
    name, colon, rest = word.rpartition(":")
    level, slash, step = (part.strip() for part in rest.partition("/"))
    numbers = [level, step] if slash else [level]
    if not colon or not all(n.isascii() and n.isdecimal() for n in numbers):
        raise ValidationError(_usage())
    if not _is_from_1(level, to=HIGHEST_LEVEL):
        raise ValidationError(gettext("A level is a number from 1 to 5."))
    if slash and not _is_from_1(step, to=LONGEST_STEP):
        raise ValidationError(gettext("A skill relaxes every 1-86400 seconds."))
    return name.strip(), int(level), int(step) if slash else None


def _is_from_1(digits: str, *, to: int) -> bool:
    """Whether they are such a number; thousands of digits are none that can be read."""
    return len(digits) <= MOST_DIGITS and 1 <= int(digits) <= to


def _usage() -> str:
    sentence = gettext("Write skills with their levels, such as %(example)s.")
    return sentence % {"example": "German:3; Billing:2"}

"""What contacts ask of agents, and how it relaxes: pure decisions on plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Levels = Mapping[int, int]  # of somebody, by skill


@dataclass(frozen=True)
class Asked:
    """A skill with the lowest level that will do; each time so many seconds of
    waiting have passed, one level less will do, and in the end none at all."""

    skill_id: int
    level: int
    relax_seconds: int | None = None

    def level_after(self, waited: timedelta) -> int:
        """Return the level that is asked for after this wait; 0: none any more."""
        if self.relax_seconds is None:
            return self.level
        steps = waited // timedelta(seconds=self.relax_seconds)
        return max(0, self.level - max(0, steps))

    def fits_after(self, level: int) -> int | None:
        """Return the seconds of waiting after which this level will do, 0 for none
        (no level: the skill is lacking); None: it never will."""
        missing = self.level - level
        if missing <= 0:
            return 0
        if self.relax_seconds is None:
            return None
        return missing * self.relax_seconds

    def next_step(self, waited: timedelta) -> timedelta | None:
        """Return how long it is until one level less will do; None: never, or it is
        not asked for any more."""
        if self.relax_seconds is None or self.level_after(waited) == 0:
            return None
        step = timedelta(seconds=self.relax_seconds)
        return step - max(waited, timedelta()) % step

    @property
    def place(self) -> tuple[int, int, int]:
        """Return where it stands among others, whatever they are."""
        return self.skill_id, self.level, self.relax_seconds or 0

    @property
    def strictness(self) -> tuple[int, float]:
        return self.level, inf if self.relax_seconds is None else self.relax_seconds


Skills = tuple[Asked, ...]


def fits_after(asked: Skills, levels: Levels) -> int | None:
    """Return the seconds of waiting after which somebody with these levels has what
    is asked for; None: never."""
    longest = 0
    for each in asked:
        seconds = each.fits_after(levels.get(each.skill_id, 0))
        if seconds is None:
            return None
        longest = max(longest, seconds)
    return longest


def lacking(asked: Skills, levels: Levels, *, waited: timedelta) -> Skills:
    """Return what is asked for after this wait and somebody does not have."""
    return tuple(
        each
        for each in asked
        if each.level_after(waited) > levels.get(each.skill_id, 0)
    )


def union(*sources: Iterable[Asked]) -> Skills:
    """Return what all of these ask for together: of a skill that several ask for, the
    higher level, and of the same level what relaxes later."""
    strictest: dict[int, Asked] = {}
    for source in sources:
        for each in source:
            known = strictest.get(each.skill_id, each)
            strictest[each.skill_id] = max(known, each, key=lambda one: one.strictness)
    return _sorted(strictest.values())


def written(asked: Iterable[Asked]) -> str:
    """Return what is asked for as one text, the same for the same: `4:3/30 9:2`."""
    return " ".join(map(_word, _sorted(asked)))


def _sorted(asked: Iterable[Asked]) -> Skills:
    return tuple(sorted(asked, key=lambda each: each.place))


def _word(asked: Asked) -> str:
    step = "" if asked.relax_seconds is None else f"/{asked.relax_seconds}"
    return f"{asked.skill_id}:{asked.level}{step}"


@lru_cache(maxsize=1000)
def read(text: str) -> Skills:
    """Return what was written so."""
    return tuple(map(_asked, text.split()))


def _asked(word: str) -> Asked:
    skill_id, _, rest = word.partition(":")
    level, _, step = rest.partition("/")
    return Asked(int(skill_id), int(level), int(step) if step else None)

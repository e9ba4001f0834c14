"""Uses of a limit that this process has counted ahead: most cost no trip to Redis."""

from __future__ import annotations

from collections import Counter
from threading import Lock
from typing import TYPE_CHECKING

from core import clock, limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from core.errors import TooMany
    from core.limits import Take

MOST = 10  # uses counted ahead, and never more than a tenth of the limit
MANY = 10_000  # names, of which those whose minute is over are forgotten


class Purses:
    """Counts several uses of a name at once, and spends them one by one.

    What one process has counted ahead, others do not have: whoever comes by several
    processes may be refused by as many uses too early, and never too late.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._left: dict[str, tuple[int, float]] = {}  # uses, until when

    def spend_each(
        self, names: Sequence[str], *, per_minute: int
    ) -> list[TooMany | None]:
        """Count one use for each time that a name is given; return for each the
        refusal, or None."""
        answers: list[TooMany | None] = [None] * len(names)
        lacking = [n for n, name in enumerate(names) if not self._takes(name)]
        ahead = min(MOST, per_minute // 10)
        needed = Counter(names[n] for n in lacking)
        wanted = {name: max(number, ahead) for name, number in needed.items()}
        takes = limits.take_each(wanted, per_minute=per_minute)
        given: Counter[str] = Counter()
        for n in lacking:
            take = takes.get(names[n])
            if take is not None and given[names[n]] == take.number:
                answers[n] = take.refusal
            given[names[n]] += answers[n] is None
        self._keep(takes, given)
        return answers

    def give_back_each(self, names: Iterable[str]) -> None:
        """Uncount one use of each name."""
        limits.give_back_each([name for name in names if not self._puts_back(name)])

    def _takes(self, name: str) -> bool:
        with self._lock:
            left, until = self._left.get(name, (0, 0.0))
            if not left or until <= clock.ticks():
                return False
            self._left[name] = left - 1, until
            return True

    def _puts_back(self, name: str) -> bool:
        with self._lock:
            left, until = self._left.get(name, (0, 0.0))
            if until <= clock.ticks():
                return False
            self._left[name] = left + 1, until
            return True

    def _keep(self, takes: Mapping[str, Take], given: Mapping[str, int]) -> None:
        """Keep what was counted ahead and not used."""
        now = clock.ticks()
        with self._lock:
            if len(self._left) > MANY:
                self._left = {n: of for n, of in self._left.items() if of[1] > now}
            for name, take in takes.items():
                if take.number:
                    left = take.number - given[name]
                    self._left[name] = left, now + take.seconds

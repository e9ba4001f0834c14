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
FEW = 3  # uses; where no more are left it is time to count ahead
MANY = 10_000  # names, of which those whose minute is over are forgotten


class Purses:
    """Counts several uses of a name at once, and spends them one by one.

    What one process has counted ahead, others do not have: whoever comes by several
    processes may be refused by as many uses too early, and never too late.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._left: dict[str, tuple[int, float]] = {}  # uses, until when
        self._short: set[str] = set()  # names with few uses left

    @property
    def are_short(self) -> bool:
        """Whether some of those that were spent from have few uses left."""
        return bool(self._short)

    def spend_each(
        self, names: Sequence[str], *, per_minute: int
    ) -> list[TooMany | None]:
        """Count one use for each time that a name is given; return for each the
        refusal, or None."""
        answers: list[TooMany | None] = [None] * len(names)
        with self._lock:
            lacking = [n for n, name in enumerate(names) if self._take(name) is None]
        ahead = _ahead(per_minute)
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

    def fill(self, *, per_minute: int) -> None:
        """Count ahead for the names with few uses left."""
        with self._lock:
            short, self._short = self._short, set()
            left = {name: self._left.get(name, (0, 0.0))[0] for name in short}
        ahead = _ahead(per_minute)
        wanted = {name: ahead - n for name, n in left.items() if n < ahead}
        self._keep(limits.take_each(wanted, per_minute=per_minute), Counter())

    def give_back_each(self, names: Iterable[str]) -> None:
        """Uncount one use of each name."""
        limits.give_back_each([name for name in names if not self.puts_back(name)])

    def spends(self, name: str) -> bool:
        """Spend a use that was counted ahead; return whether there was one. Where few
        are left, `fill` counts more."""
        with self._lock:
            left = self._take(name)
            if left is not None and left <= FEW:
                self._short.add(name)
        return left is not None

    def _take(self, name: str) -> int | None:
        """Take one use; return how many are left, None where there was none."""
        left, until = self._left.get(name, (0, 0.0))
        if not left or until <= clock.ticks():
            return None
        self._left[name] = left - 1, until
        return left - 1

    def puts_back(self, name: str) -> bool:
        """Have a use spent later; return whether its minute lasts so long."""
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
                    left, until = self._left.get(name, (0, 0.0))
                    still = left if until > now else 0
                    more = take.number - given[name]
                    self._left[name] = still + more, now + take.seconds


def _ahead(per_minute: int) -> int:
    return min(MOST, per_minute // 10)

"""Rows that a timer cannot handle: set aside, so that all others pass.

They are kept in Redis, for the sweeps of all processes, for health and for metrics: in
one sorted set, each with the time of its next try.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

from redis import RedisError

from core import redis

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)

KEY = "set-aside"
FOR = timedelta(seconds=60)
# An entry whose next try is longer ago is of a row that was not due any more by then.
KEPT_FOR = FOR
# One whose next try is further ahead was noted before the clock was set back.
FURTHEST = 2 * FOR

WHOLE = ""  # in a row's place: the timer as a whole

Entry = tuple[str, str]  # timer, row


class SetAside:
    """What is set aside, as one sweep sees it. Without Redis it knows only what failed
    since it was made, and tells nobody."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._next_try: dict[str, dict[str, datetime]] = defaultdict(dict)
        self._is_shared = True
        try:
            self._read()
        except RedisError as error:
            logger.debug("What is set aside is unknown, Redis is away: %s", error)
            self._is_shared = False

    def _read(self) -> None:
        for (timer, row), next_try in _read().items():
            if _is_remembered(next_try, self._now):
                self._next_try[timer][row] = next_try
            else:
                redis.client().zrem(redis.key(KEY), _member(timer, row))

    def is_anything(self) -> bool:
        return any(self._next_try.values())

    def count(self, timer: str) -> int:
        """Return how many rows of the timer are known to fail."""
        return len(self._next_try[timer])

    def has(self, timer: str, row: str) -> bool:
        return row in self._next_try[timer]

    def waits(self, timer: str, row: str) -> bool:
        """Whether the row is not to be touched yet."""
        return self._next_try[timer].get(row, self._now) > self._now

    def due_again(self, timer: str) -> list[str]:
        """Return the rows that are to be tried again."""
        return [row for row in self._next_try[timer] if not self.waits(timer, row)]

    def add(self, timer: str, row: str, *, pause: timedelta) -> None:
        """Set a row aside until the pause is over."""
        self._next_try[timer][row] = self._now + pause
        score = self._next_try[timer][row].timestamp()
        self._tell(
            lambda: redis.client().zadd(redis.key(KEY), {_member(timer, row): score})
        )

    def drop(self, timer: str, row: str) -> None:
        """Count a row among the others again."""
        if self._next_try[timer].pop(row, None):
            self._tell(lambda: redis.client().zrem(redis.key(KEY), _member(timer, row)))

    def _tell(self, change: Callable[[], object]) -> None:
        if not self._is_shared:
            return
        try:
            change()
        except RedisError as error:
            logger.debug("What is set aside was not told, Redis is away: %s", error)


def counts(now: datetime) -> dict[str, int]:
    """Return {timer: rows set aside} of timers that have some. Raise RedisError."""
    return dict(Counter(timer for timer, row in _remembered(now) if row != WHOLE))


def failing(now: datetime) -> list[str]:
    """Return the timers that failed as a whole. Raise RedisError."""
    return [timer for timer, row in _remembered(now) if row == WHOLE]


def _remembered(now: datetime) -> list[Entry]:
    entries = _read().items()
    return sorted(entry for entry, next_try in entries if _is_remembered(next_try, now))


def _is_remembered(next_try: datetime, now: datetime) -> bool:
    return now - KEPT_FOR <= next_try <= now + FURTHEST


def _read() -> dict[Entry, datetime]:
    found = redis.client().zrange(redis.key(KEY), 0, -1, withscores=True)
    entries = {}
    for member, score in cast("list[tuple[bytes, float]]", found):
        timer, _, row = member.decode().partition(" ")
        entries[timer, row] = datetime.fromtimestamp(score, tz=UTC)
    return entries


def _member(timer: str, row: str) -> str:
    return f"{timer} {row}"

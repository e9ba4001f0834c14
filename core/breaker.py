"""A circuit breaker: a server that fails again and again is not asked for a while.

What is known is kept in Redis, for all workers, and so are the last failures in words.
Without Redis everybody asks, and only the log tells of failures.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

from redis import RedisError

from core import redis
from core.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    T = TypeVar("T")

logger = logging.getLogger(__name__)

IN_A_ROW = 5  # failures until nobody asks
PAUSE = timedelta(seconds=30)
# Whatever a server asks for with Retry-After.
LONGEST_PAUSE = timedelta(minutes=5)
# Within which the one who tries again has an answer, or is dead.
TRIAL_SECONDS = 30
KEPT = 20  # failures
LONGEST = 300  # characters of a failure
STATE_SECONDS = 3600
FAILURES_SECONDS = 30 * 86_400


@dataclass(frozen=True)
class Failure:
    """When something failed, and how, in words for an administrator."""

    at: datetime
    words: str


class Breaker:
    """What is known of one server, by the name of who asks it."""

    def __init__(self, name: str) -> None:
        self._state = redis.key(f"breaker:{name}")
        self._trial = redis.key(f"breaker:{name}:trial")
        self._failures = redis.key(f"breaker:{name}:failures")

    def lets_through(self, now: datetime) -> bool:
        """Whether the server may be asked now. After a pause one may, and the others
        wait for how that goes."""
        if self._until() is None:
            return True
        if self.pauses_until(now):
            return False
        return _safely(self._begin_trial, otherwise=True)

    def _begin_trial(self) -> bool:
        return bool(redis.client().set(self._trial, 1, nx=True, ex=TRIAL_SECONDS))

    def pauses_until(self, now: datetime) -> datetime | None:
        """Return until when nobody asks; None where somebody may."""
        until = self._until()
        # One further ahead was noted before the clock was set back.
        return until if until and now < until <= now + LONGEST_PAUSE else None

    def _until(self) -> datetime | None:
        found = _safely(lambda: redis.client().hget(self._state, "until"), None)
        return (
            datetime.fromtimestamp(float(cast("bytes", found)), UTC) if found else None
        )

    def went_well(self) -> None:
        """Forget the failures in a row."""
        _safely(lambda: redis.client().delete(self._state, self._trial), None)

    def failed(
        self, words: str, *, now: datetime, pause: timedelta | None = None
    ) -> None:
        """Note a failure. Nobody asks for a while after some in a row, or where the
        server asks for a pause."""
        _safely(lambda: self._note(words, now), None)
        _safely(lambda: self._count(now, pause), None)

    def _note(self, words: str, now: datetime) -> None:
        entry = {"at": now.isoformat(), "words": one_line(words)[:LONGEST]}
        pipeline = redis.client().pipeline()
        pipeline.lpush(self._failures, json.dumps(entry))
        pipeline.ltrim(self._failures, 0, KEPT - 1)
        pipeline.expire(self._failures, FAILURES_SECONDS)
        pipeline.execute()

    def _count(self, now: datetime, pause: timedelta | None) -> None:
        client = redis.client()
        count = client.hincrby(self._state, "count", 1)
        if pause is None and count >= IN_A_ROW:
            pause = PAUSE
        if pause is not None:
            until = now + min(max(pause, timedelta(0)), LONGEST_PAUSE)
            client.hset(self._state, "until", until.timestamp())
        client.expire(self._state, STATE_SECONDS)
        client.delete(self._trial)

    def failures(self) -> list[Failure]:
        """Return the last failures, newest first."""
        found: list[bytes | str] = _safely(
            lambda: redis.client().lrange(self._failures, 0, -1), []
        )
        return [
            Failure(datetime.fromisoformat(entry["at"]), entry["words"])
            for entry in map(json.loads, found)
        ]


def _safely(asked: Callable[[], T], otherwise: T) -> T:
    try:
        return asked()
    except RedisError as error:
        logger.warning("A circuit breaker knows nothing, Redis is away: %s", error)
        return otherwise

"""When the last sweep ran: noted in Redis, read by the health check."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from redis import RedisError

from core import redis

LAST_SWEEP = "last_sweep"
STEADY_SINCE = "steady_since"
OLDEST = timedelta(seconds=15)
GAP = timedelta(seconds=10)


def beat(now: datetime) -> None:
    """Note that a sweep has run. Raise RedisError where Redis is away."""
    redis.client().set(redis.key(LAST_SWEEP), now.timestamp())


def age(now: datetime) -> timedelta | None:
    """Return the time since the last sweep; None if none is known of.

    It is negative after the clock was set back, and by little where the clocks of two
    hosts differ.
    """
    noted = redis.client().get(redis.key(LAST_SWEEP))
    if noted is None:
        return None
    return now - _time(noted)


def is_fresh(now: datetime) -> bool:
    """Whether the sweep is known to run."""
    try:
        since = age(now)
    except RedisError:
        return False
    return since is not None and is_recent(since)


def is_recent(since: timedelta) -> bool:
    """Whether an age is that of a sweep that has just run: neither long ago nor, by
    more than hosts may differ, in the future."""
    return abs(since) <= OLDEST


def count_anew() -> None:
    """Forget since when sweeps have run. Raise RedisError where Redis is away."""
    redis.client().delete(redis.key(STEADY_SINCE))


def steady_since(now: datetime) -> datetime:
    """Return since when sweeps have run without a gap of more than 10 s, whichever way
    the clock went.

    A sweep asks before it beats. Raise RedisError where Redis is away.
    """
    last_sweep, noted = redis.client().mget(
        redis.key(LAST_SWEEP), redis.key(STEADY_SINCE)
    )
    is_steady = last_sweep is not None and abs(now - _time(last_sweep)) <= GAP
    if not is_steady or noted is None:
        redis.client().set(redis.key(STEADY_SINCE), now.timestamp())
        return now
    return _time(noted)


def _time(noted: bytes | str) -> datetime:
    return datetime.fromtimestamp(float(noted), tz=UTC)

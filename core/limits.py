"""How often somebody may do something, counted in Redis per minute."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, cast

from redis import RedisError

from core import redis
from core.errors import TooMany

if TYPE_CHECKING:
    from collections.abc import Sequence

logger = logging.getLogger(__name__)

WINDOW_SECONDS = 60


def spend(name: str, *, per_minute: int) -> None:
    """Count one use; raise TooMany above the limit (0: no limit).

    Without Redis nothing is counted: serving people comes first.
    """
    for refusal in spend_each([name], per_minute=per_minute):
        if refusal is not None:
            raise refusal


def spend_each(names: Sequence[str], *, per_minute: int) -> list[TooMany | None]:
    """Count one use of each name, as `spend` does; return per name the refusal."""
    if not per_minute or not names:
        return [None] * len(names)
    try:
        return [
            _refuse(name) if count > per_minute else None
            for name, count in zip(names, _count(names), strict=True)
        ]
    except RedisError as error:
        logger.warning("A limit was not counted, Redis is away: %s", error)
        return [None] * len(names)


def _count(names: Sequence[str]) -> list[int]:
    pipeline = redis.client().pipeline(transaction=False)
    for name in names:
        key = redis.key(f"limit:{name}")
        pipeline.incr(key)
        pipeline.expire(key, WINDOW_SECONDS, nx=True)
    return cast("list[int]", pipeline.execute()[::2])


def _refuse(name: str) -> TooMany:
    """Uncount the use; return the refusal with the seconds until the next minute."""
    give_back_each([name])
    rest = redis.client().ttl(redis.key(f"limit:{name}"))
    return TooMany(retry_after=max(1, rest))


def give_back_each(names: Sequence[str]) -> None:
    """Uncount one use of each name."""
    if not names:
        return
    pipeline = redis.client().pipeline(transaction=False)
    for name in names:
        key = redis.key(f"limit:{name}")
        pipeline.decr(key)
        # Its minute may be over: then this began a new one.
        pipeline.expire(key, WINDOW_SECONDS, nx=True)
    try:
        pipeline.execute()
    except RedisError as error:
        logger.warning("A limit was not counted, Redis is away: %s", error)

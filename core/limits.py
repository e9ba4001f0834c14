"""How often somebody may do something, counted in Redis per minute."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from redis import RedisError

from core import redis
from core.errors import TooMany

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

logger = logging.getLogger(__name__)

WINDOW_SECONDS = 60


def spend(name: str, *, per_minute: int) -> None:
    """Count one use; raise TooMany above the limit (0: no limit).

    Without Redis nothing is counted: serving people comes first.
    """
    take = take_each({name: 1}, per_minute=per_minute).get(name)
    if take is not None and take.refusal is not None:
        raise take.refusal


@dataclass(frozen=True)
class Take:
    """How many uses were counted, and for how many seconds they are good; a refusal
    where they are fewer than were wanted."""

    number: int
    seconds: int
    refusal: TooMany | None


def take_each(wanted: Mapping[str, int], *, per_minute: int) -> dict[str, Take]:
    """Count so many uses of each name, or those that are left of its minute; return
    nothing where there is no limit, or no Redis."""
    if not per_minute or not wanted:
        return {}
    try:
        counts = zip(wanted.items(), _count(wanted), strict=True)
        takes = {
            name: _taken(number, per_minute - (count - number), ttl)
            for (name, number), (count, ttl) in counts
        }
        _uncount(
            {
                name: number - takes[name].number
                for name, number in wanted.items()
                if takes[name].number < number
            }
        )
    except RedisError as error:
        logger.warning("A limit was not counted, Redis is away: %s", error)
        return {}
    return takes


def _taken(wanted: int, left: int, ttl: int) -> Take:
    number, seconds = min(wanted, max(0, left)), max(1, ttl)
    refusal = TooMany(retry_after=seconds) if number < wanted else None
    return Take(number, seconds, refusal)


def _count(wanted: Mapping[str, int]) -> list[tuple[int, int]]:
    """Return per name the uses of its minute, and the seconds that are left of it."""
    pipeline = redis.client().pipeline(transaction=False)
    for name, number in wanted.items():
        key = redis.key(f"limit:{name}")
        pipeline.incrby(key, number)
        pipeline.expire(key, WINDOW_SECONDS, nx=True)
        pipeline.ttl(key)
    found = cast("list[int]", pipeline.execute())
    return list(zip(found[::3], found[2::3], strict=True))


def give_back_each(names: Iterable[str]) -> None:
    """Uncount one use of each name."""
    try:
        _uncount(Counter(names))
    except RedisError as error:
        logger.warning("A limit was not counted, Redis is away: %s", error)


def _uncount(uses: Mapping[str, int]) -> None:
    if not uses:
        return
    pipeline = redis.client().pipeline(transaction=False)
    for name, number in uses.items():
        key = redis.key(f"limit:{name}")
        pipeline.decrby(key, number)
        # Its minute may be over: then this began a new one.
        pipeline.expire(key, WINDOW_SECONDS, nx=True)
    pipeline.execute()

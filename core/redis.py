from __future__ import annotations

import logging
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, cast

from django.conf import settings
from redis import Redis, RedisError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

logger = logging.getLogger(__name__)


@cache
def client() -> Redis:
    """Return this process's Redis client; it is safe to share between threads."""
    return Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=2
    )


def key(name: str) -> str:
    """Return the name as this installation's key or channel."""
    return f"{settings.REDIS_PREFIX}:{name}"


def remember(name: str, *, seconds: int) -> None:
    """Remember a name for a while, as well as Redis can."""
    try:
        client().set(key(name), 1, ex=seconds)
    except RedisError as error:
        logger.warning("Something is not remembered, Redis is away: %s", error)


def remembers(name: str) -> bool:
    try:
        return bool(client().exists(key(name)))
    except RedisError as error:
        logger.warning("Something may be forgotten, Redis is away: %s", error)
        return False


def kept(name: str, *, seconds: int, made: Callable[[], bool]) -> bool:
    """Return an answer that is made once for so long. Without Redis it is made each
    time."""
    try:
        known = cast("bytes | None", client().get(key(name)))
        if known is not None:
            return known == b"1"
        answer = made()
        client().set(key(name), int(answer), ex=seconds)
    except RedisError as error:
        logger.warning("An answer is not kept, Redis is away: %s", error)
        return made()
    return answer


def recall(name: str, *, at_most: int) -> list[str]:
    """Take work that was noted (`realtime.note`) out of its set."""
    try:
        taken = cast("list[bytes]", client().spop(key(name), at_most))
    except RedisError as error:
        logger.warning("Work for the sweep was not read, Redis is away: %s", error)
        return []
    return [item.decode() for item in taken]


# What is noted while a turn lasts is for the next one, unless it is done before.
A_PART = """
local noted, turn, size = KEYS[1], KEYS[2], KEYS[3]
if redis.call('EXISTS', turn) == 0 then
    if redis.call('EXISTS', noted) == 0 then return {} end
    redis.call('RENAME', noted, turn)
    local part = math.ceil(redis.call('SCARD', turn) / ARGV[1])
    redis.call('SET', size, math.min(math.max(part, ARGV[2]), ARGV[3]))
end
local taken = redis.call('SPOP', turn, redis.call('GET', size) or ARGV[2])
for _, item in ipairs(taken) do redis.call('SREM', noted, item) end
return taken
"""


def recall_a_part(name: str, *, parts: int, at_least: int, at_most: int) -> list[str]:
    """Take a part of what was noted when this turn began. So many take all of it,
    unless a part would be more or less than so many items."""
    keys = [key(name), key(f"{name}:turn"), key(f"{name}:part")]
    bounds = map(str, (parts, at_least, at_most))
    try:
        taken = client().eval(A_PART, len(keys), *keys, *bounds)
    except RedisError as error:
        logger.warning("Work for the sweep was not read, Redis is away: %s", error)
        return []
    return [item.decode() for item in cast("list[bytes]", taken)]


@contextmanager
def noted_again(name: str, taken: Sequence[str]) -> Iterator[None]:
    """Note this work again where the block fails."""
    try:
        yield
    except Exception:
        _note_again(name, taken)
        raise


def _note_again(name: str, items: Sequence[str]) -> None:
    try:
        if items:
            client().sadd(key(name), *items)
    except RedisError as error:
        logger.warning("Work for the sweep is lost, Redis is away: %s", error)

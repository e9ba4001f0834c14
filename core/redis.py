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


@contextmanager
def recalled(name: str, *, at_most: int) -> Iterator[list[str]]:
    """Give the work that was noted; it is noted again where the block fails."""
    taken = recall(name, at_most=at_most)
    try:
        yield taken
    except Exception:
        _note_again(name, taken)
        raise


def _note_again(name: str, items: Sequence[str]) -> None:
    try:
        if items:
            client().sadd(key(name), *items)
    except RedisError as error:
        logger.warning("Work for the sweep is lost, Redis is away: %s", error)

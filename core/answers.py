"""Word from one process to another that something is done: hints, which may be lost."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from redis import RedisError

from core import redis

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)

KEPT = 120  # seconds for which somebody may still listen
LOOK = 1  # seconds: shorter than a client of Redis waits for an answer


def tell(name: str) -> None:
    """Say that one of the things with this name is done."""
    key = redis.key(f"done:{name}")
    pipeline = redis.client().pipeline(transaction=False)
    pipeline.rpush(key, "")
    pipeline.expire(key, KEPT)
    try:
        pipeline.execute()
    except RedisError as error:
        logger.warning("Nobody hears that something is done: %s", error)


def wait(name: str, *, is_done: Callable[[], bool], until: float) -> None:
    """Return once it is done, or at this moment of the monotonic clock. It is asked
    whenever somebody tells of this name, and every second, since a hint may be lost."""
    key = redis.key(f"done:{name}")
    while not is_done() and time.monotonic() < until:
        try:
            redis.client().blpop([key], LOOK)
        except RedisError as error:
            logger.warning("Whether something is done is not heard: %s", error)
            time.sleep(LOOK)

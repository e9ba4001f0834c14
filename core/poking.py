"""Pokes: have work begin at once whose due time a row has already.

A poke may be lost, doubled or late. A sweep finds what is due soon after.
"""

from __future__ import annotations

import logging

from celery import current_app
from kombu.exceptions import OperationalError
from redis import RedisError

from core import redis

logger = logging.getLogger(__name__)


def poke(task: str, *arguments: str) -> None:
    """Have a worker run the task of this name, which a room above may have."""
    try:
        # Celery would try for seconds where nobody answers.
        redis.client().ping()
        current_app.send_task(task, args=arguments, retry=False)
    except (RedisError, OperationalError) as error:
        logger.warning("Nobody was poked, Redis is away: %s", error)

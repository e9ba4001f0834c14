"""Is this process alive, and is everything there that it needs?"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import RedisError

from core import clock, heartbeat, redis

if TYPE_CHECKING:
    from collections.abc import Callable

OK = "ok"
PATIENCE = 2  # seconds for an answer of a check


@login_not_required
@never_cache
@require_safe
async def live(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": OK})


@login_not_required
@never_cache
@require_safe
async def ready(request: HttpRequest) -> HttpResponse:
    """Answer 200 if all checks pass, else 503 with words for those that do not."""
    answers = await asyncio.gather(*(_answer(name) for name in CHECKS))
    checks = dict(zip(CHECKS, answers, strict=True))
    healthy = all(answer == OK for answer in answers)
    return JsonResponse(
        {"status": OK if healthy else "failing", "checks": checks},
        status=200 if healthy else 503,
    )


async def _answer(name: str) -> str:
    check = sync_to_async(
        CHECKS[name], thread_sensitive=False, executor=executors[name]
    )
    try:
        async with asyncio.timeout(PATIENCE):
            return await check()
    except TimeoutError:
        return f"No answer within {PATIENCE} s."


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        return f"The database cannot be reached ({type(error).__name__})."
    finally:
        connection.close()
    return OK


def _redis() -> str:
    try:
        redis.client().ping()
    except RedisError as error:
        return f"Redis cannot be reached ({type(error).__name__})."
    return OK


def _timers() -> str:
    try:
        age = heartbeat.age(clock.now())
    except RedisError:
        return "Unknown: the time of the last sweep is kept in Redis."
    if age is None:
        return "No sweep has run yet."
    if age > heartbeat.OLDEST:
        return f"The last sweep was {age.total_seconds():.0f} s ago."
    return OK


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "redis": _redis,
    "timers": _timers,
}
# One thread each: a check that hangs holds up itself, nobody else, and no more
# than that one thread, however often somebody asks.
executors = {name: ThreadPoolExecutor(1, f"health-{name}") for name in CHECKS}

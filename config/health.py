"""Is this process alive, and is everything there that it needs?"""

from __future__ import annotations

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import RedisError

from agents import queries
from config import storage
from core import clock, files, heartbeat, loops, redis, set_aside

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

OK = "ok"
PATIENCE = 2  # seconds for an answer of a check
LONG_QUEUED = timedelta(minutes=5)  # the worker takes a mail at once


@login_not_required
@never_cache
@require_safe
async def live(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": OK})


@login_not_required
@never_cache
@require_safe
async def ready(request: HttpRequest) -> HttpResponse:
    """Answer 200 if all checks pass, else 503 with words for those that do not.

    What somebody should look at, though people are served, is told beside them.
    """
    answers = await asyncio.gather(*(_answer(name) for name in CHECKS))
    checks = dict(zip(CHECKS, answers, strict=True))
    healthy = all(answer == OK for answer in answers)
    news = await _news()
    return JsonResponse(
        {"status": OK if healthy else "failing", "checks": checks, **news},
        status=200 if healthy else 503,
    )


async def _answer(name: str) -> str:
    try:
        return await _ask(CHECKS[name], executors[name])
    except TimeoutError:
        return f"No answer within {PATIENCE} s."


async def _news() -> dict[str, Any]:
    news: dict[str, Any] = {"loops": loops.failing(), "files": files.shortage()}
    # Where Redis is away a check says so.
    with contextlib.suppress(TimeoutError, RedisError):
        news |= await _ask(_of_timers, executors["timers"])
    with contextlib.suppress(TimeoutError, Error):
        news["mails"] = await _ask(_of_mails, executors["mails"])
    return {name: what for name, what in news.items() if what}


async def _ask(work: Callable[[], T], executor: ThreadPoolExecutor) -> T:
    asked = sync_to_async(work, thread_sensitive=False, executor=executor)
    async with asyncio.timeout(PATIENCE):
        return await asked()


def _database() -> str:
    try:
        return storage.why_nothing_is_stored() or OK
    except Error as error:
        return f"The database cannot be reached ({type(error).__name__})."
    finally:
        connection.close()


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
    if heartbeat.is_recent(age):
        return OK
    seconds = round(age.total_seconds())
    if seconds < 0:
        return f"The last sweep is {-seconds} s ahead: the clock was set back."
    return f"The last sweep was {seconds} s ago."


def _of_timers() -> dict[str, Any]:
    now = clock.now()
    return {
        "set_aside": set_aside.counts(now),
        "failing_timers": set_aside.failing(now),
    }


def _of_mails() -> dict[str, int]:
    try:
        counts = queries.mails_not_sent(clock.now(), older_than=LONG_QUEUED)
    finally:
        connection.close()
    return {state: count for state, count in counts.items() if count}


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "redis": _redis,
    "timers": _timers,
}
# One thread each: a check that hangs holds up itself, nobody else, and no more
# than that one thread, however often somebody asks.
executors = {
    name: ThreadPoolExecutor(1, f"health-{name}") for name in (*CHECKS, "mails")
}

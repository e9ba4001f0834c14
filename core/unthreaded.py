"""What an event loop asks PostgreSQL and Redis itself, while it serves anybody.

A thread that is asked in its place waits twice for its turn in the process, which takes
longer than what is asked. Whoever calls knows what to do where there is no answer.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import psycopg
from django.conf import settings
from django.db import connection
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from core.logs import OnceAMinute

if TYPE_CHECKING:
    from collections.abc import Sequence

logger = logging.getLogger(__name__)
_news = OnceAMinute()


class Lines:
    """The connections of one event loop; see `lines()`."""

    def __init__(self) -> None:
        self._database: psycopg.AsyncConnection[tuple[Any, ...]] | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._redis: Redis | None = None
        # One after the other: nothing that is under way is cut off by `close`.
        self._asking = asyncio.Lock()
        self._telling = asyncio.Lock()

    @property
    def is_open(self) -> bool:
        """Whether PostgreSQL can be asked."""
        return self._database is not None and not self._database.closed

    def open(self) -> None:
        """Have PostgreSQL asked from soon on; on SQLite there is nothing to ask."""
        if not (self.is_open or self._connecting) and connection.vendor == "postgresql":
            self._connecting = asyncio.create_task(self._connect())

    async def opened(self) -> None:
        """Return once PostgreSQL can be asked, or is found to be away."""
        self.open()
        if self._connecting is not None:
            await self._connecting

    async def rows(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Return the rows of a statement that is a transaction of its own.

        Raises psycopg's errors, one where PostgreSQL cannot be asked among them.
        """
        async with self._asking:
            if self._database is None:
                raise psycopg.OperationalError
            try:
                cursor = await self._database.execute(sql, values)
                return await cursor.fetchall()
            except psycopg.IntegrityError:
                raise
            except psycopg.Error:
                # Whatever it suffers from: the next one may not.
                await self._database.close()
                raise

    async def run_script(self, script: str, keys: Sequence[str], *values: str) -> None:
        """Run a script of Redis. Raises RedisError."""
        async with self._telling:
            if self._redis is None:
                self._redis = Redis.from_url(
                    settings.REDIS_URL,
                    socket_connect_timeout=1,
                    socket_timeout=2,
                    retry=Retry(NoBackoff(), 1),  # it may have been restarted
                )
            await self._redis.eval(script, len(keys), *keys, *values)

    async def close(self) -> None:
        """Let the connections go, after what is under way."""
        if self._connecting is not None:
            self._connecting.cancel()
        async with self._asking:
            if self._database is not None:
                await self._database.close()
                self._database = None
        async with self._telling:
            if self._redis is not None:
                await self._redis.aclose()
                self._redis = None

    async def _connect(self) -> None:
        try:
            # What Django connects with, but for its cursors, which are for threads.
            params = {**connection.get_connection_params(), "cursor_factory": None}
            self._database = await psycopg.AsyncConnection.connect(
                **params, autocommit=True
            )
        except psycopg.Error as error:
            if _news.is_due(type(error).__name__):
                logger.warning("An event loop cannot ask PostgreSQL: %s", error)
        finally:
            self._connecting = None


_lines: WeakKeyDictionary[asyncio.AbstractEventLoop, Lines] = WeakKeyDictionary()


def lines() -> Lines:
    """Return the connections of the running event loop."""
    return _lines.setdefault(asyncio.get_running_loop(), Lines())

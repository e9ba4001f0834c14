"""A socket that waits for the database as long as a slow query takes, whenever it is
asked to."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

PATH = "bench/slow/"
SECONDS = 0.2


def consumer(
    in_thread: Callable[[Callable[[], None]], Awaitable[None]],
) -> type[AsyncWebsocketConsumer]:
    """Return the consumer of a server that works with its database in this way."""

    class SlowConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
        async def receive(self, text_data: str) -> None:
            await in_thread(_query)
            await self.send(text_data)

    return SlowConsumer


def _query() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_sleep(%s)", [SECONDS])
        else:
            cursor.execute("SELECT 1")
            time.sleep(SECONDS)  # as the library does, without the interpreter

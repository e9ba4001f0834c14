"""Drives a load through its stages: warm-up, the measured window, the rest."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench import processor, slow
from bench.figures import percentile
from bench.load import AGENT, CUSTOMER, Window
from bench.sockets import ClientSocket
from bench.targets import origin

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from bench.load import Load

PERCENTILES = (50, 95, 99)
LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class Plan:
    """How long, how much at most, and for a fixed rate the messages/s of a chat."""

    warm_up: float
    seconds: float
    messages: int
    rate: float = 0.0


async def measure(
    load: Load, *, chats: int, plan: Plan, group: int
) -> dict[str, float]:
    """Return the figures of one stretch; `group` is the server's process group."""
    drive = _fixed_rate(load, chats, plan.rate) if plan.rate else _loop(load, chats)
    with drive:
        await asyncio.sleep(plan.warm_up)
        used, begin = processor.seconds(group), time.perf_counter()
        await _until_done(load, begin, plan)
        used, end = processor.seconds(group) - used, time.perf_counter()
    await load.drain()
    return _figures(load, Window(begin, end), used)


async def _until_done(load: Load, begin: float, plan: Plan) -> None:
    before = len(load.sent)
    while time.perf_counter() < begin + plan.seconds:
        if len(load.sent) - before >= plan.messages:
            return
        await asyncio.sleep(LOOK_SECONDS)


@contextmanager
def _loop(load: Load, chats: int) -> Iterator[None]:
    """Each end answers the other as soon as it hears."""
    load.is_answering = True
    for chat in range(chats):
        load.say(chat, CUSTOMER)
    try:
        yield
    finally:
        load.is_answering = False


@contextmanager
def _fixed_rate(load: Load, chats: int, rate: float) -> Iterator[None]:
    """The ends of each chat take turns at this rate, whatever comes back."""
    pace = asyncio.create_task(_pace(load, chats, rate))
    try:
        yield
    finally:
        pace.cancel()


async def _pace(load: Load, chats: int, rate: float) -> None:
    begin, pause = time.perf_counter(), 1 / (rate * chats)
    turn = 0
    while True:
        # Late turns are made up for: a slow moment must not lower the load.
        while begin + turn * pause <= time.perf_counter():
            chat = turn % chats
            load.say(chat, (CUSTOMER, AGENT)[turn // chats % 2])
            turn += 1
        await asyncio.sleep(begin + turn * pause - time.perf_counter())


@asynccontextmanager
async def slow_queries(port: int) -> AsyncIterator[None]:
    """Have a server wait for a slow query, once a second."""
    socket = await ClientSocket.open(port, f"/{slow.PATH}", origin(port))
    answers: list[str] = []
    socket.hear = answers.append
    asking = asyncio.create_task(_ask(socket))
    try:
        yield
    finally:
        asking.cancel()
        await socket.close()
    assert answers, "No slow query was answered."


async def _ask(socket: ClientSocket) -> None:
    while True:
        socket.send("slow")
        await asyncio.sleep(1)


def _figures(load: Load, window: Window, used: float) -> dict[str, float]:
    number = window.acknowledged(load)
    figures = {
        "throughput": number / window.seconds,
        "cpu": used / number if number else float("nan"),
    }
    for name, seen in (("delivery", load.heard), ("ack", load.acknowledged)):
        latencies = sorted(window.latencies(load, seen))
        for share in PERCENTILES:
            figures[f"{name} p{share}"] = percentile(latencies, share)
    return figures

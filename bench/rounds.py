"""The rounds of a run: every server in turn, in each of them."""

from __future__ import annotations

import asyncio
import math
import sys
import time
from contextlib import ExitStack, nullcontext
from typing import TYPE_CHECKING
from uuid import UUID

import uvloop
from django.db import connection

from bench import centre, processor, servers, verify
from bench.figures import PRODUCT, Results
from bench.load import Load
from bench.stretch import Plan, measure, slow_queries
from bench.targets import Product, Relay, Target, close_all

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Collection, Sequence
    from pathlib import Path

YARDSTICKS = {"T": "bench.relay_channels", "F": "bench.relay_raw"}


def all_rounds(options: Namespace, folder: Path) -> Results:
    """Start the servers, run the rounds, compare with the database."""
    results = Results()
    with ExitStack() as stack:
        wanted = options.only or [PRODUCT, *YARDSTICKS]
        running = _start(stack, wanted, folder, web=options.web)
        # From here on there are threads: database connections bring them.
        stack.callback(_disconnect)
        targets = [_target(*pair, options.chats) for pair in running.items()]
        loads = uvloop.run(_rounds(targets, options, results))
        for target in targets:
            _count_faults(target, loads[target.name], results)
    return results


def _start(
    stack: ExitStack, wanted: Collection[str], folder: Path, *, web: int
) -> dict[str, servers.Server]:
    running = {}
    if PRODUCT in wanted:
        running[PRODUCT] = stack.enter_context(servers.product(folder, web=web))
    for name, module in YARDSTICKS.items():
        if name in wanted:
            running[name] = stack.enter_context(servers.relay(module, folder))
    return running


def _disconnect() -> None:
    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()


def _target(name: str, server: servers.Server, chats: int) -> Target:
    if name != PRODUCT:
        return Relay(name, server, chats)
    secrets = centre.make(agents=math.ceil(chats / centre.MOST_SLOTS))
    return Product(server, centre.open_chats(server.port, chats, secrets))


def _count_faults(target: Target, loads: list[Load], results: Results) -> None:
    results.add_faults(target.name, verify.faults(loads))
    for text in sorted({text for load in loads for text in load.refused}):
        _say(f"{target.name} refused: {text}")
    if isinstance(target, Product):
        contacts = [UUID(chat.contact) for chat in target.chats]
        results.add_faults(target.name, verify.faults_in_database(contacts, loads))


async def _rounds(
    targets: Sequence[Target], options: Namespace, results: Results
) -> dict[str, list[Load]]:
    loads: dict[str, list[Load]] = {target.name: [] for target in targets}
    for number in range(options.rounds):
        figures = {}
        first = number % len(targets)
        for target in (*targets[first:], *targets[:first]):
            figures[target.name] = await _visit(
                target, options, number, loads[target.name]
            )
            shown = {k: round(v, 5) for k, v in figures[target.name].items()}
            _say(f"round {number + 1}, {target.name}: {shown}")
        results.add_round({target.name: figures[target.name] for target in targets})
    return loads


async def _visit(
    target: Target, options: Namespace, number: int, loads: list[Load]
) -> dict[str, float]:
    """Return the figures of one server in one round."""
    figures: dict[str, float] = {}
    if options.idle:
        figures |= await _idle(target, options, is_first=number == 0)
    stages = {"loop": 0.0, "rate": options.rate}
    if target.has_database:
        stages["slow"] = options.rate
    for stage, rate in stages.items():
        if stage != "loop" and not rate:
            continue
        load = Load(f"{number}{stage}")
        loads.append(load)
        load.crowd = await target.gather_crowd(load)
        plan = Plan(options.warm_up, options.seconds, options.messages, rate)
        beside = slow_queries(target.server.port) if stage == "slow" else nullcontext()
        async with beside:
            seen = await measure(
                load, chats=options.chats, plan=plan, group=target.server.pid
            )
        figures |= {f"{stage} {name}": value for name, value in seen.items()}
        await load.crowd.close()
    return figures


async def _idle(
    target: Target, options: Namespace, *, is_first: bool
) -> dict[str, float]:
    """Return the set-up rate and, before any load, the memory of an idle socket."""
    number = options.idle
    # What is made once is made now, and pages learn what was said since.
    await close_all(await target.open_idle(options.chats))
    before, begin = processor.memory(target.server.pid), time.perf_counter()
    sockets = await target.open_idle(number)
    figures = {"set-up": number / (time.perf_counter() - begin)}
    await asyncio.sleep(1)
    if is_first and options.web == 1:  # else they are in several processes
        figures["memory"] = (processor.memory(target.server.pid) - before) / number
    await close_all(sockets)
    return figures


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")

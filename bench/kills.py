"""Processes die all the time: `python -m bench.kills`.

Several web processes and workers serve chats whose ends never stop talking, while one
process after another is killed and started again. Afterwards every line is compared by
id, contact, place and text: what was acknowledged, what is stored, what both ends have.
See docs/performance.md.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import services

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bench.kills_people import Talk
    from bench.storm_people import People
    from tests.parley import Running

BETWEEN_KILLS = 10.0  # seconds
DRAIN = 30.0  # seconds after the last kill until all must have all


def main(arguments: list[str] | None = None) -> int:
    """Run the bench. Return 0 if nothing was lost, doubled or left out."""
    options = _parser().parse_args(arguments)
    with services.running(services.POSTGRESQL) as folder, ExitStack() as stack:
        import django

        django.setup()
        from django.db import connection

        from bench import storm_people
        from tests import parley

        own = {n: os.environ[n] for n in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY")}
        web = {"PARLEY_WEB_PROCESSES": str(options.web)}
        running = stack.enter_context(parley.running(folder / "data", **own, **web))
        running.until(parley.READY)
        people = storm_people.store(
            desks=options.chats, pages=options.chats, talks=options.chats
        )
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()
        stack.enter_context(_second_workers(running))
        report = asyncio.run(_run(running, people, options))
    sys.stdout.write(json.dumps(report, indent=1) + "\n")
    if options.json:
        options.json.write_text(json.dumps(report, indent=1))
    faults = ("lost", "doubled", "gaps", "ends that differ", "not sent")
    return int(any(report[fault] for fault in faults))


def _second_workers(running: Running) -> ExitStack:
    """Start one more of the workers, as another machine would."""
    celery = [sys.executable, "-m", "celery", "--app", "config.celery", "worker"]
    stack = ExitStack()
    for queue in ("timers", "work"):
        options = ["--queues", queue, "--hostname", f"second-{queue}@%h"]
        process = subprocess.Popen(
            [*celery, *options, "--pool", "threads", "--concurrency", "2"],
            env=os.environ | {"PARLEY_DATA": str(running.data)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        stack.callback(process.wait)
        stack.callback(process.terminate)
    return stack


async def _run(
    running: Running, people: People, options: argparse.Namespace
) -> dict[str, Any]:
    from bench.kills_people import Talk

    talks = [
        Talk(running.port, people.desks[desk], people.pages[page], contact)
        for desk, page, contact in people.talks
    ]
    lives = [asyncio.create_task(life) for talk in talks for life in talk.lives()]
    await asyncio.gather(*(talk.begins() for talk in talks))
    chats = [asyncio.create_task(talk.goes_on(options.pause)) for talk in talks]
    kills = await _kill(running, options)
    for chat in chats:
        chat.cancel()
    await _drain(talks)
    report = {"web": options.web, "seconds": options.seconds, "kills": kills}
    report |= await asyncio.to_thread(_compare, talks)
    for life in lives:
        life.cancel()
    await asyncio.gather(*lives, *chats, return_exceptions=True)
    return report


async def _kill(running: Running, options: argparse.Namespace) -> int:
    """Kill one process after another. Return how many."""
    webs = ["web", *(f"web-{number}" for number in range(2, options.web + 1))]
    names = cycle([*webs, "timers", "worker"])
    loop = asyncio.get_running_loop()
    end, kills = loop.time() + options.seconds, 0
    while loop.time() + BETWEEN_KILLS < end:
        await asyncio.sleep(BETWEEN_KILLS)
        name = next(names)
        os.kill(running.pid_of(name), signal.SIGKILL)
        await asyncio.to_thread(running.until, f"{name} started")
        kills += 1
    await asyncio.sleep(max(0.0, end - loop.time()))
    return kills


async def _drain(talks: Iterable[Talk]) -> None:
    """Let all ends catch up, as their heartbeats would have them do."""
    loop = asyncio.get_running_loop()
    end = loop.time() + DRAIN
    while loop.time() < end:
        for talk in talks:
            talk.catch_up()
        await asyncio.sleep(1)


def _compare(talks: Iterable[Talk]) -> dict[str, int]:
    from bench.kills_people import stored

    counts = dict.fromkeys(
        ("said", "acknowledged", "stored", "lost", "doubled", "gaps"), 0
    )
    counts |= {"ends that differ": 0, "not sent": 0}
    for talk in talks:
        lines = stored(talk.contact)
        keys = [key for key, _ in lines.values()]
        counts["stored"] += len(lines)
        counts["gaps"] += sorted(lines) != list(range(1, len(lines) + 1))
        counts["doubled"] += len(keys) - len(set(keys))
        for end in talk.ends:
            counts["said"] += end.said
            counts["acknowledged"] += len(end.acknowledged)
            counts["lost"] += sum(
                lines.get(seq) != line for seq, line in end.acknowledged.items()
            )
            counts["ends that differ"] += end.lines != lines
            counts["not sent"] += len(end.outbox)
    return counts


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.kills", description=__doc__)
    add = parser.add_argument
    add("--web", type=int, default=4, help="web processes")
    add("--chats", type=int, default=50, help="open at once")
    add("--seconds", type=float, default=300, help="in which processes are killed")
    add("--pause", type=float, default=0.5, help="seconds between lines of a chat")
    add("--json", type=Path, help="write the figures to this file")
    return parser


if __name__ == "__main__":
    sys.exit(main())

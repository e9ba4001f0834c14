"""All come back at once: `python -m bench.storm`.

A web process of a running Parley is killed, and the supervisor starts it again. How
long until every desk and every page has its welcome, is nobody given up, and what do
those feel of it who are back and talk? See docs/performance.md.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from bench import services
from bench.figures import percentile

if TYPE_CHECKING:
    from uuid import UUID

    from bench.storm_people import Browser, People
    from tests.parley import Running

FULL = {"desks": 2000, "pages": 4000, "talks": 20}
QUICK = {"desks": 60, "pages": 120, "talks": 5}
AT_ONCE = 100  # that come before the storm
BEFORE = 5.0  # seconds of quiet talk
PATIENCE = 120.0  # seconds until all must be back
GATE = 40.0


def main(arguments: list[str] | None = None) -> int:
    """Run the bench. Return 0 if all were welcome in time and nobody was given up."""
    options = _parser().parse_args(arguments)
    sizes = QUICK if options.quick else FULL
    with services.running(options.database) as folder:
        import django

        django.setup()
        from django.db import connection

        from bench import storm_people
        from tests import parley

        own = {n: os.environ[n] for n in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY")}
        web = {"PARLEY_WEB_PROCESSES": str(options.web)}
        with parley.running(folder / "data", **own, **web) as running:
            running.until(parley.READY)
            people = storm_people.store(**sizes)
            connection.close()
            if hasattr(connection, "close_pool"):
                connection.close_pool()
            storm = Storm(running, people)
            report = asyncio.run(storm.run())
            report["given up"] = _given_up(people)
            report["lost"] = _lost(storm.acknowledged)
    report = {"options": vars(options) | sizes, **report}
    sys.stdout.write(json.dumps(report, indent=1, default=str) + "\n")
    if options.json:
        options.json.write_text(json.dumps(report, indent=1, default=str))
    is_well = report["welcome, last, s"] <= GATE and not report["given up"]
    return int(not is_well or bool(report["lost"]))


def _given_up(people: People) -> int:
    """Return how many agents are offline, and chats are over."""
    from agents.models import Agent, AgentState
    from contacts.models import Contact, ContactState

    agents = Agent.objects.filter(
        organisation=people.organisation_id, state=AgentState.OFFLINE
    )
    chats = Contact.objects.filter(organisation=people.organisation_id).exclude(
        state=ContactState.CONNECTED
    )
    return agents.count() + chats.count()


def _lost(acknowledged: set[str]) -> int:
    """Return how many acknowledged messages are not stored."""
    from contacts.models import Message

    return (
        len(acknowledged) - Message.objects.filter(client_id__in=acknowledged).count()
    )


class Storm:
    """One run, seen by all who are connected."""

    def __init__(self, running: Running, people: People) -> None:
        from bench.storm_people import Browser

        self._running = running
        self._people = people
        self._desks = [Browser(running.port, place) for place in people.desks]
        self._pages = [Browser(running.port, place) for place in people.pages]
        self._sent: dict[str, float] = {}
        self._heard: dict[str, float] = {}
        self.acknowledged: set[str] = set()

    async def run(self) -> dict[str, Any]:
        lives = await self._gather()
        talks = [
            asyncio.create_task(self._talk(self._desks[desk], self._pages[page], pk))
            for desk, page, pk in self._people.talks
        ]
        await asyncio.sleep(BEFORE)
        killed_at = time.perf_counter()
        os.kill(self._running.pid_of("web"), signal.SIGKILL)
        cut = await self._until_all_are_back(killed_at)
        back_at = time.perf_counter()
        await asyncio.sleep(1)
        for task in talks:
            task.cancel()
        await asyncio.sleep(2)  # what was said last arrives
        report = self._report(killed_at, back_at, cut)
        for life in lives:
            life.cancel()
        await asyncio.gather(*lives, *talks, return_exceptions=True)
        return report

    @property
    def _all(self) -> list[Browser]:
        return [*self._desks, *self._pages]

    async def _gather(self) -> list[asyncio.Task[None]]:
        """Let all come, some at a time."""
        lives: list[asyncio.Task[None]] = []
        everybody = self._all
        for start in range(0, len(everybody), AT_ONCE):
            batch = everybody[start : start + AT_ONCE]
            lives += [asyncio.create_task(browser.live()) for browser in batch]
            await asyncio.gather(*(browser.welcome.wait() for browser in batch))
        for browser in everybody:
            browser.refused = 0
        return lives

    async def _until_all_are_back(self, killed_at: float) -> list[Browser]:
        """Return who was cut off, once all of them are welcome."""
        async with asyncio.timeout(PATIENCE):
            await asyncio.sleep(2)  # the kernel has told them by now
            await asyncio.gather(*(browser.welcome.wait() for browser in self._all))
        return [browser for browser in self._all if browser.lost_at >= killed_at]

    async def _talk(self, desk: Browser, page: Browser, contact: UUID) -> None:
        """Say something each second, the desk and the page by turns."""
        for browser in (desk, page):
            browser.heard = self._hear
            if browser.socket is not None:
                browser.socket.hear = self._hear
        ends = [desk, page]
        while True:
            if all(end.welcome.is_set() for end in ends):
                key = uuid4().hex
                frame = {"type": "send", "client_id": key, "text": f"Hello {key}"}
                self._sent[key] = time.perf_counter()
                if not ends[0].say({**frame, "contact": str(contact)}):
                    del self._sent[key]
            ends.reverse()
            await asyncio.sleep(1)

    def _hear(self, text: str) -> None:
        frame = json.loads(text)
        if frame["type"] not in {"ack", "message"}:
            return
        key = frame["message"]["client_id"]
        if frame["type"] == "ack":
            self.acknowledged.add(key)
        elif key in self._sent:
            self._heard.setdefault(key, time.perf_counter())

    def _report(
        self, killed_at: float, back_at: float, cut: list[Browser]
    ) -> dict[str, Any]:
        welcomes = sorted((b.welcome_at or 0.0) - killed_at for b in cut)
        before = self._delays(0.0, killed_at - 1)
        during = self._delays(killed_at, back_at)
        return {
            "cut off": len(cut),
            "welcome, first, s": round(welcomes[0], 2),
            "welcome, p50, s": round(percentile(welcomes, 50), 2),
            "welcome, last, s": round(welcomes[-1], 2),
            "refused attempts": sum(browser.refused for browser in self._all),
            "delivery before, p99, ms": round(1e3 * percentile(before, 99), 1),
            "messages during": len(during),
            "delivery during, p50, ms": round(1e3 * percentile(during, 50), 1),
            "delivery during, p99, ms": round(1e3 * percentile(during, 99), 1),
        }

    def _delays(self, begin: float, end: float) -> list[float]:
        return sorted(
            self._heard[key] - at
            for key, at in self._sent.items()
            if begin <= at < end and key in self._heard
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.storm", description=__doc__)
    add = parser.add_argument
    add(
        "--database",
        choices=[services.POSTGRESQL, services.SQLITE],
        default=services.POSTGRESQL,
    )
    add("--web", type=int, default=1, help="web processes; one of them is killed")
    add("--quick", action="store_true", help="few of everything")
    add("--json", type=Path, help="write the figures to this file")
    return parser


if __name__ == "__main__":
    sys.exit(main())

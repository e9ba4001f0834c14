"""What helps to find out why a test in the browser has failed."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from playwright.sync_api import Error

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext, ConsoleMessage, Request

LINES = 60  # of each log and console
PATIENCE = 2000  # milliseconds for a page to tell what it shows
SERVED = re.compile(r'"GET /static/\S+ HTTP/1.1" (200|304) ')  # fills every log
Section = tuple[str, str]


class Evidence:
    """What the processes have logged during a test, and what its pages have seen."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._begun = {path: path.stat().st_size for path in logs.glob("*.log")}
        self._contexts: list[BrowserContext] = []
        self._heard: list[str] = []

    def watch(self, context: BrowserContext) -> None:
        self._contexts.append(context)
        context.on("console", self._hear)
        context.on("requestfailed", self._miss)

    def sections(self) -> list[Section]:
        """Return it with headings, as pytest shows it below a failure."""
        heard = [("what the pages said", "\n".join(self._heard[-LINES:]))]
        found = [*self._logged(), *heard, *self._shown()]
        return [(heading, text) for heading, text in found if text]

    def _hear(self, message: ConsoleMessage) -> None:
        self._heard.append(f"{message.type}: {message.text}")

    def _miss(self, request: Request) -> None:
        self._heard.append(f"failed: {request.method} {request.url} {request.failure}")

    def _logged(self) -> Iterator[Section]:
        for path in sorted(self._logs.glob("*.log")):
            with path.open("rb") as log:
                log.seek(self._begun.get(path, 0))
                lines = log.read().decode(errors="replace").splitlines()
            told = [line for line in lines if not SERVED.search(line)]
            yield path.name, "\n".join(told[-LINES:])

    def _shown(self) -> Iterator[Section]:
        for page in (page for context in self._contexts for page in context.pages):
            with suppress(Error):
                shown = page.locator("body").aria_snapshot(timeout=PATIENCE)
                yield f"the page {page.url}", shown

"""A clock that stands still until a test moves it, and the sweep on top of it."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from redis import RedisError

from core import clock, redis
from wrapup import tasks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

EVERY = 10  # seconds between sweeps that count as steady


class Clockwork:
    """The clock of the house, and what makes it tick."""

    def __init__(self) -> None:
        # Ahead of the rows that are made with the real time.
        self.now = timezone.now().replace(microsecond=0) + timedelta(minutes=1)
        self._swept: datetime | None = None

    def moves(self, *, seconds: float) -> datetime:
        """Let time pass in which no sweep runs; return the time it is then."""
        self.now += timedelta(seconds=seconds)
        return self.now

    def moves_to(self, moment: datetime) -> None:
        self.now = moment

    def ticks(self) -> float:
        return self.now.timestamp()

    def sweeps(self) -> None:
        tasks.run_timers()
        self._swept = self.now

    def passes(self, *, seconds: float) -> None:
        """Let time pass, and run the one sweep that comes after it."""
        self.moves(seconds=seconds)
        self.sweeps()

    def runs(self, *, seconds: float) -> None:
        """Let time pass in which sweeps run as they should, the last at its end."""
        if self._swept != self.now:
            self.sweeps()
        end = self.now + timedelta(seconds=seconds)
        while self.now < end:
            self.moves_to(min(self.now + timedelta(seconds=EVERY), end))
            self.sweeps()


@pytest.fixture
def clockwork(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clockwork]:
    """Time stands still. The sweep of no other test has run."""
    redis.client().flushdb()
    stopped = Clockwork()
    monkeypatch.setattr(clock, "now", lambda: stopped.now)
    monkeypatch.setattr(clock, "ticks", stopped.ticks)
    yield stopped
    with suppress(RedisError):  # which a test may have taken away
        redis.client().flushdb()

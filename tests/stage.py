"""What happens around people in the tests' stories: time passes, services fail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core import clock, redis

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from pytest_django import Settings


class Later:
    """Moves the clock of the house: `later(seconds=31)`."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self, **ahead: float) -> datetime:
        """Let this much time pass; return the time it is then."""
        self._ahead += timedelta(**ahead)
        return self.now()

    def now(self) -> datetime:
        return timezone.now() + self._ahead


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    moved = Later()
    monkeypatch.setattr(clock, "now", moved.now)
    return moved


Counted = Callable[[Callable[[], object]], int]


@pytest.fixture
def counted(db: None) -> Counted:
    """Count the queries that something takes, from the second time on."""

    def count(work: Callable[[], object]) -> int:
        work()
        with CaptureQueriesContext(connection) as queries:
            work()
        return len(queries)

    return count


@pytest.fixture
def redis_is_away(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """Nobody listens where Redis should be."""
    settings.REDIS_URL = f"unix://{tmp_path}/nobody-listens.sock"
    redis.client.cache_clear()
    yield
    redis.client.cache_clear()

"""Beat, which sends the sweep: no memory that could mislead it."""

from __future__ import annotations

import signal
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from celery.beat import Service
from django.utils import timezone

from config.beat import Beat, Scheduler
from config.celery import app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 10  # seconds


def started() -> Any:
    """Return the scheduler of a beat that has just been started."""
    beat: Any = app.Beat(quiet=True)
    return Service(app, scheduler_cls=beat.scheduler_cls).scheduler


def test_a_beat_that_is_started_again_waits_for_no_time_that_it_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first = started()
    # Before the clock was set back.
    first.schedule["sweep"].last_run_at += timedelta(hours=2)
    first.close()

    second = started()

    assert second.schedule["sweep"].last_run_at <= timezone.now()
    second.close()
    assert not list(tmp_path.iterdir())


class Broken(Scheduler):
    """A scheduler with a fault."""

    def tick(self, *args: Any, **options: Any) -> float:
        raise RuntimeError("a fault")


class Idle(Scheduler):
    """A scheduler that has nothing to do."""

    def tick(self, *args: Any, **options: Any) -> float:
        return 0.01


@pytest.fixture
def ended() -> Iterator[Event]:
    """Tell when this process is asked to end, which it does not."""
    asked = Event()
    before = signal.signal(signal.SIGTERM, lambda *_: asked.set())
    yield asked
    signal.signal(signal.SIGTERM, before)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_beat_that_fails_ends_its_process(
    monkeypatch: pytest.MonkeyPatch, ended: Event
) -> None:
    monkeypatch.setitem(app.conf, "beat_scheduler", Broken)

    beat = Beat(app)
    beat.start()

    assert ended.wait(PATIENCE)
    beat.join(PATIENCE)


def test_a_beat_that_is_stopped_ends_nothing_else(
    monkeypatch: pytest.MonkeyPatch, ended: Event
) -> None:
    monkeypatch.setitem(app.conf, "beat_scheduler", Idle)
    beat = Beat(app)
    beat.start()

    beat.stop()
    beat.join(PATIENCE)

    assert not beat.is_alive()
    assert not ended.is_set()

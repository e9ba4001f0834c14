"""Beat, which sends the sweep: no memory that could mislead it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from celery.beat import Service
from django.utils import timezone

from config.celery import app

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


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

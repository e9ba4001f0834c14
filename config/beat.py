"""Celery beat inside of the timers' worker (`--clock`): a process less to keep."""

from __future__ import annotations

import os
import signal
from threading import Thread
from typing import TYPE_CHECKING, Any

from celery import beat, bootsteps
from click import Option

if TYPE_CHECKING:
    from celery import Celery

LONGEST_NAP = 1  # seconds: it ends as fast as that


class Scheduler(beat.Scheduler):
    """The times of a table that never changes.

    It keeps no file: after the clock was set back a schedule from before would let beat
    wait for a time that is hours ahead.
    """

    def schedules_equal(self, old: object, new: object) -> bool:
        # At every tick; to compare all entries took a seventh of an idle worker's time.
        return old is not None or new is None


class Beat(Thread):
    """Sends the timers' tasks. Where it fails its process ends, to be started again: a
    worker without a clock would look well, and do nothing."""

    def __init__(self, app: Celery) -> None:
        super().__init__(name="beat", daemon=True)
        self._app = app
        self._service: Any = beat.Service(
            app, max_interval=LONGEST_NAP, scheduler_cls=app.conf.beat_scheduler
        )
        self._is_to_stop = False

    def run(self) -> None:
        self._app.set_current()
        try:
            self._service.start()
        finally:
            if not self._is_to_stop:
                os.kill(os.getpid(), signal.SIGTERM)

    def stop(self) -> None:
        self._is_to_stop = True
        self._service.stop(wait=True)


class Clock(bootsteps.StartStopStep):
    """The part of a worker that runs beat."""

    def __init__(self, worker: Any, *, clock: bool = False, **options: Any) -> None:
        super().__init__(worker, clock=clock, **options)
        self.enabled = clock

    def create(self, worker: Any) -> Beat:  # type: ignore[override]
        return Beat(worker.app)


def install(app: Celery) -> None:
    """Let a worker of the app be told to have the clock."""
    app.steps["worker"].add(Clock)
    app.user_options["worker"].add(
        Option(["--clock"], is_flag=True, help="Run beat, too.")
    )

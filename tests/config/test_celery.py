"""Which queue a task waits in, and so which worker runs it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from config.beat import Scheduler
from config.celery import app
from core import clock, redis

if TYPE_CHECKING:
    from collections.abc import Iterator

QUEUES = ("timers", "work", "scans", "mails")


@pytest.fixture(autouse=True)
def nobody_works() -> Iterator[None]:
    """Give queues that are empty, before and afterwards, and let tasks wait in them."""
    app.conf.task_always_eager = False
    keys = [redis.key(queue) for queue in QUEUES]
    redis.client().delete(*keys)
    yield
    redis.client().delete(*keys)
    app.conf.task_always_eager = True


def waiting() -> dict[str, list[str]]:
    """Return the names of the tasks in each queue."""
    found = {}
    for queue in QUEUES:
        messages = redis.client().lrange(redis.key(queue), 0, -1)
        found[queue] = [json.loads(message)["headers"]["task"] for message in messages]
    return found


def test_of_what_beat_sends_the_sweep_alone_waits_for_the_timers() -> None:
    tasks = {entry["task"] for entry in app.conf.beat_schedule.values()}

    for task in tasks:
        app.send_task(task)

    assert waiting()["timers"] == ["wrapup.tasks.sweep"]
    assert set(waiting()["work"]) == tasks - {"wrapup.tasks.sweep"}
    assert waiting()["scans"] == []


def test_beat_sends_what_is_due_and_that_once() -> None:
    scheduler = Scheduler(app)
    for entry in scheduler.schedule.values():
        entry.last_run_at = clock.now() - timedelta(seconds=1)

    for _ in range(2 * len(scheduler.schedule)):
        scheduler.tick()

    assert waiting()["timers"] == ["wrapup.tasks.sweep"]
    assert waiting()["work"] == []
    scheduler.close()


def test_every_task_that_beat_sends_exists() -> None:
    app.loader.import_default_modules()

    tasks = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert tasks <= app.tasks.keys()


def test_checks_of_files_wait_for_nobody_else() -> None:
    app.send_task("contacts.tasks.scan")

    assert waiting() == {
        "timers": [],
        "work": [],
        "scans": ["contacts.tasks.scan"],
        "mails": [],
    }


def test_mails_hold_up_nothing_but_mails() -> None:
    for task in ("mail_due", "contacts.tasks.send_mails"):
        app.send_task(task)

    assert sorted(waiting()["mails"]) == ["contacts.tasks.send_mails", "mail_due"]
    assert waiting()["work"] == []


def test_every_other_task_is_work_and_no_timer_waits_behind_it() -> None:
    app.send_task("reports.tasks.something_long")

    assert waiting() == {
        "timers": [],
        "scans": [],
        "mails": [],
        "work": ["reports.tasks.something_long"],
    }

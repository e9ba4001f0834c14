"""Celery's shells around the jobs; beat's table is in config/celery.py."""

from __future__ import annotations

from celery import shared_task

from core import clock, sweeping


@shared_task(name="reports.tasks.roll")
def roll() -> None:
    """Count what has happened for reports, once it has settled."""
    from reports import jobs

    now = clock.now()
    sweeping.run("roll", lambda: jobs.roll(now), now=now)


@shared_task(name="reports.tasks.mail_views")
def mail_views() -> None:
    """Mail the saved views whose morning has come."""
    from reports import jobs

    now = clock.now()
    sweeping.run("mail_views", lambda: jobs.mail_views(now), now=now)

"""Celery's shell around what takes long; beat's table is in config/celery.py."""

from __future__ import annotations

from celery import shared_task

from core import clock


@shared_task(name="contacts.tasks.renew_phones")
def renew_phones() -> None:
    """Read customers' numbers anew where the organisation's country has changed."""
    from contacts import jobs

    jobs.renew_phones(clock.now())

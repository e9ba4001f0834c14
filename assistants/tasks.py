"""Celery's shells around the jobs; beat's table is in config/celery.py."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from contacts import events
from core import clock, sweeping


@shared_task(name=events.TURN_DUE)
def answer(contact_id: str) -> None:
    """Answer in a contact whose customer has just said something."""
    from assistants import jobs

    jobs.answer(contact_id=UUID(contact_id))


@shared_task(name=events.TURNS_LATE)
def answer_due() -> None:
    """Answer wherever a poke was lost, or a worker; the sweep sees that."""
    from assistants import jobs

    now = clock.now()
    sweeping.run(events.ANSWER_TURNS, lambda: jobs.answer_due(now), now=now)

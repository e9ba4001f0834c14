"""Celery's shells; beat's table is in config/celery.py."""

from __future__ import annotations

from celery import shared_task

from agents import events
from core import clock


@shared_task(name=events.PASSWORD_FORGOTTEN)
def password_forgotten(email: str) -> None:
    """Mail a link to whoever signs in with this address, if anybody does."""
    from agents import jobs

    jobs.mail_password_link(email, clock.now())

"""Celery's shells around the jobs; beat's table is in config/celery.py."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from celery import shared_task

from core import clock

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

logger = logging.getLogger(__name__)


@shared_task(name="contacts.tasks.renew_phones")
def renew_phones() -> None:
    """Read customers' numbers anew where the organisation's country has changed."""
    from contacts import jobs

    jobs.renew_phones(clock.now())


@shared_task(name="contacts.tasks.clear_expired")
def clear_expired() -> None:
    """Clear sessions, tokens, failed sign-ins and browsers whose time is over; what
    cannot be cleared keeps nothing else."""
    now = clock.now()
    for name, job in _clearing(now).items():
        try:
            job()
        except Exception:
            logger.exception("%s failed; it runs again in an hour", name)


def _clearing(now: datetime) -> dict[str, Callable[[], int]]:
    from agents import jobs as agents
    from contacts import jobs as contacts

    return {
        "clear_sessions": lambda: agents.clear_sessions(now),
        "clear_tokens": lambda: agents.clear_tokens(now),
        "clear_failed_sign_ins": lambda: agents.clear_failed_sign_ins(now),
        "clear_visitors": lambda: contacts.clear_visitors(now),
    }

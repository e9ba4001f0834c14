"""Celery's shells around the jobs; beat's table is in config/celery.py."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from celery import shared_task
from redis import RedisError

from core import clock, heartbeat
from core.sweeping import each

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

logger = logging.getLogger(__name__)


@shared_task(name="wrapup.tasks.sweep")
def sweep() -> None:
    """Run every timer of the house; one that fails does not stop the others."""
    from contacts import jobs as contacts
    from wrapup import jobs as wrapup

    now = clock.now()
    since = _steady_since(now)
    timers: list[Callable[[], object]] = [
        lambda: contacts.withdraw_strays(now),
        lambda: contacts.expire_offers(now),
        lambda: contacts.expire_waits(now),
        lambda: contacts.route_waiting(now),
        lambda: contacts.end_inactive_chats(now),
        lambda: _watch(lambda: contacts.lose_customers(now, since=since)),
        lambda: _watch(lambda: wrapup.lose_agents(now, since=since)),
        lambda: wrapup.complete_wrap_ups(now),
        lambda: contacts.sign_out_inactive_agents(now),
        lambda: contacts.send_cards(now),
        lambda: contacts.send_positions(now),
        lambda: heartbeat.beat(now),
    ]
    each(timers, lambda timer: timer())


def _watch(presence: Callable[[], object]) -> None:
    """Run a job of presence. While the database fails it, sockets cannot be noted
    either: nobody is given up for the silence of that time."""
    try:
        presence()
    except Exception:
        heartbeat.count_anew()
        raise


def _steady_since(now: datetime) -> datetime:
    """Return since when sweeps have run steadily; now, where nobody can tell."""
    try:
        return heartbeat.steady_since(now)
    except RedisError as error:
        logger.warning("Nobody is given up: Redis is away (%s)", error)
        return now

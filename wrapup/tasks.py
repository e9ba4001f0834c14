"""Celery's shells around the jobs; beat's table is in config/celery.py."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from celery import shared_task
from django.db import Error
from redis import RedisError

from core import clock, heartbeat, sweeping

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

logger = logging.getLogger(__name__)

# The timers whose work is noted in Redis.
OF_REDIS = frozenset({"send_cards", "send_positions", "heartbeat"})
SHORTEST = 0.5  # seconds from the beginning of a sweep to that of the next


@shared_task(name="wrapup.tasks.sweep")
def sweep() -> None:
    """Run every timer of the house, unless this process has just begun to.

    So the sweeps that piled up in an outage are over in a moment; beat sends one a
    second.
    """
    if pace.is_due():
        run_timers()


class Pace:
    """Lets something begin twice a second at most."""

    def __init__(self) -> None:
        self._begun_at: float | None = None

    def is_due(self) -> bool:
        """Whether it may begin now; then it counts as begun."""
        now = clock.ticks()
        if self._begun_at is not None and 0 <= now - self._begun_at < SHORTEST:
            return False
        self._begun_at = now
        return True


pace = Pace()


def run_timers() -> None:
    """Run every timer of the house; one that fails does not stop the others. Where the
    database has nothing for any of them, it is not asked again by each."""
    now = clock.now()
    with sweeping.sweep(now):
        may_rest = not _is_anything_due(now)
        for name, timer in timers(now, since=_steady_since(now)).items():
            if name in OF_REDIS or not may_rest:
                sweeping.run(name, timer, now=now)


def _is_anything_due(now: datetime) -> bool:
    from wrapup import jobs

    try:
        return sweeping.is_anything_set_aside(now) or jobs.is_anything_due(now)
    except Error:
        return True  # each timer says for itself what is wrong


def timers(now: datetime, *, since: datetime) -> dict[str, Callable[[], object]]:
    """Return every timer by its name, in the order in which they run."""
    from contacts import jobs as contacts
    from wrapup import jobs as wrapup

    return {
        "withdraw_strays": lambda: contacts.withdraw_strays(now),
        "expire_offers": lambda: contacts.expire_offers(now),
        "expire_waits": lambda: contacts.expire_waits(now),
        "release_waiting": lambda: contacts.release_waiting(now),
        "route_waiting": lambda: contacts.route_waiting(now),
        "end_inactive_chats": lambda: contacts.end_inactive_chats(now),
        "lose_customers": lambda: _watch(
            lambda: contacts.lose_customers(now, since=since)
        ),
        "note_absences": lambda: _watch(
            lambda: contacts.note_absences(now, since=since)
        ),
        "expire_calls": lambda: contacts.expire_calls(now),
        "watch_calls": lambda: _watch(lambda: contacts.watch_calls(now, since=since)),
        "end_watches": lambda: _watch(lambda: contacts.end_watches(now, since=since)),
        "close_help": lambda: contacts.close_help(now),
        "lose_agents": lambda: _watch(lambda: wrapup.lose_agents(now, since=since)),
        "finish_losses": lambda: wrapup.finish_losses(now),
        "complete_wrap_ups": lambda: wrapup.complete_wrap_ups(now),
        "sign_out_inactive_agents": lambda: contacts.sign_out_inactive_agents(now),
        "wake_assistants": lambda: contacts.wake_assistants(now),
        "send_cards": lambda: contacts.send_cards(now),
        "send_positions": lambda: contacts.send_positions(now),
        "heartbeat": lambda: heartbeat.beat(now),
    }


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

"""Celery's shells around the jobs; beat's table is in config/celery.py."""

from __future__ import annotations

from celery import shared_task

from core import clock, sweeping
from reports.events import SIMULATION_DUE


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


@shared_task(name=SIMULATION_DUE)
def run_simulation(run_id: str) -> None:
    """Run a simulation that somebody has just asked for."""
    from reports import jobs

    jobs.run_simulation(int(run_id), clock.now())


@shared_task(name="reports.tasks.run_simulations")
def run_simulations() -> None:
    """Run the simulations whose poke was lost, or their worker."""
    from reports import jobs

    now = clock.now()
    sweeping.run("run_simulations", lambda: jobs.run_simulations(now), now=now)


@shared_task(name="reports.tasks.clear_simulations")
def clear_simulations() -> None:
    """Forget simulations that are over for long."""
    from reports import jobs

    now = clock.now()
    sweeping.run("clear_simulations", lambda: jobs.clear_simulations(now), now=now)

"""Time-driven work: it takes `now`, may run late, twice, or in parallel."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from core import clock, connections
from core.errors import DomainError
from core.sweeping import each
from core.wording import speaking
from reports.services import rolling, simulations, view_mails
from reports.simulation import asking, comparing, running

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from reports.models import Simulation

logger = logging.getLogger(__name__)

TOLD_EVERY = timedelta(seconds=1)


def roll(now: datetime) -> int:
    """Keep the rollups of reports. Return of how many organisations some were due."""
    return each(
        "roll",
        rolling.due(now=now),
        lambda pk: rolling.roll(organisation_id=pk, now=now),
        now=now,
        at_most=None,
    )


def mail_views(now: datetime) -> int:
    """Mail the saved views that are due. Return how many were looked at."""
    return each(
        "mail_views",
        view_mails.due(now=now),
        lambda pk: view_mails.send(view_id=pk, now=now),
        now=now,
    )


def run_simulations(now: datetime) -> int:
    """Run the simulations whose poke was lost, or their worker. Return how many were
    due."""
    return each(
        "run_simulations",
        simulations.due(now=now).values_list("pk", flat=True),
        # Those before it may have taken half an hour.
        lambda pk: run_simulation(pk, clock.now()),
        now=now,
    )


def run_simulation(run_id: int, now: datetime) -> None:
    """Run a simulation, if it is due; it takes a minute for a thousand contacts."""
    run = simulations.claim(run_id=run_id, now=now)
    if run is None:
        return
    with speaking(run.language):
        try:
            _run(run, since=now)
        except running.Stopped:
            words = gettext("It took too long. Try a day with fewer contacts.")
            simulations.fail(run=run, error=words, now=clock.now())
        except DomainError as error:
            simulations.fail(run=run, error=error.detail, now=clock.now())
        except Exception:
            logger.exception("The simulation %s failed", run.pk)
            words = gettext("Something went wrong on our side. Please try again.")
            simulations.fail(run=run, error=words, now=clock.now())


def _run(run: Simulation, *, since: datetime) -> None:
    organisation = run.organisation
    start, end = asking.day_of(organisation, run.day.isoformat())
    scenarios = asking.scenarios(organisation, [run.changes])
    result = comparing.compare(
        organisation, start, end, scenarios, seed=1, told=_teller(run, since)
    )
    simulations.finish(run=run, result=result, now=clock.now())


def _teller(run: Simulation, since: datetime) -> Callable[[float], bool]:
    """Return what notes how far the run is, and says whether it goes on; at most once
    a second, and without a connection to the database in between."""
    last = since

    def told(share: float) -> bool:
        nonlocal last
        now = clock.now()
        if now - last < TOLD_EVERY:
            return True
        last = now
        goes_on = simulations.tell(run=run, share=share, now=now)
        connections.give_back()
        return goes_on and now - since < running.LONGEST

    return told


def clear_simulations(now: datetime) -> int:
    """Forget simulations that are over for long. Return how many."""
    return simulations.clear(now=now)

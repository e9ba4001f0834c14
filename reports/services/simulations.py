"""Runs of What if: asked for, claimed by a worker, told of, over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext_lazy as _

from core import clearing
from core.errors import WrongState
from reports import events
from reports.models import OPEN, Simulation, SimulationState
from reports.simulation import asking

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from django.db.models import QuerySet

    from agents.models import Agent

AT_ONCE = 2  # of the whole installation
SILENT = timedelta(minutes=2)  # from when on its worker counts as killed
ATTEMPTS = 2
INTERRUPTED = gettext_noop("It was interrupted again and again.")
KEPT = timedelta(days=30)


class OneRuns(WrongState):
    sentence = _("A day is being replayed already. Wait for it, or stop it.")


def ask(
    *, by: Agent, day: date, changes: Mapping[str, Any], now: datetime
) -> Simulation:
    """Have a day replayed with other settings. Raise Invalid, or OneRuns where the
    organisation waits for another."""
    organisation = by.organisation
    assert organisation is not None
    asking.day_of(organisation, day.isoformat())
    asking.scenarios(organisation, [changes])
    try:
        with transaction.atomic():
            run = Simulation.objects.create(
                organisation=organisation,
                asked_by=by,
                day=day,
                changes=changes,
                language=get_language() or "",
                created_at=now,
            )
            events.simulation_due(run.pk)
    except IntegrityError:
        raise OneRuns from None
    return run


def due(*, now: datetime) -> QuerySet[Simulation]:
    """Return the runs that wait for a worker, or whose worker was killed."""
    silent = Q(state=SimulationState.RUNNING, heard_at__lte=now - SILENT)
    waiting = Q(state=SimulationState.WAITING)
    return Simulation.objects.filter(waiting | silent).order_by("created_at")


def claim(*, run_id: int, now: datetime) -> Simulation | None:
    """Begin a run that is due; None where another has, or too many run now. One that
    killed its worker again and again has failed."""
    alive = Simulation.objects.filter(
        state=SimulationState.RUNNING, heard_at__gt=now - SILENT
    )
    if alive.count() >= AT_ONCE:
        return None
    rows = due(now=now).filter(pk=run_id)
    broken = rows.filter(attempts__gte=ATTEMPTS)
    if broken.update(state=SimulationState.FAILED, ended_at=now, error=INTERRUPTED):
        return None
    claimed = rows.order_by().update(
        state=SimulationState.RUNNING,
        attempts=F("attempts") + 1,
        heard_at=now,
        progress=0,
    )
    if not claimed:
        return None
    return Simulation.objects.select_related("organisation").get(pk=run_id)


def tell(*, run: Simulation, share: float, now: datetime) -> bool:
    """Note how far a run is, 0-1. Return whether it goes on: nobody has stopped it, or
    begun it anew."""
    progress = min(99, int(share * 100))
    return bool(_mine(run).update(heard_at=now, progress=progress))


def finish(*, run: Simulation, result: Mapping[str, Any], now: datetime) -> None:
    """Keep what came of a run, unless it was stopped."""
    _mine(run).update(
        state=SimulationState.DONE, result=result, progress=100, ended_at=now
    )


def fail(*, run: Simulation, error: str, now: datetime) -> None:
    """Say why nothing came of a run."""
    _mine(run).update(state=SimulationState.FAILED, error=error, ended_at=now)


def stop(*, run: Simulation, now: datetime) -> None:
    """Stop a run that waits or runs; its worker sees it. Harmless to repeat."""
    rows = Simulation.objects.filter(pk=run.pk, state__in=OPEN)
    rows.update(state=SimulationState.STOPPED, ended_at=now)


def clear(*, now: datetime) -> int:
    """Delete runs that are over for long. Return how many."""
    return clearing.clear(Simulation.objects.filter(ended_at__lte=now - KEPT))


def _mine(run: Simulation) -> QuerySet[Simulation]:
    return Simulation.objects.filter(
        pk=run.pk, state=SimulationState.RUNNING, attempts=run.attempts
    )

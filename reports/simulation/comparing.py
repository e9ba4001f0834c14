"""What if, from a day and scenarios to figures side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from agents.models import Team
from core.errors import Invalid
from reports.simulation import figures, reading, running
from reports.simulation.changes import NobodyThere

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from agents.models import Organisation
    from reports.simulation.changes import Scenario
    from reports.simulation.day import Day


def compare(
    organisation: Organisation,
    start: datetime,
    end: datetime,
    scenarios: Sequence[Scenario],
    *,
    seed: int,
    told: Callable[[float], bool],
) -> dict[str, Any]:
    """Return {"since", "until", "contacts", "really", "replayed", "scenarios"}: the
    day's figures as they were, as the replay with unchanged settings has them, and with
    each scenario's.

    Raise Invalid, and what `running.run` raises.
    """
    day = reading.read(organisation, start, end, seed=seed)
    days = [day, *(_applied(each, day) for each in scenarios)]
    found = []
    for number, each in enumerate(days):
        found.append(running.run(each, told=_part(told, number, len(days))))
    replayed, *changed = found
    zone = ZoneInfo(organisation.timezone)
    return {
        "since": start.astimezone(zone).isoformat(),
        "until": end.astimezone(zone).isoformat(),
        "contacts": sum(arrival.at >= day.start for arrival in day.arrivals),
        "really": figures.of_day(day),
        "replayed": replayed,
        "scenarios": [
            # What would have been in time is compared with what was by the same clock.
            {"really": figures.of_day(other), **figures_of}
            for other, figures_of in zip(days[1:], changed, strict=True)
        ],
    }


def _part(
    told: Callable[[float], bool], number: int, of: int
) -> Callable[[float], bool]:
    return lambda share: told((number + share) / of)


def _applied(scenario: Scenario, day: Day) -> Day:
    try:
        return scenario.applied_to(day)
    except NobodyThere as error:
        name = Team.objects.get(pk=error.team).name
        sentence = gettext(
            "Of the team “%(team)s” %(worked)s worked that day: who is added works as "
            "they did, and no more can be taken away."
        )
        raise Invalid(
            "agents", sentence % {"team": name, "worked": error.worked}
        ) from error

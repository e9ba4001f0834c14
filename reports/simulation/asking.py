"""What somebody asks to be otherwise on a past day, read from JSON: names of teams,
queues and profiles, and sentences about what cannot be."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from agents.models import MultimediaProfile, Organisation, Team
from contacts.models import QueueVisit
from core import clock
from core.errors import Invalid
from queues.models import DistributionGroup, Queue
from reports import zones
from reports.simulation.changes import Group, Scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

MOST_SCENARIOS = 5
MOST_AGENTS = 200  # more or fewer of one team
MOST_CONTACTS = 20_000  # of one day: more takes a quarter of an hour
LONGEST_NAME = 100
KNOWN = ("name", "agents", "slots", "acceptance", "groups", "threshold", "skills")


def date_of(text: str) -> date:
    """Return the day that a text such as 2026-11-20 means. Raise Invalid."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid("day", gettext("Give a day such as 2026-11-20.")) from None


def day_of(organisation: Organisation, text: str) -> tuple[datetime, datetime]:
    """Return when a day of the organisation begins and ends. Raise Invalid where it
    cannot be replayed."""
    zone = ZoneInfo(organisation.timezone)
    day = date_of(text)
    if day >= clock.now().astimezone(zone).date():
        raise Invalid("day", gettext("Choose a day that is over: before today."))
    if day.year < 2000:  # noqa: PLR2004 - nothing happened before
        raise Invalid("day", gettext("Choose a day from the year 2000 on."))
    start, end = (
        zones.midnight(each, zone).astimezone(UTC)
        for each in (day, day + timedelta(days=1))
    )
    came = QueueVisit.objects.filter(
        queue__organisation=organisation, entered_at__gte=start, entered_at__lt=end
    )
    number = came.count()
    if not number:
        raise Invalid("day", gettext("Nobody came to a queue on this day."))
    if number > MOST_CONTACTS:
        raise Invalid(
            "day",
            gettext("More than %(most)s contacts came on this day.")
            % {"most": MOST_CONTACTS},
        )
    return start, end


def scenarios(organisation: Organisation, values: Any) -> list[Scenario]:
    """Return the scenarios that are asked for. Raise Invalid."""
    if not isinstance(values, list) or len(values) > MOST_SCENARIOS:
        sentence = gettext("Give a list of at most %(most)s scenarios.")
        raise Invalid("scenarios", sentence % {"most": MOST_SCENARIOS})
    names = _Names(organisation)
    return [_scenario(names, each) for each in values]


class _Names:
    """The organisation's teams, queues and profiles by their names."""

    def __init__(self, organisation: Organisation) -> None:
        own = {"organisation": organisation}
        self.teams = dict(Team.objects.filter(**own).values_list("name", "pk"))
        self.queues = dict(Queue.objects.filter(**own).values_list("name", "pk"))
        profiles = MultimediaProfile.objects.filter(**own)
        self.profiles = dict(profiles.values_list("name", "pk"))

    def team(self, field: str, name: Any) -> int:
        sentence = gettext("There is no team “%(name)s”.")
        return _found(self.teams, field, name, sentence)

    def queue(self, field: str, name: Any) -> int:
        sentence = gettext("There is no queue “%(name)s”.")
        return _found(self.queues, field, name, sentence)

    def profile(self, field: str, name: Any) -> int:
        sentence = gettext("There is no multimedia profile “%(name)s”.")
        return _found(self.profiles, field, name, sentence)


def _found(known: Mapping[str, int], field: str, name: Any, sentence: str) -> int:
    found = known.get(name) if isinstance(name, str) else None
    if found is None:
        raise Invalid(field, sentence % {"name": name})
    return found


def _scenario(names: _Names, values: Any) -> Scenario:
    if not isinstance(values, dict):
        sentence = gettext("A scenario is an object with what is otherwise.")
        raise Invalid("scenarios", sentence)
    unknown = sorted(set(values) - {*KNOWN})
    if unknown:
        sentence = gettext("“%(name)s” is nothing that can be changed.")
        raise Invalid("scenarios", sentence % {"name": unknown[0]})
    name = values.get("name", "")
    if not isinstance(name, str) or len(name) > LONGEST_NAME:
        raise Invalid("name", gettext("A name has at most 100 characters."))
    return Scenario(
        name=name,
        agents=_agents(names, values.get("agents", {})),
        slots=_by_name(
            "slots", values.get("slots", {}), MultimediaProfile, "chat", names.profile
        ),
        acceptance=_acceptance(values.get("acceptance")),
        groups=tuple(_group(names, each) for each in _list(values.get("groups", []))),
        threshold=_by_name(
            "threshold",
            values.get("threshold", {}),
            Queue,
            "service_level_threshold",
            names.queue,
        ),
        asks_for_skills=_skills(values.get("skills", True)),
    )


def _skills(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Invalid("skills", gettext("Say true or false."))
    return value


def _agents(names: _Names, values: Any) -> dict[int, int]:
    sentence = gettext(
        "Say of teams how many agents more (2) or fewer (-1), %(most)s at most."
    ) % {"most": MOST_AGENTS}
    if not isinstance(values, dict):
        raise Invalid("agents", sentence)
    found = {}
    for name, number in values.items():
        if type(number) is not int or not 0 < abs(number) <= MOST_AGENTS:
            raise Invalid("agents", sentence)
        found[names.team("agents", name)] = number
    return found


def _acceptance(value: Any) -> int | None:
    if value is None:
        return None
    return _valid("acceptance", Organisation, "acceptance_timeout", value)


def _by_name(
    field: str,
    values: Any,
    model: Any,
    column: str,
    named: Callable[[str, Any], int],
) -> dict[int | None, int]:
    """Return {id or None: number} of one number for all, or {name: number}."""
    if not isinstance(values, dict):
        return {None: _valid(field, model, column, values)}
    return {
        named(field, name): _valid(field, model, column, value)
        for name, value in values.items()
    }


def _list(values: Any) -> list[Any]:
    if not isinstance(values, list):
        raise Invalid("groups", gettext("Give a list of groups."))
    return values


def _group(names: _Names, values: Any) -> Group:
    if not isinstance(values, dict) or set(values) != {
        "queue",
        "team",
        "after_seconds",
    }:
        sentence = gettext(
            "A group has a queue, a team and after how many seconds it joins; null "
            "takes it away."
        )
        raise Invalid("groups", sentence)
    seconds = values["after_seconds"]
    if seconds is not None:
        seconds = _valid("groups", DistributionGroup, "after_seconds", seconds)
    return Group(
        queue=names.queue("groups", values["queue"]),
        team=names.team("groups", values["team"]),
        after_seconds=seconds,
    )


def _valid(field: str, model: Any, column: str, value: Any) -> int:
    """Return the number, if it can be set of the model; raise with its sentence."""
    if type(value) is not int:
        raise Invalid(field, gettext("This must be a whole number."))
    try:
        number: int = model._meta.get_field(column).clean(value, None)
    except ValidationError as error:
        raise Invalid(field, " ".join(error.messages)) from error
    return number

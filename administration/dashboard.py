"""The first page of the administration: figures, each with its list, and in words what
needs attention."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from administration import concerns, lists, overview
from administration.attention import SERVICE_LEVEL
from administration.durations import clock_face
from agents.models import AgentState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django_stubs_ext import StrOrPromise

    from administration.overview import Centre, Day, Line, Overview
    from agents.models import Agent

IDLE_QUEUES_SHOWN = 8
STATES = (
    (AgentState.AVAILABLE, _("Available"), "good"),
    (AgentState.IDLE, _("Idle"), "attention"),
    (AgentState.RONA, "RONA", "danger"),
    (AgentState.OFFLINE, _("Offline"), "neutral"),
)
TODAY = {
    "opened": _("Opened"),
    "answered": _("Answered"),
    "abandoned": _("Abandoned"),
    "ended": _("Ended"),
}
SIGNED_IN = ",".join(
    state for state in AgentState.values if state != AgentState.OFFLINE
)


@dataclass(frozen=True)
class Figure:
    """A number, and the list of what it counts; zero has none."""

    name: StrOrPromise
    value: object
    address: str = ""
    tone: str = ""
    hint: str = ""


def of_administrator(administrator: Agent, *, now: datetime) -> dict[str, Any]:
    """Return what the page shows of the administrator's organisation."""
    organisation = administrator.organisation
    assert organisation is not None
    found = overview.of_organisation(organisation, now=now)
    shown, more = _shown(found.lines)
    return {
        "at": now,
        "concerns": list(concerns.of_organisation(found)),
        "states": list(_states(found)),
        "today": [*_today(found.today), _rating(found.today)],
        "lines": [_line(line, found) for line in shown],
        "more_lines": more,
        "waiting": Figure(gettext("Waiting now"), found.waiting, lists.waiting()),
    }


def of_superuser(*, now: datetime) -> dict[str, Any]:
    """Return what the page shows of the whole installation."""
    found = overview.of_platform(now=now)
    return {
        "at": now,
        "concerns": list(concerns.of_platform(found)),
        "centres": [_centre(centre, now) for centre in found.centres],
        "more_centres": found.more,
    }


# --- figures ------------------------------------------------------------------
def _states(found: Overview) -> Iterator[Figure]:
    for state, name, tone in STATES:
        number = found.states[state]
        yield Figure(name, number, lists.takers(state__exact=state), tone)


def _today(day: Day) -> Iterator[Figure]:
    for name, words in TODAY.items():
        yield Figure(words, getattr(day, name), lists.contacts(today=name))


def _rating(day: Day) -> Figure:
    if day.rating is None:
        return Figure(gettext("Rating"), "\u2013")
    address = lists.contacts(today="rated")
    return Figure(
        gettext("Rating"),
        f"{day.rating:.1f}",
        address,
        hint=gettext("%(rated)s rated, of 5") % {"rated": day.rated},
    )


def _centre(centre: Centre, now: datetime) -> dict[str, Any]:
    own = {"organisation__id__exact": centre.organisation.pk}
    return {
        "organisation": centre.organisation,
        "figures": [
            Figure(gettext("Active agents"), centre.people, lists.takers(**own)),
            Figure(
                gettext("Signed in"),
                centre.signed_in,
                lists.takers(state__in=SIGNED_IN, **own),
            ),
            Figure(gettext("Waiting"), centre.waiting, lists.waiting(**own)),
        ],
        "longest": clock_face(centre.first_since, now),
    }


# --- queues -------------------------------------------------------------------
def _shown(lines: list[Line]) -> tuple[list[Line], int]:
    """Return all queues with waiting contacts, the longest wait first, then some of the
    others; and how many are left out."""
    busy = [line for line in lines if line.first_since is not None]
    busy.sort(key=lambda line: (line.first_since, line.queue.name))
    calm = [line for line in lines if line.first_since is None]
    room = max(0, IDLE_QUEUES_SHOWN - len(busy))
    return [*busy, *calm[:room]], len(calm[room:])


def _line(line: Line, found: Overview) -> dict[str, Any]:
    late = {each.pk for each in found.matters[SERVICE_LEVEL]}
    waiting = lists.waiting(queue__id__exact=line.queue.pk)
    return {
        "queue": line.queue,
        "waiting": Figure(gettext("Waiting"), line.waiting, waiting),
        "longest": clock_face(line.first_since, found.now),
        "is_late": line.queue.pk in late,
    }

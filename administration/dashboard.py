"""The first page of the administration: figures, and in words what needs attention."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from administration import overview
from agents.models import AgentState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from django.db.models import Model

    from administration.overview import Line, Overview, Platform
    from agents.models import Agent

LINKS_SHOWN = 5
IDLE_QUEUES_SHOWN = 8
HOUR = 3600
STATES = (
    (AgentState.AVAILABLE, "Available", "good"),
    (AgentState.IDLE, "Idle", "attention"),
    (AgentState.RONA, "RONA", "danger"),
    (AgentState.OFFLINE, "Offline", "neutral"),
)


@dataclass(frozen=True)
class Link:
    text: str
    address: str


@dataclass(frozen=True)
class Concern:
    """Something an administrator should look at: a sentence, and where to go.

    Urgent is what keeps customers waiting now.
    """

    sentence: str
    links: list[Link] = field(default_factory=list)
    more: int = 0
    is_urgent: bool = False


def of_administrator(administrator: Agent, *, now: datetime) -> dict[str, Any]:
    """Return what the page shows of the administrator's organisation."""
    organisation = administrator.organisation
    assert organisation is not None
    found = overview.of_organisation(organisation, now=now)
    shown, more = _shown(found.lines)
    return {
        "at": now,
        "concerns": list(_concerns(found)),
        "states": [(name, found.states[key], tone) for key, name, tone in STATES],
        "people": sum(found.states.values()),
        "today": found.today,
        "lines": [_line(line, now) for line in shown],
        "more_lines": more,
        "waiting": found.waiting,
    }


def of_superuser(*, now: datetime) -> dict[str, Any]:
    """Return what the page shows of the whole installation."""
    found = overview.of_platform(now=now)
    return {
        "at": now,
        "concerns": list(_concerns_of_platform(found)),
        "centres": [
            (centre, clock_face(centre.first_since, now)) for centre in found.centres
        ],
        "more_centres": found.more,
    }


def clock_face(since: datetime | None, now: datetime) -> str:
    """Return how long something lasts: m:ss, h:mm:ss from an hour on."""
    if since is None:
        return ""
    seconds = max(0, int((now - since).total_seconds()))
    minutes, rest = divmod(seconds, 60)
    if seconds < HOUR:
        return f"{minutes}:{rest:02}"
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


# --- queues -------------------------------------------------------------------
def _shown(lines: list[Line]) -> tuple[list[Line], int]:
    """Return all queues with waiting contacts, the longest wait first, then some of the
    others; and how many are left out."""
    busy = [line for line in lines if line.first_since is not None]
    busy.sort(key=lambda line: (line.first_since, line.queue.name))
    calm = [line for line in lines if line.first_since is None]
    room = max(0, IDLE_QUEUES_SHOWN - len(busy))
    return [*busy, *calm[:room]], len(calm[room:])


def _line(line: Line, now: datetime) -> dict[str, Any]:
    return {
        "queue": line.queue,
        "waiting": line.waiting,
        "longest": clock_face(line.first_since, now),
        "is_late": line.late > 0,
        "address": _waiting_in(line) if line.waiting else "",
    }


def _waiting_in(line: Line) -> str:
    contacts = reverse("admin:contacts_contact_changelist")
    return f"{contacts}?state__in=queued,offered&queue__id__exact={line.queue.pk}"


# --- what needs attention -----------------------------------------------------
def _concerns(found: Overview) -> Iterator[Concern]:
    yield from _late(found.late_timers)
    yield from _waits(found)
    yield from _people(found)
    yield from _queues(found)
    yield from _entry_points(found)


def _late(timers: int) -> Iterator[Concern]:
    if timers:
        what = "One timer is" if timers == 1 else f"{timers} timers are"
        yield Concern(
            f"{what} more than a minute late: nobody goes to RONA, and waits do not "
            "end. Tell whoever runs Parley that its timers or its beat stand still.",
            is_urgent=True,
        )


def _waits(found: Overview) -> Iterator[Concern]:
    if found.waiting and not found.states[AgentState.AVAILABLE]:
        yield Concern(
            f"{_counted(found.waiting, 'contact')} waiting, and no agent is Available.",
            [Link("See who is where", reverse("admin:agents_agent_changelist"))],
            is_urgent=True,
        )
    late = [line for line in found.lines if line.late]
    minutes = int(overview.LONG_WAIT.total_seconds() // 60)
    if late:
        links = [
            Link(
                f"{line.late} in {line.queue}, the first for "
                f"{clock_face(line.first_since, found.now)}",
                _waiting_in(line),
            )
            for line in late
        ]
        yield _told(f"Waiting for more than {minutes} minutes:", links, is_urgent=True)
    if found.silent:
        hours = int(overview.LONG_SILENCE.total_seconds() // HOUR)
        contacts = reverse("admin:contacts_contact_changelist")
        yield Concern(
            f"{_counted(found.silent, 'open chat')} silent for more than {hours} hours "
            "and still taking a slot.",
            [Link("Open chats", f"{contacts}?state__exact=connected")],
        )


def _people(found: Overview) -> Iterator[Concern]:
    if not sum(found.states.values()):
        yield Concern(
            "Nobody can take contacts: there is no active agent.",
            [Link("Add an agent", reverse("admin:agents_agent_add"))],
        )
    yield from _if_any(
        "These agents are in no team, so they serve no queue:",
        _rows(found.without_team),
    )
    yield from _if_any(
        "These agents are offered nothing, as their multimedia profile has no slot:",
        _rows(found.without_slot),
    )


def _queues(found: Overview) -> Iterator[Concern]:
    lines = found.lines
    if not lines:
        yield Concern(
            "There is no active queue for contacts to wait in.",
            [Link("Add a queue", reverse("admin:queues_queue_add"))],
        )
    yield from _if_any(
        "No team serves these queues; whoever waits there waits for nobody:",
        _rows(line.queue for line in lines if not line.has_teams),
    )
    yield from _if_any(
        "No active agent is in the teams that serve these queues:",
        _rows(line.queue for line in lines if line.has_teams and not line.has_agents),
    )


def _entry_points(found: Overview) -> Iterator[Concern]:
    if not found.points:
        yield Concern(
            "Customers cannot reach you: there is no active entry point.",
            [Link("Add an entry point", reverse("admin:queues_entrypoint_add"))],
        )
    yield from _if_any(
        "These chat pages are closed, because the queue they lead to is not active:",
        _rows(point for point in found.points if not point.takes_chats),
    )


def _concerns_of_platform(found: Platform) -> Iterator[Concern]:
    yield from _late(found.late_timers)
    if not found.centres:
        yield Concern(
            "There is no organisation yet.",
            [Link("Add an organisation", reverse("admin:agents_organisation_add"))],
        )
    yield from _if_any(
        "Nobody administers these organisations:",
        _rows(c.organisation for c in found.centres if not c.administrators),
    )


def _rows(rows: Iterable[Model]) -> list[Link]:
    """Return a link to the page of each row."""
    return [
        Link(
            str(row),
            reverse(
                f"admin:{row._meta.app_label}_{row._meta.model_name}_change",
                args=[row.pk],
            ),
        )
        for row in rows
    ]


def _if_any(sentence: str, links: list[Link]) -> Iterator[Concern]:
    if links:
        yield _told(sentence, links)


def _told(sentence: str, links: list[Link], *, is_urgent: bool = False) -> Concern:
    more = max(0, len(links) - LINKS_SHOWN)
    return Concern(sentence, links[:LINKS_SHOWN], more, is_urgent=is_urgent)


def _counted(number: int, noun: str) -> str:
    return f"One {noun} is" if number == 1 else f"{number} {noun}s are"

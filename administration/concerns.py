"""In words: what needs attention, and where to go."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from django.urls import reverse

from administration import lists
from administration.attention import ANSWER, SERVICE_LEVEL, SILENT, WRAP_UP
from administration.durations import clock_face
from agents.models import AgentState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import Model

    from administration.attention import Found, Matter
    from administration.overview import Overview, Platform
    from agents.models import Agent

LINKS_SHOWN = 5
SENTENCES = {
    SERVICE_LEVEL: "Waiting for longer than the service level of the queue:",
    ANSWER: "Customers wait for an agent's answer for longer than the queue says:",
    WRAP_UP: "In wrap-up for more than five minutes, and still taking a slot:",
    SILENT: "Silent for more than four hours, and still taking a slot:",
}
URGENT = (SERVICE_LEVEL, ANSWER)


class Kind(StrEnum):
    """What a concern is about: customers who wait now, the work of agents, or what was
    set up."""

    NOW = "Now"
    WORK = "Work"
    SET_UP = "Set-up"


@dataclass(frozen=True)
class Link:
    text: str
    address: str


@dataclass(frozen=True)
class Concern:
    """Something to look at: a sentence, and where to go."""

    sentence: str
    links: list[Link] = field(default_factory=list)
    more: int = 0
    kind: Kind = Kind.SET_UP


def of_organisation(found: Overview) -> Iterator[Concern]:
    """Tell what an administrator should look at, the most urgent first."""
    yield from _late(found.late_timers)
    yield from _waits(found)
    yield from _full(found.full)
    yield from _people(found)
    yield from _queues(found)
    yield from _entry_points(found)


def _late(timers: int) -> Iterator[Concern]:
    if timers:
        what = "One timer is" if timers == 1 else f"{timers} timers are"
        yield Concern(
            f"{what} more than a minute late: nobody goes to RONA, and waits do not "
            "end. Tell whoever runs Parley that its timers or its beat stand still.",
            kind=Kind.NOW,
        )


def _waits(found: Overview) -> Iterator[Concern]:
    if found.waiting and not found.states[AgentState.AVAILABLE]:
        yield Concern(
            f"{_counted(found.waiting, 'contact')} waiting, and no agent is Available.",
            [Link("See who is where", lists.takers())],
            kind=Kind.NOW,
        )
    firsts = {line.queue.pk: line.first_since for line in found.lines}
    late = [
        Link(
            f"{each.number} in {each.name}, the first for "
            f"{clock_face(firsts.get(each.pk), found.now)}",
            lists.concerned(SERVICE_LEVEL, queue__id__exact=each.pk),
        )
        for each in found.matters[SERVICE_LEVEL]
    ]
    yield from _if_any(SENTENCES[SERVICE_LEVEL], late, kind=Kind.NOW)
    for matter in (ANSWER, WRAP_UP, SILENT):
        yield from _numbers(matter, found.matters[matter], by="queue")


def _numbers(matter: Matter, numbers: list[Found], *, by: str) -> Iterator[Concern]:
    """Tell a matter by its numbers, each of which leads to its list."""
    links = [
        Link(
            f"{each.number} in {each.name}",
            lists.concerned(matter, **{f"{by}__id__exact": each.pk}),
        )
        for each in numbers
    ]
    kind = Kind.NOW if matter in URGENT else Kind.WORK
    yield from _if_any(SENTENCES[matter], links, kind=kind)


def _full(agents: list[Agent]) -> Iterator[Concern]:
    yield from _if_any(
        "These agents are Available but full, and are offered nothing more:",
        _rows(agents),
        kind=Kind.WORK,
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


def of_platform(found: Platform) -> Iterator[Concern]:
    """Tell what the platform's superuser should look at."""
    yield from _late(found.late_timers)
    for matter in (SERVICE_LEVEL, ANSWER, WRAP_UP, SILENT):
        yield from _numbers(matter, found.matters[matter], by="organisation")
    yield from _full_by_organisation(found.full)
    if not found.centres:
        yield Concern(
            "There is no organisation yet.",
            [Link("Add an organisation", reverse("admin:agents_organisation_add"))],
        )
    yield from _if_any(
        "Nobody administers these organisations:",
        _rows(c.organisation for c in found.centres if not c.administrators),
    )


def _full_by_organisation(agents: list[Agent]) -> Iterator[Concern]:
    numbers = Counter(agent.organisation for agent in agents)
    links = [
        Link(
            f"{number} in {organisation}",
            lists.agents(load="full", organisation__id__exact=organisation.pk),
        )
        for organisation, number in numbers.items()
        if organisation is not None
    ]
    yield from _if_any(
        "Agents are Available but full, and are offered nothing more:",
        sorted(links, key=lambda link: link.text),
        kind=Kind.WORK,
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


def _if_any(
    sentence: str, links: list[Link], *, kind: Kind = Kind.SET_UP
) -> Iterator[Concern]:
    if links:
        more = max(0, len(links) - LINKS_SHOWN)
        yield Concern(sentence, links[:LINKS_SHOWN], more, kind)


def _counted(number: int, noun: str) -> str:
    return f"One {noun} is" if number == 1 else f"{number} {noun}s are"

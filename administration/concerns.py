"""In words: what needs attention, and where to go."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from administration import lists
from administration.attention import ANSWER, SERVICE_LEVEL, SILENT, WRAP_UP
from administration.durations import clock_face
from agents.models import AgentState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import Model
    from django_stubs_ext import StrOrPromise

    from administration.attention import Found, Matter
    from administration.overview import Overview, Platform
    from agents.models import Agent

LINKS_SHOWN = 5
SENTENCES = {
    SERVICE_LEVEL: _("Waiting for longer than the service level of the queue:"),
    ANSWER: _("Customers wait for an agent's answer for longer than the queue says:"),
    WRAP_UP: _("In wrap-up for more than five minutes, and still taking a slot:"),
    SILENT: _("Silent for more than four hours, and still taking a slot:"),
}
URGENT = (SERVICE_LEVEL, ANSWER)


class Kind(TextChoices):
    """What a concern is about: customers who wait now, the work of agents, or what was
    set up."""

    NOW = "now", _("Now")
    WORK = "work", _("Work")
    SET_UP = "set_up", _("Set-up")


@dataclass(frozen=True)
class Link:
    text: str
    address: str


@dataclass(frozen=True)
class Concern:
    """Something to look at: a sentence, and where to go."""

    sentence: StrOrPromise
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
        sentence = ngettext(
            "One timer is more than a minute late: nobody goes to RONA, and waits "
            "do not end. Tell whoever runs Parley that its timers or its beat stand "
            "still.",
            "%(count)s timers are more than a minute late: nobody goes to RONA, and "
            "waits do not end. Tell whoever runs Parley that its timers or its beat "
            "stand still.",
            timers,
        )
        yield Concern(sentence % {"count": timers}, kind=Kind.NOW)


def _waits(found: Overview) -> Iterator[Concern]:
    if found.waiting and not found.states[AgentState.AVAILABLE]:
        sentence = ngettext(
            "One contact is waiting, and no agent is Available.",
            "%(count)s contacts are waiting, and no agent is Available.",
            found.waiting,
        )
        yield Concern(
            sentence % {"count": found.waiting},
            [Link(gettext("See who is where"), lists.takers())],
            kind=Kind.NOW,
        )
    firsts = {line.queue.pk: line.first_live_since for line in found.lines}
    late = [
        Link(
            gettext("%(number)s in %(name)s, the first for %(clock_face)s")
            % {
                "number": each.number,
                "name": each.name,
                "clock_face": clock_face(firsts.get(each.pk), found.now),
            },
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
            gettext("%(number)s in %(name)s")
            % {"number": each.number, "name": each.name},
            lists.concerned(matter, **{f"{by}__id__exact": each.pk}),
        )
        for each in numbers
    ]
    kind = Kind.NOW if matter in URGENT else Kind.WORK
    yield from _if_any(SENTENCES[matter], links, kind=kind)


def _full(agents: list[Agent]) -> Iterator[Concern]:
    yield from _if_any(
        gettext("These agents are Available but full, and are offered nothing more:"),
        _rows(agents),
        kind=Kind.WORK,
    )


def _people(found: Overview) -> Iterator[Concern]:
    if not sum(found.states.values()):
        yield Concern(
            gettext("Nobody can take contacts: there is no active agent."),
            [Link(gettext("Add an agent"), reverse("admin:agents_agent_add"))],
        )
    yield from _if_any(
        gettext("These agents are in no team, so they serve no queue:"),
        _rows(found.without_team),
    )
    yield from _if_any(
        gettext(
            "These agents are offered nothing, as their multimedia profile has no slot:"
        ),
        _rows(found.without_slot),
    )


def _queues(found: Overview) -> Iterator[Concern]:
    lines = found.lines
    if not lines:
        yield Concern(
            gettext("There is no active queue for contacts to wait in."),
            [Link(gettext("Add a queue"), reverse("admin:queues_queue_add"))],
        )
    yield from _if_any(
        gettext("No team serves these queues; whoever waits there waits for nobody:"),
        _rows(line.queue for line in lines if not line.has_teams),
    )
    yield from _if_any(
        gettext("No active agent is in the teams that serve these queues:"),
        _rows(line.queue for line in lines if line.has_teams and not line.has_agents),
    )


def _entry_points(found: Overview) -> Iterator[Concern]:
    if not found.points:
        yield Concern(
            gettext("Customers cannot reach you: there is no active entry point."),
            [
                Link(
                    gettext("Add an entry point"),
                    reverse("admin:queues_entrypoint_add"),
                )
            ],
        )
    yield from _if_any(
        gettext(
            "These chat pages are closed, because the queue they lead to is not active:"
        ),
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
            gettext("There is no organisation yet."),
            [
                Link(
                    gettext("Add an organisation"),
                    reverse("admin:agents_organisation_add"),
                )
            ],
        )
    yield from _if_any(
        gettext("Nobody administers these organisations:"),
        _rows(c.organisation for c in found.centres if not c.administrators),
    )


def _full_by_organisation(agents: list[Agent]) -> Iterator[Concern]:
    numbers = Counter(agent.organisation for agent in agents)
    links = [
        Link(
            gettext("%(number)s in %(organisation)s")
            % {"number": number, "organisation": organisation},
            lists.agents(load="full", organisation__id__exact=organisation.pk),
        )
        for organisation, number in numbers.items()
        if organisation is not None
    ]
    yield from _if_any(
        gettext("Agents are Available but full, and are offered nothing more:"),
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
    sentence: StrOrPromise, links: list[Link], *, kind: Kind = Kind.SET_UP
) -> Iterator[Concern]:
    if links:
        more = max(0, len(links) - LINKS_SHOWN)
        yield Concern(sentence, links[:LINKS_SHOWN], more, kind)

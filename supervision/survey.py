"""Reads the floor of an organisation: queues, agents, who asks for help.

It costs the same number of queries however much there is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from django.db.models import Count, Min, QuerySet

from agents.models import Agent, AgentState, Channel, Organisation, Role
from agents.queries import day_began_at
from contacts import queries
from contacts.models import (
    LIVE_STATES,
    Assignment,
    AssignmentState,
    Contact,
    ContactState,
    Customer,
    HelpRequest,
    QueueVisit,
    Watch,
)
from contacts.queries import waits
from contacts.serializers import time_of
from queues.models import DistributionGroup, Queue
from queues.queries import is_open
from supervision.board import Board, Call, Line, Person
from supervision.figures import figures, figures_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from contacts.figures import Figures
    from queues.routing import Candidate

Json = dict[str, Any]
Counted: TypeAlias = "Mapping[int, Mapping[str, Figures]]"  # by queue and span

RECENT = timedelta(minutes=30)
SPANS = ("last_30m", "today")
NAMED = ("id", "display_name")
# What is said of every queue, whoever serves it.
KNOWN = (
    *("id", "name", "is_active"),
    *("service_level_threshold", "first_response_threshold"),
)


def counted(organisation: Organisation, *, now: datetime) -> Counted:
    """Return the figures of the queues in which something has happened."""
    return figures_of(organisation.pk, spans_of(organisation, now=now))


def spans_of(organisation: Organisation, *, now: datetime) -> Mapping[str, datetime]:
    """Return when the spans of figures have begun."""
    today = day_began_at(organisation, now=now)
    return dict(zip(SPANS, (now - RECENT, today), strict=True))


def of_organisation(
    organisation: Organisation, *, now: datetime, figures: Counted
) -> Board:
    """Return the floor as it is, with these figures."""
    shares = _shares(organisation)
    rows = Queue.objects.filter(organisation=organisation).select_related("hours")
    queues = list(rows.order_by("name", "pk"))
    return Board(
        now,
        _lines(organisation, now, figures, shares, queues),
        _people(organisation, shares),
        _calls(organisation),
        [{name: getattr(queue, name) for name in KNOWN} for queue in queues],
    )


# --- contacts in hand ---------------------------------------------------------------
def _shares(organisation: Organisation) -> list[Json]:
    """Return the live shares of the organisation's agents, oldest first."""
    rows = (
        Assignment.objects.filter(
            state__in=LIVE_STATES, contact__organisation=organisation
        )
        .annotate(unanswered_line=waits.unanswered_line())
        .order_by("offered_at", "pk")
    )
    seen = ("agent", "contact", "contact__customer", "contact__customer__name")
    times = ("offered_at", "connected_at", "wrapup_at", "unanswered_line")
    return list(rows.values(*seen, "queue", "queue__name", "state", *times))


def _in_hand(share: Json, watchers: Mapping[UUID, Json]) -> Json:
    since = {
        AssignmentState.OFFERED: share["offered_at"],
        AssignmentState.CONNECTED: share["connected_at"],
        AssignmentState.WRAPUP: share["wrapup_at"],
    }
    unanswered = share["unanswered_line"]
    customer = Customer(name=share["contact__customer__name"])
    return {
        "contact": share["contact"],
        "customer": {"id": share["contact__customer"], "name": customer.label},
        "queue": {"id": share["queue"], "name": share["queue__name"]},
        "state": share["state"],
        "since": time_of(since[AssignmentState(share["state"])]),
        # As the card has it: nobody answers before accepting.
        "unanswered_since": unanswered
        and time_of(max(unanswered, share["connected_at"])),
        "watcher": watchers.get(share["contact"]),
    }


def _watchers(organisation: Organisation) -> Mapping[UUID, Json]:
    rows = Watch.objects.filter(Watch.ON, contact__organisation=organisation)
    names = rows.order_by().values_list("contact", "watcher", "watcher__display_name")
    return {contact: _named(pk, name) for contact, pk, name in names}


def _named(pk: int, display_name: str) -> Json:
    return dict(zip(NAMED, (pk, display_name), strict=True))


# --- queues -------------------------------------------------------------------------
def _lines(
    organisation: Organisation,
    now: datetime,
    figures_by_queue: Counted,
    shares: Sequence[Json],
    queues: Sequence[Queue],
) -> list[Line]:
    """Return the queues that take contacts, or have some."""
    states, waiting_since = _states(organisation), _waiting_since(organisation)
    teams = _teams(organisation)
    wrapups = Counter(s["queue"] for s in shares if s["state"] == "wrapup")
    nothing = {span: figures({}) for span in SPANS}
    lines = []
    for queue in queues:
        if not (queue.is_active or queue.pk in states or queue.pk in wrapups):
            continue
        since = waiting_since.get(queue.pk)
        here = states.get(queue.pk, {})
        shape = {
            "id": queue.pk,
            "name": queue.name,
            "open": queue.is_active and is_open(queue, now),
            "waiting": here.get(ContactState.QUEUED, 0),
            "longest_wait_seconds": since and _seconds(now - since),
            "ringing": here.get(ContactState.OFFERED, 0),
            "connected": here.get(ContactState.CONNECTED, 0),
            "wrapup": wrapups[queue.pk],
            **figures_by_queue.get(queue.pk, nothing),
        }
        lines.append(Line(shape, frozenset(teams[queue.pk])))
    return lines


def _seconds(length: timedelta) -> int:
    return max(0, int(length.total_seconds()))


def _states(organisation: Organisation) -> Mapping[int, dict[str, int]]:
    """Return per queue how many of its contacts are in each state."""
    contacts = Contact.objects.filter(
        organisation=organisation, queue__isnull=False
    ).exclude(state=ContactState.ENDED)
    states: defaultdict[int, dict[str, int]] = defaultdict(dict)
    rows = contacts.order_by().values_list("queue", "state").annotate(Count("pk"))
    for queue_id, state, number in rows:
        states[queue_id][state] = number
    return states


def _waiting_since(organisation: Organisation) -> Mapping[int, datetime]:
    """Return per queue since when the first stands in it whom nobody has answered."""
    visits = QueueVisit.objects.filter(left_at=None, queue__organisation=organisation)
    return dict(visits.order_by().values_list("queue").annotate(Min("entered_at")))


def _teams(organisation: Organisation) -> Mapping[int, set[int]]:
    """Return per queue the teams that serve it."""
    teams: defaultdict[int, set[int]] = defaultdict(set)
    groups = DistributionGroup.objects.filter(queue__organisation=organisation)
    for queue_id, team_id in groups.order_by().values_list("queue", "team"):
        teams[queue_id].add(team_id)
    return teams


# --- agents -------------------------------------------------------------------------
def _people(organisation: Organisation, shares: Sequence[Json]) -> list[Person]:
    rows = Agent.objects.filter(
        organisation=organisation,
        is_active=True,
        role__in=[Role.AGENT, Role.SUPERVISOR],
    )
    watchers = _watchers(organisation)
    shares_of: defaultdict[int, list[Json]] = defaultdict(list)
    for share in shares:
        shares_of[share["agent"]].append(_in_hand(share, watchers))
    candidates = {each.agent_id: each for each in queries.as_candidates(rows)}
    named = rows.select_related("idle_code").prefetch_related("teams")
    return [
        _person(agent, candidates[agent.pk], shares_of[agent.pk])
        for agent in named.order_by("display_name", "pk")
        if agent.pk in candidates  # who has come this very moment is seen in the next
    ]


def _person(agent: Agent, candidate: Candidate, contacts: list[Json]) -> Person:
    code = agent.idle_code
    teams = sorted(team.pk for team in agent.teams.all())
    shape = {
        **_named(agent.pk, agent.display_name),
        "role": agent.role,
        "teams": teams,
        "state": agent.state,
        "idle_code": code and {"id": code.pk, "name": code.name},
        "state_since": time_of(agent.state_since),
        "live": {name: candidate.live.get(name, 0) for name in Channel.values},
        "slots": dict(candidate.capacity.slots),
        "contacts": contacts,
    }
    return Person(
        shape,
        frozenset(teams),
        frozenset(candidate.joins_after),
        frozenset(each["queue"]["id"] for each in contacts),
        _kind(agent, candidate),
    )


def _kind(agent: Agent, candidate: Candidate) -> str:
    """Return how an agent counts: their state, or full where nothing can come: no chat
    for who takes chats."""
    if agent.state != AgentState.AVAILABLE:
        return agent.state
    capacity, free = candidate.capacity, candidate.free_channels
    takes_chats = bool(capacity.slots.get(Channel.CHAT))
    has_room = Channel.CHAT in free if takes_chats else bool(free)
    return AgentState.AVAILABLE.value if has_room else "full"


# --- help ---------------------------------------------------------------------------
def _calls(organisation: Organisation) -> list[Call]:
    """Return who asks for help, the first first."""
    rows: QuerySet[HelpRequest] = HelpRequest.objects.filter(
        HelpRequest.OPEN, contact__organisation=organisation
    )
    seen = rows.order_by("asked_at", "pk").values_list(
        *("contact", "agent", "agent__display_name", "text", "asked_at", "share__queue")
    )
    return [
        Call(
            {
                "contact": contact,
                "agent": _named(agent, name),
                "text": text,
                "since": time_of(asked_at),
            },
            agent,
            queue,
        )
        for contact, agent, name, text, asked_at, queue in seen
    ]

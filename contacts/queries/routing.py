"""What the router decides on: who could take a contact, who waits in the line."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Count,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
)

from agents.models import (
    Agent,
    AgentSkill,
    AgentState,
    Channel,
    MultimediaProfile,
    Role,
)
from agents.queries import most_specific_profile
from contacts.models import (
    IN_LINE,
    LIVE_STATES,
    Assignment,
    AssignmentState,
    Contact,
    ContactState,
)
from core.expressions import Among
from core.prepared import Prepared
from queues.models import Queue
from queues.routing import NO_CAPACITY, Candidate, Capacity, Waiting
from queues.skills import read, written

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from queues.routing import Demand
    from queues.skills import Skills

# How long a decline keeps a contact from the same agent (E10).
DECLINE_EXCLUDES = timedelta(seconds=60)
NEVER = datetime.max.replace(tzinfo=UTC)


def queues_in_demand(organisation_id: int) -> dict[int, bool]:
    """Return the queues of an organisation in which somebody waits, and whether one of
    them asks for skills."""
    return dict(IN_DEMAND.rows(organisation=organisation_id))


def _in_demand() -> QuerySet[Any, Any]:
    waiting = Contact.objects.filter(queue=OuterRef("pk"), state=ContactState.QUEUED)
    asks = Exists(waiting.filter(asked_skills__gt=""))
    queues = Queue.objects.filter(Exists(waiting)).order_by()
    return queues.annotate(asks=asks).values_list("pk", "asks")


IN_DEMAND = Prepared(_in_demand)


def asked_in(queue_ids: Collection[int]) -> dict[int, list[Skills]]:
    """Return what contacts that wait in these queues ask of agents, by queue."""
    rows = (
        Contact.objects.filter(
            queue__in=queue_ids, state=ContactState.QUEUED, asked_skills__gt=""
        )
        .order_by()
        .values_list("queue", "asked_skills")
        .distinct()
    )
    asked: dict[int, list[Skills]] = {}
    for queue_id, text in rows:
        asked.setdefault(queue_id, []).append(read(text))
    return asked


def candidates(
    queue_ids: Collection[int],
    *,
    agent_ids: Collection[int] | None = None,
    with_skills: bool = False,
) -> list[Candidate]:
    """Return the Available agents who serve any of these queues; of some agents
    alone, where they are named. Skills cost a query, and are read where they count."""
    members = Agent.teams.through.objects.filter(
        team__distribution__queue__in=queue_ids
    )
    named = [] if agent_ids is None else [Q(pk__in=agent_ids)]
    rows = AVAILABLE.rows(*named, pk__in=members.values("agent"))
    return _candidates(rows, with_skills=with_skills)


def as_candidates(
    agents: QuerySet[Agent], *, with_skills: bool = False
) -> list[Candidate]:
    """Return agents as routing sees them, each with the capacity of their profile."""
    return _candidates(list(_seen(agents)), with_skills=with_skills)


def _seen(agents: QuerySet[Agent]) -> QuerySet[Any, Any]:
    profiled = agents.order_by().annotate(profile=most_specific_profile())
    return profiled.values_list("pk", "available_since", "profile")


AVAILABLE = Prepared(
    lambda: _seen(
        Agent.objects.filter(
            state=AgentState.AVAILABLE,
            is_active=True,
            role__in=[Role.AGENT, Role.SUPERVISOR],
        )
    )
)


def _candidates(rows: Sequence[Any], *, with_skills: bool) -> list[Candidate]:
    if not rows:
        return []
    ids = [row[0] for row in rows]
    capacity = _capacities({row[2] for row in rows})
    live = live_shares(ids)
    serving = joins_after(ids)
    skills = levels(ids) if with_skills else {}
    return [
        Candidate(
            agent_id=agent_id,
            available_since=since or NEVER,
            capacity=capacity.get(profile_id, NO_CAPACITY),
            live=live[agent_id],
            joins_after=serving[agent_id],
            skills=skills.get(agent_id, {}),
        )
        for agent_id, since, profile_id in rows
    ]


def _capacities(profile_ids: Collection[int | None]) -> Mapping[int | None, Capacity]:
    known = [pk for pk in profile_ids if pk is not None]
    return {
        profile.pk: Capacity(
            profile.blending_mode,
            {channel: getattr(profile, channel) for channel in Channel.values},
        )
        for profile in PROFILES.rows(pk__in=known)
    }


PROFILES = Prepared(MultimediaProfile.objects.order_by)


def live_shares(agent_ids: Collection[int]) -> Mapping[int, Counter[str]]:
    """Return per agent the number of live shares per channel."""
    counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for agent_id, channel, count in LIVE.rows(Among("agent", agent_ids)):
        counts[agent_id][channel] = count
    return counts


LIVE = Prepared(
    lambda: (
        Assignment.objects.filter(state__in=LIVE_STATES)
        .order_by()
        .values_list("agent", "contact__channel")
        .annotate(Count("pk"))
    )
)


def joins_after(agent_ids: Collection[int]) -> Mapping[int, dict[int, int]]:
    """Return per agent {queue: seconds after which the agent joins its search}.

    Of inactive queues too: they take no new contacts, but those who wait are served.
    """
    serving: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for agent_id, queue_id, seconds in SERVING.rows(Among("agent", agent_ids)):
        serving[agent_id][queue_id] = seconds
    return serving


SERVING = Prepared(
    lambda: (
        Agent.teams.through.objects.filter(team__distribution__isnull=False)
        .order_by()
        .values_list("agent", "team__distribution__queue")
        .annotate(Min("team__distribution__after_seconds"))
    )
)


def levels(agent_ids: Collection[int]) -> Mapping[int, dict[int, int]]:
    """Return per agent {skill: level}."""
    rows = AgentSkill.objects.filter(Among("agent", agent_ids)).order_by()
    skills: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for agent_id, skill_id, level in rows.values_list("agent", "skill", "level"):
        skills[agent_id][skill_id] = level
    return skills


@dataclass(frozen=True)
class Place:
    """Where a contact stands in the line."""

    priority: int
    enqueued_at: datetime
    contact_id: UUID


def waiting_contacts(
    demand: Mapping[Demand, Collection[int]],
    *,
    organisation_id: int,
    now: datetime,
    after: Place | None,
    limit: int,
) -> tuple[list[Waiting], Place | None]:
    """Return the first contacts that `demand` (`routing.Line.demand`) could take, in
    the order in which they are served, and the place of the last one.

    `after` goes on from such a place.
    """
    if not demand:
        return [], None
    contacts = Contact.objects.filter(
        _wanted(demand, now), organisation=organisation_id, state=ContactState.QUEUED
    )
    # Their queue has closed: the sweep is about to end them.
    contacts = contacts.exclude(release_at__lte=now)
    if after is not None:
        contacts = contacts.filter(_behind(after))
    seen = (
        *("queue_id", "channel", "asked_skills"),
        *("visit_started_at", "priority", "enqueued_at"),
    )
    rows = list(contacts.order_by(*IN_LINE).only(*seen)[:limit])
    closed = closed_to([row.pk for row in rows], now=now)
    waiting = [_waiting(row, closed[row.pk]) for row in rows]
    if len(rows) < limit:
        return waiting, None
    last = rows[-1]
    assert last.enqueued_at is not None
    return waiting, Place(last.priority, last.enqueued_at, last.pk)


def _wanted(demand: Mapping[Demand, Collection[int]], now: datetime) -> Q:
    """Return the condition of contacts that the demand could take."""
    return reduce(
        or_,
        (
            Q(
                channel=each.channel,
                asked_skills=written(each.asked),
                queue__in=queue_ids,
                visit_started_at__lte=now - timedelta(seconds=each.after_seconds),
            )
            for each, queue_ids in demand.items()
        ),
    )


def _waiting(contact: Contact, closed: Collection[int]) -> Waiting:
    assert contact.queue_id is not None
    assert contact.visit_started_at is not None
    return Waiting(
        contact_id=contact.pk,
        queue_id=contact.queue_id,
        channel=contact.channel,
        visit_started_at=contact.visit_started_at,
        closed_to=frozenset(closed),
        asked=read(contact.asked_skills),
    )


def _behind(place: Place) -> Q:
    later = Q(enqueued_at__gt=place.enqueued_at) | Q(
        enqueued_at=place.enqueued_at, pk__gt=place.contact_id
    )
    return Q(priority__lt=place.priority) | Q(priority=place.priority) & later


def as_waiting(contact: Contact, *, now: datetime) -> Waiting:
    """Return a queued contact as routing sees it."""
    return _waiting(contact, closed_to([contact.pk], now=now)[contact.pk])


def closed_to(
    contact_ids: Collection[UUID], *, now: datetime
) -> Mapping[UUID, set[int]]:
    """Return per contact the agents who do not get it now (E10): they missed it and
    did not select Available since, declined it in the last 60 s, or have a share."""
    closed: defaultdict[UUID, set[int]] = defaultdict(set)
    for contact_id, agent_id, state, ended_at in CLOSED.rows(contact__in=contact_ids):
        is_declined = state == AssignmentState.DECLINED
        if not is_declined or ended_at > now - DECLINE_EXCLUDES:
            closed[contact_id].add(agent_id)
    return closed


def _closed() -> QuerySet[Any, Any]:
    """Return shares of agents who have one, or missed or declined it in the state they
    are in."""
    refused = Q(
        state__in=[AssignmentState.RONA, AssignmentState.DECLINED],
        ended_at__gte=F("agent__state_since"),
    )
    shares = Assignment.objects.filter(Q(state__in=LIVE_STATES) | refused)
    return shares.order_by().values_list("contact", "agent", "state", "ended_at")


CLOSED = Prepared(_closed)

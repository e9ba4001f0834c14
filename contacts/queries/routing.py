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
    Subquery,
)
from django.db.models.functions import Coalesce

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
from core.prepared import Prepared
from queues.models import DistributionGroup, Queue
from queues.routing import NO_CAPACITY, Candidate, Capacity, Waiting
from queues.skills import read, written

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
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
    """Return the Available agents with a free slot who serve any of these queues, and
    how they serve these; of some agents alone, where they are named. Skills cost a
    query, and are read where they count."""
    serving = _by_agent(MEMBERS.rows(queue__in=queue_ids))
    ids = serving.keys() if agent_ids is None else serving.keys() & set(agent_ids)
    rows = AVAILABLE.rows(pk__in=ids)
    return _candidates(rows, serving, with_skills=with_skills)


def as_candidates(
    agents: QuerySet[Agent], *, with_skills: bool = False
) -> list[Candidate]:
    """Return agents as routing sees them, each with the capacity of their profile, and
    how they serve all queues of theirs."""
    rows = list(_seen(agents))
    serving = joins_after([row[0] for row in rows])
    return _candidates(rows, serving, with_skills=with_skills)


def _seen(agents: QuerySet[Agent]) -> QuerySet[Any, Any]:
    profiled = agents.order_by().annotate(profile=most_specific_profile())
    return profiled.values_list("pk", "available_since", "profile")


CAN_GET_CONTACTS = {
    "state": AgentState.AVAILABLE,
    "is_active": True,
    "role__in": [Role.AGENT, Role.SUPERVISOR],
}


def _with_a_slot() -> QuerySet[Any, Any]:
    """Return who has fewer contacts of a channel than the profile allows: of thousands
    most have not, and need not be read. How channels blend may forbid more."""
    free = []
    for channel in Channel.values:
        live = (
            Assignment.objects.filter(
                agent=OuterRef(OuterRef("pk")),
                state__in=LIVE_STATES,
                contact__channel=channel,
            )
            .order_by()
            .values("agent")
        )
        number = Coalesce(Subquery(live.values(number=Count("pk"))), 0)
        # Channels without slots cost no look.
        free.append(Q(**{f"{channel}__gt": 0}) & Q(**{f"{channel}__gt": number}))
    profiles = MultimediaProfile.objects.filter(pk=OuterRef("profile"))
    agents = _seen(Agent.objects.filter(**CAN_GET_CONTACTS))
    return agents.filter(Exists(profiles.filter(reduce(or_, free))))


AVAILABLE = Prepared(_with_a_slot)


def _members() -> QuerySet[Any, Any]:
    """Return who is Available in the teams that serve a queue."""
    people = {
        f"team__agents__{name}": value for name, value in CAN_GET_CONTACTS.items()
    }
    groups = DistributionGroup.objects.filter(**people).order_by()
    pairs = groups.values_list("team__agents", "queue")
    return pairs.annotate(Min("after_seconds"))


MEMBERS = Prepared(_members)


def _candidates(
    rows: Sequence[Any], serving: Mapping[int, dict[int, int]], *, with_skills: bool
) -> list[Candidate]:
    if not rows:
        return []
    ids = [row[0] for row in rows]
    capacity = _capacities({row[2] for row in rows})
    live = live_shares(ids)
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
    for agent_id, channel, count in LIVE.rows(agent__in=agent_ids):
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
    return _by_agent(SERVING.rows(agent__in=agent_ids))


def _by_agent(rows: Iterable[tuple[int, int, int]]) -> Mapping[int, dict[int, int]]:
    """Return {agent: {what: how}} of rows of the three."""
    found: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for agent_id, what, how in rows:
        found[agent_id][what] = how
    return found


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
    return _by_agent(LEVELS.rows(agent__in=agent_ids))


LEVELS = Prepared(
    lambda: AgentSkill.objects.order_by().values_list("agent", "skill", "level")
)


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
) -> tuple[list[Waiting], Place | None]:
    """Return the first contacts that `demand` (`routing.Line.demand`) could take, a
    page in the order in which they are served, and the place of the last one.

    `after` goes on from such a place.
    """
    if not demand:
        return [], None
    behind = [] if after is None else [_behind(after)]
    rows = WAITING.rows(_wanted(demand, now), *behind, organisation=organisation_id)
    closed = closed_to([row[0] for row in rows], now=now)
    waiting = [
        _waiting(*row[: len(SEEN)], closed=closed[row[0]])
        for *row, release_at in rows
        # Else their queue has closed: the sweep is about to end them.
        if release_at is None or release_at > now
    ]
    if len(rows) < PAGE:
        return waiting, None
    return waiting, Place(*rows[-1][len(SEEN) : -1])


# What routing sees of a contact in the line, and where it stands there.
SEEN = ("pk", "queue_id", "channel", "visit_started_at", "asked_skills")
PLACE = ("priority", "enqueued_at", "pk")
PAGE = 50
WAITING = Prepared(
    lambda: (
        Contact.objects.filter(state=ContactState.QUEUED)
        .order_by(*IN_LINE)
        .values_list(*SEEN, *PLACE, "release_at")
    ),
    limit=PAGE,
)


def _wanted(
    demand: Mapping[Demand, Collection[int]], now: datetime
) -> list[dict[str, Any]]:
    """Return what contacts are like that the demand could take."""
    return [
        {
            "channel": each.channel,
            "asked_skills": written(each.asked),
            "queue__in": queue_ids,
            "visit_started_at__lte": now - timedelta(seconds=each.after_seconds),
        }
        for each, queue_ids in demand.items()
    ]


def _waiting(
    contact_id: UUID,
    queue_id: int,
    channel: str,
    visit_started_at: datetime,
    asked_skills: str,
    *,
    closed: Collection[int],
) -> Waiting:
    return Waiting(
        contact_id=contact_id,
        queue_id=queue_id,
        channel=channel,
        visit_started_at=visit_started_at,
        closed_to=frozenset(closed),
        asked=read(asked_skills),
    )


def _behind(place: Place) -> list[dict[str, Any]]:
    priority, enqueued_at = place.priority, place.enqueued_at
    return [
        {"priority__lt": priority},
        {"priority": priority, "enqueued_at__gt": enqueued_at},
        {"priority": priority, "enqueued_at": enqueued_at, "pk__gt": place.contact_id},
    ]


def as_waiting(contact: Contact, *, now: datetime) -> Waiting:
    """Return a queued contact as routing sees it."""
    assert contact.queue_id is not None
    assert contact.visit_started_at is not None
    return _waiting(
        contact.pk,
        contact.queue_id,
        contact.channel,
        contact.visit_started_at,
        contact.asked_skills,
        closed=closed_to([contact.pk], now=now)[contact.pk],
    )


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

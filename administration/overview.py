"""What an administrator wants to know at a glance: who works, who waits, what is wrong.

Each page costs the same number of queries, however much there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Avg, Count, Exists, Min, OuterRef, Q, QuerySet

from administration import attention
from administration.attention import TAKERS
from agents.models import Agent, AgentState, MultimediaProfile, Organisation, Role
from agents.queries import day_began_at, most_specific_profile
from contacts.models import (
    WAITING_STATES,
    Assignment,
    AssignmentState,
    Contact,
    ContactState,
    EndedReason,
)
from queues.models import DistributionGroup, EntryPoint, Queue
from queues.routing import REAL_TIME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from administration.attention import Found, Matter

# The sweep comes every second; a minute is no jitter.
LATE = timedelta(minutes=1)
# No contact may be set to wait longer than a week: older ones have no news of today.
OLDEST = timedelta(days=8)
NAMED = 50  # rows of one kind that are told by name


@dataclass(frozen=True)
class Line:
    """A queue, who could serve it, and who waits in it."""

    queue: Queue
    has_teams: bool
    has_agents: bool
    waiting: int
    first_since: datetime | None
    # Of those alone who wait for somebody in real time.
    first_live_since: datetime | None


@dataclass(frozen=True)
class Day:
    """The contacts of a day: each counted when it happened."""

    opened: int
    answered: int
    abandoned: int
    ended: int
    rated: int
    rating: float | None  # the average of those, 1-5


@dataclass(frozen=True)
class Overview:
    """An organisation as it is at `now`."""

    now: datetime
    states: Mapping[str, int]
    lines: list[Line]
    today: Day
    without_team: list[Agent]
    without_slot: list[Agent]
    points: list[EntryPoint]
    matters: Mapping[Matter, list[Found]]  # by queue
    full: list[Agent]
    late_timers: int

    @property
    def waiting(self) -> int:
        return sum(line.waiting for line in self.lines)


def of_organisation(organisation: Organisation, *, now: datetime) -> Overview:
    """Return the overview of an organisation."""
    people = Agent.objects.filter(
        organisation=organisation, is_active=True, role__in=TAKERS
    ).order_by("display_name", "pk")
    contacts = Contact.objects.filter(organisation=organisation)
    points = EntryPoint.objects.filter(organisation=organisation, is_active=True)
    return Overview(
        now=now,
        states=_states(people),
        lines=_lines(organisation),
        today=_day(contacts, day_began_at(organisation, now=now)),
        without_team=list(people.filter(teams=None)[:NAMED]),
        without_slot=_without_slot(people, organisation),
        points=list(points.select_related("queue").order_by("name", "pk")),
        matters=_matters(contacts, by="queue", now=now),
        full=attention.full(people),
        late_timers=late_timers(now, organisation=organisation),
    )


def _matters(
    contacts: QuerySet[Contact], *, by: str, now: datetime
) -> Mapping[Matter, list[Found]]:
    return {
        matter: attention.count(matter, contacts, by=by, now=now)
        for matter in attention.MATTERS
    }


def _states(people: QuerySet[Agent]) -> Mapping[str, int]:
    """Return how many people are in each state."""
    rows = people.order_by().values_list("state").annotate(Count("pk"))
    return {**dict.fromkeys(AgentState.values, 0), **dict(rows)}


def _lines(organisation: Organisation) -> list[Line]:
    groups = DistributionGroup.objects.filter(queue=OuterRef("pk"))
    serve = Q(team__agents__is_active=True, team__agents__role__in=TAKERS)
    rows = Queue.objects.filter(organisation=organisation).annotate(
        has_teams=Exists(groups), has_agents=Exists(groups.filter(serve))
    )
    waits = _waits(organisation)
    nobody = (0, None, None)
    return [
        Line(queue, queue.has_teams, queue.has_agents, *waits.get(queue.pk, nobody))
        for queue in rows.order_by("name", "pk")
        if queue.is_active or queue.pk in waits
    ]


def _waits(
    organisation: Organisation,
) -> Mapping[int, tuple[int, datetime | None, datetime | None]]:
    """Return per queue how many wait, and since when the first: of all, and of those in
    real time."""
    live = Q(channel__in=REAL_TIME)
    rows = (
        Contact.objects.filter(organisation=organisation, state__in=WAITING_STATES)
        .order_by()
        .values_list("queue")
        .annotate(
            Count("pk"),
            Min("visit_started_at"),
            live_since=Min("visit_started_at", filter=live),
        )
    )
    return {pk: (count, since, live) for pk, count, since, live in rows}


def _day(contacts: QuerySet[Contact], began_at: datetime) -> Day:
    happened = of_day(began_at)
    counts = contacts.filter(opened_at__gte=began_at - OLDEST).aggregate(
        **{name: Count("pk", filter=which) for name, which in happened.items()},
        rating=Avg("rating", filter=happened["rated"]),
    )
    return Day(**counts)


def of_day(began_at: datetime) -> Mapping[str, Q]:
    """Return the conditions of the contacts that each figure of a day counts."""
    ended = Q(ended_at__gte=began_at)
    return {
        "opened": Q(opened_at__gte=began_at),
        # They ended later, if they did: that is found by index.
        "answered": Q(connected_at__gte=began_at) & (ended | Q(ended_at=None)),
        "abandoned": ended & Q(ended_reason=EndedReason.ABANDONED),
        "ended": ended,
        "rated": ended & Q(rating__isnull=False),
    }


def _without_slot(people: QuerySet[Agent], organisation: Organisation) -> list[Agent]:
    """Return those who are offered nothing: no profile, or one without a slot."""
    empty = MultimediaProfile.objects.filter(
        organisation=organisation, voice=0, chat=0, email=0, social=0
    )
    nothing = Q(profile__isnull=True) | Q(profile__in=empty.values("pk"))
    known = people.annotate(profile=most_specific_profile())
    return list(known.filter(nothing)[:NAMED])


def late_timers(now: datetime, *, organisation: Organisation | None = None) -> int:
    """Return how many deadlines passed over a minute ago and are still ahead: the
    processes that watch them stand still."""
    before = now - LATE
    shares = Assignment.objects.filter(
        Q(state=AssignmentState.OFFERED, rona_at__lte=before)
        | Q(state=AssignmentState.WRAPUP, wrapup_deadline__lte=before)
    )
    waits = Contact.objects.filter(state=ContactState.QUEUED, wait_deadline__lte=before)
    if organisation is not None:
        shares = shares.filter(contact__organisation=organisation)
        waits = waits.filter(organisation=organisation)
    return shares.count() + waits.count()


# --- the platform -------------------------------------------------------------
@dataclass(frozen=True)
class Centre:
    """An organisation as the platform's superuser sees it in a list."""

    organisation: Organisation
    administrators: int
    people: int
    signed_in: int
    waiting: int
    first_since: datetime | None


@dataclass(frozen=True)
class Platform:
    """All organisations as they are at `now`."""

    now: datetime
    centres: list[Centre]
    more: int
    matters: Mapping[Matter, list[Found]]  # by organisation
    full: list[Agent]
    late_timers: int


def of_platform(*, now: datetime) -> Platform:
    """Return the overview of the installation, with its first 50 organisations by
    name."""
    rows = list(Organisation.objects.order_by("name", "pk")[: NAMED + 1])
    shown = rows[:NAMED]
    people, waits = _people(shown), _waits_of(shown)
    return Platform(
        now=now,
        centres=[
            Centre(row, *people.get(row.pk, (0, 0, 0)), *waits.get(row.pk, (0, None)))
            for row in shown
        ],
        more=Organisation.objects.count() - len(shown),
        matters=_matters(Contact.objects.all(), by="organisation", now=now),
        full=attention.full(Agent.objects.exclude(organisation=None)),
        late_timers=late_timers(now),
    )


def _people(organisations: list[Organisation]) -> Mapping[int, tuple[int, int, int]]:
    """Return per organisation its administrators, takers, and takers signed in."""
    takes = Q(role__in=TAKERS)
    rows = (
        Agent.objects.filter(organisation__in=organisations, is_active=True)
        .order_by()
        .values_list("organisation")
        .annotate(
            heads=Count("pk", filter=Q(role=Role.ADMINISTRATOR)),
            takers=Count("pk", filter=takes),
            here=Count("pk", filter=takes & ~Q(state=AgentState.OFFLINE)),
        )
    )
    return {pk: (heads, takers, here) for pk, heads, takers, here in rows}


def _waits_of(
    organisations: list[Organisation],
) -> Mapping[int, tuple[int, datetime | None]]:
    rows = (
        Contact.objects.filter(organisation__in=organisations, state__in=WAITING_STATES)
        .order_by()
        .values_list("organisation")
        .annotate(Count("pk"), Min("visit_started_at"))
    )
    return {pk: (count, since) for pk, count, since in rows}

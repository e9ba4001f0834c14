"""Reads that span tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat

from agents.models import Agent, AgentState, Channel, MultimediaProfile, Role, Team
from contacts.models import (
    LIVE_STATES,
    TRANSFERRED,
    WAITING_STATES,
    Assignment,
    AssignmentRole,
    AssignmentState,
    Contact,
    ContactState,
    Message,
    MessageKind,
    QueueVisit,
    VisitOutcome,
)
from queues.models import DistributionGroup, Queue
from queues.routing import NO_CAPACITY, Candidate, Capacity, Waiting

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from uuid import UUID

# How long a decline keeps a contact from the same agent (E10).
DECLINE_EXCLUDES = timedelta(seconds=60)
NEVER = datetime.max.replace(tzinfo=UTC)
RECENT = timedelta(hours=1)
ENOUGH_ANSWERS = 3


# --- capacity and routing -----------------------------------------------------
def queues_in_demand(organisation_id: int) -> list[int]:
    """Return the queues of an organisation in which somebody waits."""
    waiting = Contact.objects.filter(queue=OuterRef("pk"), state=ContactState.QUEUED)
    queues = Queue.objects.filter(Exists(waiting), organisation=organisation_id)
    return list(queues.order_by().values_list("pk", flat=True))


def candidates(
    queue_ids: Collection[int], *, agent_ids: Collection[int] | None = None
) -> list[Candidate]:
    """Return the Available agents who serve any of these queues; of some agents
    alone, where they are named."""
    members = Agent.teams.through.objects.filter(
        team__distribution__queue__in=queue_ids
    )
    agents = Agent.objects.filter(
        pk__in=members.values("agent"),
        state=AgentState.AVAILABLE,
        is_active=True,
        role__in=[Role.AGENT, Role.SUPERVISOR],
    )
    return as_candidates(
        agents if agent_ids is None else agents.filter(pk__in=agent_ids)
    )


def as_candidates(agents: QuerySet[Agent]) -> list[Candidate]:
    """Return agents as routing sees them, each with the capacity of their profile."""
    rows = list(
        agents.order_by()
        .annotate(profile=most_specific_profile())
        .values_list("pk", "available_since", "profile")
    )
    if not rows:
        return []
    ids = [row[0] for row in rows]
    capacity = _capacities({row[2] for row in rows})
    live = live_shares(ids)
    serving = joins_after(ids)
    return [
        Candidate(
            agent_id=agent_id,
            available_since=since or NEVER,
            capacity=capacity.get(profile_id, NO_CAPACITY),
            live=live[agent_id],
            joins_after=serving[agent_id],
        )
        for agent_id, since, profile_id in rows
    ]


def most_specific_profile() -> Coalesce:
    """Return the expression for the id of an agent's profile: the agent's own, else
    that of the first team (by name) with one, else the organisation's."""
    of_team = Team.objects.filter(
        agents=OuterRef("pk"), multimedia_profile__isnull=False
    ).order_by("name", "pk")
    return Coalesce(
        F("multimedia_profile_id"),
        Subquery(of_team.values("multimedia_profile_id")[:1]),
        F("organisation__default_multimedia_profile_id"),
        output_field=IntegerField(),
    )


def _capacities(profile_ids: Collection[int | None]) -> Mapping[int | None, Capacity]:
    known = [pk for pk in profile_ids if pk is not None]
    profiles = MultimediaProfile.objects.filter(pk__in=known)
    return {
        profile.pk: Capacity(
            profile.blending_mode,
            {channel: getattr(profile, channel) for channel in Channel.values},
        )
        for profile in profiles.order_by()
    }


def live_shares(agent_ids: Collection[int]) -> Mapping[int, Counter[str]]:
    """Return per agent the number of live shares per channel."""
    rows = (
        Assignment.objects.filter(agent__in=agent_ids, state__in=LIVE_STATES)
        .order_by()
        .values_list("agent", "contact__channel")
        .annotate(Count("pk"))
    )
    counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for agent_id, channel, count in rows:
        counts[agent_id][channel] = count
    return counts


def joins_after(agent_ids: Collection[int]) -> Mapping[int, dict[int, int]]:
    """Return per agent {queue: seconds after which the agent joins its search}.

    Of inactive queues too: they take no new contacts, but those who wait are served.
    """
    rows = (
        DistributionGroup.objects.filter(team__agents__in=agent_ids)
        .order_by()
        .values_list("team__agents", "queue")
        .annotate(Min("after_seconds"))
    )
    serving: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for agent_id, queue_id, seconds in rows:
        serving[agent_id][queue_id] = seconds
    return serving


@dataclass(frozen=True)
class Place:
    """Where a contact stands in the line."""

    priority: int
    enqueued_at: datetime
    contact_id: UUID


def waiting_contacts(
    demand: Mapping[tuple[str, int], Collection[int]],
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
    wanted = [
        Q(
            channel=channel,
            queue__in=queue_ids,
            visit_started_at__lte=now - timedelta(seconds=delay),
        )
        for (channel, delay), queue_ids in demand.items()
    ]
    if not wanted:
        return [], None
    contacts = Contact.objects.filter(
        reduce(or_, wanted), organisation=organisation_id, state=ContactState.QUEUED
    )
    if after is not None:
        contacts = contacts.filter(_behind(after))
    fields = ("pk", "queue_id", "channel", "visit_started_at")
    rows = list(
        contacts.order_by("-priority", "enqueued_at", "pk").values_list(
            *fields, "priority", "enqueued_at"
        )[:limit]
    )
    closed = closed_to([row[0] for row in rows], now=now)
    waiting = [
        Waiting(
            contact_id=pk,
            queue_id=queue_id,
            channel=channel,
            visit_started_at=started_at,
            closed_to=frozenset(closed[pk]),
        )
        for pk, queue_id, channel, started_at, _, _ in rows
    ]
    if len(rows) < limit:
        return waiting, None
    pk, _, _, _, priority, enqueued_at = rows[-1]
    return waiting, Place(priority, enqueued_at, pk)


def _behind(place: Place) -> Q:
    later = Q(enqueued_at__gt=place.enqueued_at) | Q(
        enqueued_at=place.enqueued_at, pk__gt=place.contact_id
    )
    return Q(priority__lt=place.priority) | Q(priority=place.priority) & later


def as_waiting(contact: Contact, *, now: datetime) -> Waiting:
    """Return a queued contact as routing sees it."""
    assert contact.queue_id is not None
    assert contact.visit_started_at is not None
    return Waiting(
        contact_id=contact.pk,
        queue_id=contact.queue_id,
        channel=contact.channel,
        visit_started_at=contact.visit_started_at,
        closed_to=frozenset(closed_to([contact.pk], now=now)[contact.pk]),
    )


def closed_to(
    contact_ids: Collection[UUID], *, now: datetime
) -> Mapping[UUID, set[int]]:
    """Return per contact the agents who do not get it now (E10): they missed it and
    did not select Available since, declined it in the last 60 s, or have a share."""
    missed = Q(state=AssignmentState.RONA) & Q(ended_at__gte=F("agent__state_since"))
    declined = (
        Q(state=AssignmentState.DECLINED)
        & Q(ended_at__gte=F("agent__state_since"))
        & Q(ended_at__gt=now - DECLINE_EXCLUDES)
    )
    rows = Assignment.objects.filter(
        Q(state__in=LIVE_STATES) | missed | declined, contact__in=contact_ids
    )
    closed: defaultdict[UUID, set[int]] = defaultdict(set)
    for contact_id, agent_id in rows.order_by().values_list("contact", "agent"):
        closed[contact_id].add(agent_id)
    return closed


# --- who takes part -----------------------------------------------------------
def talking_agents(contact_ids: Collection[UUID]) -> Mapping[UUID, dict[int, str]]:
    """Return per contact {agent: role} of the connected shares."""
    rows = Assignment.objects.filter(
        contact__in=contact_ids, state=AssignmentState.CONNECTED
    ).order_by()
    talking: defaultdict[UUID, dict[int, str]] = defaultdict(dict)
    for contact_id, agent_id, role in rows.values_list("contact", "agent", "role"):
        talking[contact_id][agent_id] = role
    return talking


# --- cards --------------------------------------------------------------------
@dataclass(frozen=True)
class Card:
    """A live share with what its card shows besides."""

    share: Assignment
    unread: int
    last_text: Message | None
    # The consulted agent's share: asked, joined, or left by the customer's leaving.
    consulted: Assignment | None = None


CARD_ORDER = {
    AssignmentState.OFFERED: 0,
    AssignmentState.CONNECTED: 1,
    AssignmentState.WRAPUP: 2,
}


# Whose agent has not given the contact away.
IN_HAND = ~Q(state=AssignmentState.WRAPUP, outcome=TRANSFERRED)


def cards(*conditions: Q, **where: Any) -> list[Card]:
    """Return the cards of live shares: offered (oldest first), connected, wrap-up."""
    texts = Message.objects.filter(contact=OuterRef("contact"), kind=MessageKind.TEXT)
    unread = (
        texts.filter(seq__gt=OuterRef("read_seq"))
        .exclude(sender_key=Concat(Value("agent."), OuterRef("agent")))
        .order_by()
        .values("contact")
        .annotate(number=Count("pk"))
        .values("number")
    )
    shares = list(
        Assignment.objects.filter(*conditions, state__in=LIVE_STATES, **where)
        .select_related("contact__customer", "queue", "agent", "requested_by")
        .annotate(
            unread=Coalesce(Subquery(unread), 0),
            last_text=Subquery(texts.order_by("-seq").values("pk")[:1]),
        )
    )
    shown = Message.objects.in_bulk([share.last_text for share in shares])
    asked = _consulted({share.contact_id for share in shares})
    shares.sort(
        key=lambda s: (CARD_ORDER[AssignmentState(s.state)], s.offered_at, s.pk)
    )
    return [
        Card(
            share=share,
            unread=share.unread,
            last_text=shown.get(share.last_text),
            consulted=asked.get(share.contact_id),
        )
        for share in shares
    ]


def _consulted(contact_ids: Collection[UUID]) -> dict[UUID, Assignment]:
    """Return per contact the consulted share that its cards tell of."""
    pending = [AssignmentState.OFFERED, AssignmentState.CONNECTED]
    rows = Assignment.objects.filter(
        Q(state__in=pending) | Q(outcome="customer_left"),
        role=AssignmentRole.CONSULTED,
        contact__in=contact_ids,
    )
    return {row.contact_id: row for row in rows.select_related("agent").order_by("pk")}


def last_seqs_of(agent: Agent) -> dict[str, int]:
    """Return {contact: last_seq} of the conversations the agent has open."""
    rows = Assignment.objects.filter(
        IN_HAND,
        agent=agent,
        state__in=[AssignmentState.CONNECTED, AssignmentState.WRAPUP],
    ).order_by()
    return {
        str(contact_id): seq
        for contact_id, seq in rows.values_list("contact", "contact__last_seq")
    }


# --- what the customer sees ---------------------------------------------------
@dataclass(frozen=True)
class CustomerView:
    """A contact with what its customer sees besides."""

    contact: Contact
    position: int | None  # in the line, 1 for the next; None if not waiting
    answer_interval: float | None  # mean seconds between answers; None if unknown
    agents: list[str]  # display names of those who talk


def customer_views(contacts: Iterable[Contact], *, now: datetime) -> list[CustomerView]:
    """Return what their customers see, at the same cost however many they are."""
    rows = list(contacts)
    positions = _positions([row.pk for row in rows if row.state in WAITING_STATES])
    waited_for = {row.queue_id for row in rows if row.pk in positions}
    intervals = _answer_intervals(waited_for, now=now)
    agents = _names_in([row.pk for row in rows if row.state == ContactState.CONNECTED])
    return [
        CustomerView(
            contact=row,
            position=positions.get(row.pk),
            answer_interval=intervals.get(row.queue_id),
            agents=agents[row.pk],
        )
        for row in rows
    ]


def _positions(contact_ids: Collection[UUID]) -> Mapping[UUID, int]:
    """Two counts, as each is a range of the index; one condition for both is not."""
    if not contact_ids:
        return {}
    waiting = Contact.objects.filter(
        queue=OuterRef("queue"), state__in=WAITING_STATES
    ).order_by()
    higher = waiting.filter(priority__gt=OuterRef("priority"))
    earlier = waiting.filter(
        priority=OuterRef("priority"), enqueued_at__lt=OuterRef("enqueued_at")
    )
    rows = Contact.objects.filter(pk__in=contact_ids, state__in=WAITING_STATES)
    return dict(
        rows.order_by().values_list("pk", _number(higher) + _number(earlier) + 1)
    )


def _number(rows: QuerySet[Contact]) -> Coalesce:
    counts = rows.values("queue").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counts), 0)


def _answer_intervals(
    queue_ids: Collection[int | None], *, now: datetime
) -> Mapping[int | None, float]:
    """Return per queue the mean seconds between answers over the last hour, where
    there were enough to tell."""
    if not queue_ids:
        return {}
    rows = (
        QueueVisit.objects.filter(
            queue__in=queue_ids, outcome=VisitOutcome.ANSWERED, left_at__gt=now - RECENT
        )
        .order_by()
        .values_list("queue")
        .annotate(Min("left_at"), Max("left_at"), Count("pk"))
    )
    return {
        queue_id: (last - first).total_seconds() / (number - 1)
        for queue_id, first, last, number in rows
        if number >= ENOUGH_ANSWERS
    }


def _names_in(contact_ids: Collection[UUID]) -> Mapping[UUID, list[str]]:
    names: defaultdict[UUID, list[str]] = defaultdict(list)
    if not contact_ids:
        return names
    talking = Assignment.objects.filter(
        contact__in=contact_ids, state=AssignmentState.CONNECTED
    ).order_by("connected_at", "pk")
    for contact_id, name in talking.values_list("contact", "agent__display_name"):
        names[contact_id].append(name)
    return names


def line_of(queue_id: int) -> QuerySet[Contact]:
    """Return the contacts that wait in a queue, the next one first."""
    return Contact.objects.filter(queue=queue_id, state__in=WAITING_STATES).order_by(
        "-priority", "enqueued_at", "pk"
    )


# --- conversations and lists --------------------------------------------------
MESSAGES_AT_ONCE = 500


def messages_after(contact_id: UUID, seq: int) -> list[Message]:
    """Return the lines after `seq`, and earlier ones that were masked later, oldest
    first, at most 500."""
    rows = Message.objects.filter(
        Q(seq__gt=seq) | Q(seq__lte=seq, rev__gt=0), contact=contact_id
    )
    return list(rows.order_by("seq")[:MESSAGES_AT_ONCE])


def history_of(contact: Contact) -> QuerySet[Contact]:
    """Return earlier contacts of the same customer, then of the same address; newest
    first, each with its `match`: identity, visitor or address."""
    customer = contact.customer
    same = Q(customer=customer)
    if customer.email_key:
        same |= Q(customer__email_key=customer.email_key)
    if customer.phone_key:
        same |= Q(customer__phone_key=customer.phone_key)
    own = "identity" if customer.is_verified else "visitor"
    return (
        Contact.objects.filter(
            same, organisation=contact.organisation_id, state=ContactState.ENDED
        )
        .exclude(pk=contact.pk)
        .annotate(
            match=Case(
                When(customer=customer, then=Value(own)), default=Value("address")
            )
        )
        .select_related("queue")
        .prefetch_related("assignments__agent", "assignments__wrap_up")
        .order_by("-opened_at", "-pk")
    )


def shown(contact_id: UUID, shares: QuerySet[Assignment] | None = None) -> Contact:
    """Return one contact with all that its JSON shows: these shares, or all."""
    return with_shares(Contact.objects.filter(pk=contact_id), shares).get()


def with_live(people: QuerySet[Agent]) -> QuerySet[Agent]:
    """Return people with `live`, the number of their contacts in hand."""
    live = Count("assignments", filter=Q(assignments__state__in=LIVE_STATES))
    return people.annotate(live=live).select_related("idle_code")


def with_shares(
    contacts: QuerySet[Contact], shares: QuerySet[Assignment] | None = None
) -> QuerySet[Contact]:
    """Return the contacts with all that their JSON shows, in two queries: these
    shares, or all."""
    shares = Assignment.objects.all() if shares is None else shares
    rows = shares.select_related("agent", "queue", "wrap_up")
    return contacts.select_related("entry_point", "queue", "customer").prefetch_related(
        Prefetch("assignments", rows.order_by("offered_at", "pk"))
    )

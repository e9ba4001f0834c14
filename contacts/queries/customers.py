"""What customers see of their contacts: their place in the line, who talks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import (
    Count,
    Exists,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce

from agents import addresses
from agents.models import AgentState, Channel, Role
from contacts.models import (
    IN_LINE,
    WAITING_STATES,
    Assignment,
    AssignmentKind,
    AssignmentState,
    Contact,
    ContactState,
    QueueVisit,
    VisitOutcome,
)
from contacts.queries.video import call_shown
from core.prepared import Prepared
from queues.models import DistributionGroup, Queue

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from uuid import UUID

RECENT = timedelta(hours=1)
ENOUGH_ANSWERS = 3
# Who left a message waits elsewhere: agents have other slots for mail.
ON_THE_LINE = ~Q(channel=Channel.EMAIL)


class Talking(NamedTuple):
    """An agent who talks, as the customer sees them."""

    name: str
    address: str
    picture: str | None  # the name by which it is served
    call: dict[str, Any] | None  # the contact's video call that is on, as `call_shown`


class Queued(NamedTuple):
    """What is known of a queue to those who wait there."""

    is_attended: bool  # somebody who serves it is at work
    answer_interval: float | None  # mean seconds between answers; None if unknown


UNKNOWN = Queued(is_attended=True, answer_interval=None)


@dataclass(frozen=True)
class CustomerView:
    """A contact with what its customer sees besides."""

    contact: Contact
    position: int | None  # in the line, 1 for the next; None if not waiting in one
    is_attended: bool  # somebody who serves the queue is at work
    answer_interval: float | None  # mean seconds between answers; None if unknown
    agents: list[Talking]
    may_attach: bool
    call: dict[str, Any] | None  # the video call that is on, as `call_shown`


def customer_views(
    contacts: Iterable[Contact],
    *,
    now: datetime,
    positions: Mapping[UUID, int] | None = None,
) -> list[CustomerView]:
    """Return what their customers see, at the same cost however many they are.

    `positions` are their places in the line, where they are known; else they are
    counted.
    """
    rows = list(contacts)
    prefetch_related_objects(rows, "organisation")  # where it is not there yet
    if positions is None:
        positions = _positions([row.pk for row in rows if row.state in WAITING_STATES])
    else:
        given = _given([row.pk for row in rows if row.state == ContactState.OFFERED])
        positions = {pk: n for pk, n in positions.items() if pk not in given}
    lines = _lines({row.queue_id for row in rows if row.pk in positions}, now=now)
    talking = _talking_in(
        [row.pk for row in rows if row.state == ContactState.CONNECTED]
    )
    return [
        CustomerView(
            contact=row,
            position=positions.get(row.pk),
            is_attended=lines.get(row.queue_id, UNKNOWN).is_attended,
            answer_interval=lines.get(row.queue_id, UNKNOWN).answer_interval,
            agents=talking[row.pk],
            may_attach=not row.is_ended and row.organisation.attachments_enabled,
            call=next((agent.call for agent in talking[row.pk]), None),
        )
        for row in rows
    ]


def _positions(contact_ids: Collection[UUID]) -> Mapping[UUID, int]:
    return dict(POSITIONS.rows(pk__in=contact_ids))


def _places() -> QuerySet[Any, Any]:
    """Two counts, as each is a range of the index; one condition for both is not."""
    waiting = Contact.objects.filter(
        ON_THE_LINE, queue=OuterRef("queue"), state__in=WAITING_STATES
    ).order_by()
    higher = waiting.filter(priority__gt=OuterRef("priority"))
    earlier = waiting.filter(
        priority=OuterRef("priority"), enqueued_at__lt=OuterRef("enqueued_at")
    )
    given = Exists(_transfers().filter(contact=OuterRef("pk")))
    rows = Contact.objects.filter(~given, state__in=WAITING_STATES).order_by()
    return rows.values_list("pk", _number(higher) + _number(earlier) + 1)


def _number(rows: QuerySet[Contact]) -> Coalesce:
    counts = rows.values("queue").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counts), 0)


POSITIONS = Prepared(_places)


def _given(contact_ids: Collection[UUID]) -> set[UUID]:
    return set(GIVEN.rows(contact__in=contact_ids))


def _transfers() -> QuerySet[Assignment]:
    """Return shares whose contacts are offered to one agent by another: they stand in
    no line."""
    return Assignment.objects.filter(
        state=AssignmentState.OFFERED, kind=AssignmentKind.TRANSFER
    ).order_by()


GIVEN = Prepared(lambda: _transfers().values_list("contact", flat=True))


def _lines(
    queue_ids: Collection[int | None], *, now: datetime
) -> Mapping[int | None, Queued]:
    """Return what of these queues is known to those who wait there."""
    if not queue_ids:
        return {}
    over_an_hour = {"left_at__gt": now - RECENT, "left_at__lte": now}
    answers = {
        queue_id: _interval(*these)
        for queue_id, *these in ANSWERS.rows(queue__in=queue_ids, **over_an_hour)
    }
    return {
        queue_id: Queued(is_attended, answers.get(queue_id))
        for queue_id, is_attended in ATTENDED.rows(pk__in=queue_ids)
    }


def _attended() -> QuerySet[Any, Any]:
    """Return queues with whether somebody who serves them is at work."""
    at_work = DistributionGroup.objects.filter(
        queue=OuterRef("pk"),
        team__agents__is_active=True,
        team__agents__role__in=[Role.AGENT, Role.SUPERVISOR],
        team__agents__state__in=[s for s in AgentState if s != AgentState.OFFLINE],
    )
    return Queue.objects.order_by().values_list("pk", Exists(at_work))


ATTENDED = Prepared(_attended)


def _answers() -> QuerySet[Any, Any]:
    """Return queues with the times of the first and the last answer, and their
    number."""
    answered = QueueVisit.objects.filter(outcome=VisitOutcome.ANSWERED).order_by()
    queues = answered.values_list("queue")
    return queues.annotate(Min("left_at"), Max("left_at"), Count("pk"))


ANSWERS = Prepared(_answers)


def _interval(first: datetime, last: datetime, number: int) -> float | None:
    """Return the mean seconds between answers, where there were enough to tell."""
    if number < ENOUGH_ANSWERS:
        return None
    return (last - first).total_seconds() / (number - 1)


def _talking_in(contact_ids: Collection[UUID]) -> Mapping[UUID, list[Talking]]:
    found: defaultdict[UUID, list[Talking]] = defaultdict(list)
    if not contact_ids:
        return found
    for contact_id, agent_id, name, picture, call in TALKING.rows(
        contact__in=contact_ids
    ):
        address = addresses.of_agent(agent_id)
        found[contact_id].append(Talking(name, address, picture, call))
    return found


def _talking() -> QuerySet[Any, Any]:
    talking = Assignment.objects.filter(state=AssignmentState.CONNECTED)
    columns = ("contact", "agent", "agent__display_name", "agent__picture__name")
    rows = talking.values_list(*columns, call_shown("contact"))
    return rows.order_by("connected_at", "pk")


TALKING = Prepared(_talking)


def line_of(queue_id: int) -> QuerySet[Contact]:
    """Return the contacts that wait in a queue, the next one first."""
    waiting = Contact.objects.filter(
        ON_THE_LINE, queue=queue_id, state__in=WAITING_STATES
    )
    return waiting.order_by(*IN_LINE)

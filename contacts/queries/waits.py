"""Expressions of a share: how long its customer waits, and for what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce, JSONObject

from contacts.models import (
    Assignment,
    AssignmentKind,
    AssignmentOutcome,
    AssignmentState,
    ContactState,
    Message,
    MessageKind,
    QueueVisit,
    SenderKind,
    VisitOutcome,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.db.models.expressions import Combinable

# How a share ended whose contact goes on with somebody else.
GIVEN_UP = Q(
    outcome__in=[
        AssignmentOutcome.RONA,
        AssignmentOutcome.DECLINED,
        AssignmentOutcome.WITHDRAWN,
        AssignmentOutcome.LOST,
        AssignmentOutcome.REQUEUED,
    ]
)


def waiting_since() -> Combinable:
    """Since when the customer has stood in line before this offer, over all queues and
    missed offers, but not before the last agent who talked to them. Whoever was given
    from agent to agent has waited since then."""
    visits = QueueVisit.objects.filter(contact=OuterRef("contact"))
    answered = visits.filter(
        outcome=VisitOutcome.ANSWERED,
        left_at__gt=OuterRef("entered_at"),
        left_at__lt=OuterRef(OuterRef("offered_at")),
    )
    first = visits.filter(~Exists(answered), entered_at__lte=OuterRef("offered_at"))
    in_line = Subquery(first.order_by("entered_at").values("entered_at")[:1])
    routed = When(kind=AssignmentKind.ROUTED, then=in_line)
    return Coalesce(Case(routed), F("offered_at"))


def unanswered_lines(contact: str) -> QuerySet[Message]:
    """Return the customer's lines to which no agent has said anything yet, of the
    contact in this column of the outer rows."""
    texts = Message.objects.filter(kind=MessageKind.TEXT)
    answers = texts.filter(
        contact=OuterRef(OuterRef(contact)), sender_kind=SenderKind.AGENT
    )
    answered = Subquery(answers.order_by("-seq").values("seq")[:1])
    return texts.filter(
        contact=OuterRef(contact),
        sender_kind=SenderKind.CUSTOMER,
        seq__gt=Coalesce(answered, 0),
    )


def unanswered_line() -> Combinable:
    """When the customer said the first line to which no agent has said anything yet;
    null where there is none, or nobody to answer any more."""
    first = unanswered_lines("contact")
    return Case(
        When(
            Q(state=AssignmentState.CONNECTED) & ~Q(contact__state=ContactState.ENDED),
            then=Subquery(first.order_by("seq").values("created_at")[:1]),
        )
    )


def returned_from() -> Combinable:
    """Who had this offered contact before, as {id, display_name}: the agent who missed
    or declined it, was lost, or had it taken; null for a contact that is new, or that
    somebody handed over."""
    earlier = Assignment.objects.filter(
        contact=OuterRef("contact"), pk__lt=OuterRef("pk")
    ).exclude(kind=AssignmentKind.CONFERENCE)
    who = JSONObject(id="agent", display_name="agent__display_name")
    last = earlier.order_by("-pk").values(who=Case(When(GIVEN_UP, then=who)))
    return Case(
        When(
            state=AssignmentState.OFFERED,
            kind=AssignmentKind.ROUTED,
            then=Subquery(last[:1]),
        )
    )

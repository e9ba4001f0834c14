"""What has to be looked at now: the first page counts it, and lists show the same rows.

What is wrong with contacts is told as one condition, so that a number and its list
agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Count,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.utils.translation import gettext_lazy as _

from agents.models import Agent, AgentState, Channel, Role
from contacts import queries
from contacts.models import (
    WAITING_STATES,
    Assignment,
    AssignmentRole,
    AssignmentState,
    Contact,
    ContactState,
)
from contacts.queries import waits
from core.expressions import Seconds
from queues.routing import REAL_TIME

if TYPE_CHECKING:
    from collections.abc import Callable

    from django_stubs_ext import StrOrPromise

TAKERS = (Role.AGENT, Role.SUPERVISOR)
LONG_WRAP_UP = timedelta(minutes=5)
LONG_SILENCE = timedelta(hours=4)


@dataclass(frozen=True, eq=False)
class Matter:
    """Something that may be wrong with a contact: its key in an address, its name in
    the list's filter, and the condition of contacts with which it is."""

    key: str
    name: StrOrPromise
    condition: Callable[[datetime], Q]


def _beyond_service_level(now: datetime) -> Q:
    """Whoever waits longer than the queue's `service_level_threshold`."""
    return Q(
        state__in=WAITING_STATES,
        channel__in=REAL_TIME,
        visit_started_at__lt=_ago(now, "queue__service_level_threshold"),
    )


def _unanswered(now: datetime) -> Q:
    """Whoever waits for an agent's answer longer than the queue's
    `first_response_threshold`: since the first line that nobody has answered, or since
    its present agent accepted what was written before, as the agent's card has it."""
    limit = _ago(now, "contact__queue__first_response_threshold")
    unanswered = waits.unanswered_lines("pk").filter(created_at__lt=limit)
    owners = Assignment.objects.filter(
        contact=OuterRef("pk"),
        state=AssignmentState.CONNECTED,
        role=AssignmentRole.PRIMARY,
        connected_at__lt=limit,
    )
    is_late = Q(Exists(unanswered), Exists(owners))
    return is_late & Q(state=ContactState.CONNECTED, channel__in=REAL_TIME)


def _in_wrap_up(now: datetime) -> Q:
    shares = Assignment.objects.filter(
        contact=OuterRef("pk"),
        state=AssignmentState.WRAPUP,
        wrapup_at__lt=now - LONG_WRAP_UP,
    )
    return Q(Exists(shares))


def _silent(now: datetime) -> Q:
    return Q(
        state=ContactState.CONNECTED,
        channel__in=REAL_TIME,
        last_message_at__lte=now - LONG_SILENCE,
    )


def _ago(now: datetime, seconds: str) -> ExpressionWrapper[Any]:
    """Return the time so many seconds before now, as a column has them."""
    return ExpressionWrapper(
        Value(now, DateTimeField()) - Seconds(seconds), DateTimeField()
    )


SERVICE_LEVEL = Matter(
    "service_level", _("Waiting beyond the service level"), _beyond_service_level
)
ANSWER = Matter("answer", _("Waiting for an answer for too long"), _unanswered)
WRAP_UP = Matter("wrap_up", _("In wrap-up for over 5 minutes"), _in_wrap_up)
SILENT = Matter("silent", _("Silent for over 4 hours"), _silent)
MATTERS = (SERVICE_LEVEL, ANSWER, WRAP_UP, SILENT)


@dataclass(frozen=True)
class Found:
    """With how many contacts of a queue or of an organisation something is wrong."""

    pk: int
    name: str
    number: int


def count(
    matter: Matter, contacts: QuerySet[Contact], *, by: str, now: datetime
) -> list[Found]:
    """Return the numbers of a matter, by name; `by` is "queue" or "organisation"."""
    rows = (
        contacts.filter(matter.condition(now))
        .order_by(f"{by}__name", by)
        .values_list(by, f"{by}__name")
        .annotate(Count("pk"))
    )
    return [Found(*row) for row in rows]


def available(agents: QuerySet[Agent]) -> QuerySet[Agent]:
    """Return those of the agents whom routing asks."""
    return agents.filter(
        state=AgentState.AVAILABLE, is_active=True, role__in=TAKERS
    ).order_by("display_name", "pk")


def full(agents: QuerySet[Agent]) -> list[Agent]:
    """Return the Available agents who have as many chats as they can take, by name."""
    taken = {
        each.agent_id
        for each in queries.as_candidates(available(agents))
        if each.capacity.slots.get(Channel.CHAT)
        and not each.capacity.free(Channel.CHAT, each.live)
    }
    if not taken:
        return []
    rows = agents.filter(pk__in=taken).select_related("organisation")
    return list(rows.order_by("display_name", "pk"))

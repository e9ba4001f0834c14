"""Time-driven work of agents' shares that need the wrap-up codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from agents.models import Agent, AgentState
from agents.services import presence
from contacts.models import LIVE_STATES, Assignment, AssignmentState
from core.sweeping import each
from wrapup.services import losses, wrapups

if TYPE_CHECKING:
    from datetime import datetime

AT_ONCE = 1000
REASON = "connection lost"


def complete_wrap_ups(now: datetime) -> int:
    """Finish wrap-ups whose time is over with the default code. Return how many."""
    due = Assignment.objects.filter(
        state=AssignmentState.WRAPUP, wrapup_deadline__lte=now
    ).order_by("wrapup_deadline")
    ids = list(due.values_list("pk", flat=True)[:AT_ONCE])
    return each(ids, lambda pk: wrapups.complete_due(share_id=pk, now=now))


def lose_agents(now: datetime, *, since: datetime) -> int:
    """Take agents offline who are out of reach for longer than the recovery time.

    `since` is when presence began to be watched without a gap. Return how many.
    """
    lost = presence.lost_agents(now=now, since=since)
    return each(
        lost,
        lambda pk: losses.lose(agent_id=pk, reason=REASON, now=now, heard_at=lost[pk]),
    ) + _finish_losses(now)


def _finish_losses(now: datetime) -> int:
    """Finish what a crash left undone: nobody offline keeps a live share."""
    live = Assignment.objects.filter(agent=OuterRef("pk"), state__in=LIVE_STATES)
    left = Agent.objects.filter(Exists(live), state=AgentState.OFFLINE)
    ids = list(left.values_list("pk", flat=True))
    return each(ids, lambda pk: losses.give_up_all(agent_id=pk, now=now))

"""Time-driven work of agents' shares that need the wrap-up codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop

from agents.services import presence
from core.sweeping import each
from wrapup import dues
from wrapup.services import losses, wrapups

if TYPE_CHECKING:
    from datetime import datetime

REASON = gettext_noop("connection lost")


def is_anything_due(now: datetime) -> bool:
    """Whether any timer may have something to do."""
    return dues.is_anything_due(now)


def complete_wrap_ups(now: datetime) -> int:
    """Finish wrap-ups whose time is over with the default code. Return how many."""
    return each(
        "complete_wrap_ups",
        dues.wrap_ups_over(now)
        .order_by("wrapup_deadline")
        .values_list("pk", flat=True),
        lambda pk: wrapups.complete_due(share_id=pk, now=now),
        now=now,
    )


def lose_agents(now: datetime, *, since: datetime) -> int:
    """Take agents offline who are out of reach for longer than the recovery time.

    `since` is when presence began to be watched without a gap. Return how many.
    """
    lost = presence.lost_agents(now=now, since=since)
    return each(
        "lose_agents",
        list(lost),
        lambda pk: losses.lose(agent_id=pk, reason=REASON, now=now, heard_at=lost[pk]),
        now=now,
        at_most=None,
    )


def finish_losses(now: datetime) -> int:
    """Finish what a crash, or a share that failed, left undone: nobody offline keeps a
    live share. Return how many there were."""
    return each(
        "finish_losses",
        losses.left_behind(),
        lambda pk: losses.give_up(share_id=pk, now=now),
        now=now,
    )

"""The log of states of people whose days are made up: without gaps, and without a word
about the days on which they have really been here."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from agents.models import Agent, AgentState, StateLog

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from administration.history.desks import Desk


def absent(agents: Iterable[Agent], *, start: datetime, end: datetime) -> set[int]:
    """Return who cannot have worked from `start` to `end`: their log says already where
    they were, or begins there."""
    return {agent.pk for agent in agents if not _is_free(agent, start, end)}


def _is_free(agent: Agent, start: datetime, end: datetime) -> bool:
    rows = StateLog.objects.filter(agent=agent)
    first, last = rows.order_by("from_at").first(), rows.order_by("-from_at").first()
    if first is None or last is None:
        return agent.state == AgentState.OFFLINE
    if end <= first.from_at:
        return True
    is_away = last.until_at is None and last.state == AgentState.OFFLINE
    return is_away and last.from_at <= start


def keep(desk: Desk) -> None:
    """Store the log of a day of a desk that nobody has used since, or ever."""
    if not desk.log:
        return
    rows = StateLog.objects.filter(agent=desk.agent)
    following = rows.filter(from_at__gte=desk.log[-1].since).order_by("from_at").first()
    if following is None:
        rows.filter(until_at=None).update(until_at=desk.log[0].since)
    ends = following.from_at if following else None
    spells = [
        StateLog(
            agent=desk.agent,
            state=spell.state,
            idle_code=spell.code,
            changed_by=desk.agent if spell.is_chosen else None,
            from_at=spell.since,
        )
        for spell in desk.log
    ]
    for row, after in pairwise(spells):
        row.until_at = after.from_at
    spells[-1].until_at = ends
    StateLog.objects.bulk_create(spells)
    if ends is None:
        Agent.objects.filter(pk=desk.pk).update(state_since=spells[-1].from_at)

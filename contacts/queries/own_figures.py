"""What an agent has done today: chats, first responses, ratings, time in states."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Avg, Count, Q

from agents.models import AgentState, Channel, StateLog
from agents.queries import day_began_at
from contacts.models import Assignment, AssignmentRole
from contacts.queries.first_words import first_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from agents.models import Agent, AgentSkill


@dataclass(frozen=True)
class OwnFigures:
    """Of one person, since the day began where the organisation is; and the skills
    that they have."""

    since: datetime
    chats: int
    first_response_seconds: int | None
    rating: float | None
    states: Mapping[str, int]  # seconds
    skills: Sequence[AgentSkill]


def own_figures(agent: Agent, *, now: datetime) -> OwnFigures:
    """Return today's figures of a person (domain 6); the same few queries, whatever
    they have done."""
    assert agent.organisation is not None
    since = day_began_at(agent.organisation, now=now)
    shares = Assignment.objects.filter(
        agent=agent, connected_at__gte=since, contact__channel=Channel.CHAT
    ).order_by()
    rated = Q(role=AssignmentRole.PRIMARY)
    counted = shares.aggregate(
        chats=Count("contact", distinct=True),
        rating=Avg("contact__rating", filter=rated),
    )
    return OwnFigures(
        since=since,
        chats=counted["chats"],
        first_response_seconds=_first_response(agent, since),
        rating=counted["rating"],
        states=_states(agent, since, now),
        skills=list(agent.skill_levels.select_related("skill")),
    )


def _first_response(agent: Agent, since: datetime) -> int | None:
    """Return after how many seconds the agent's first line came, on average."""
    chats = Assignment.objects.filter(agent=agent, contact__channel=Channel.CHAT)
    waits = [length for _, _, length in first_words(chats, since=since)]
    if not waits:
        return None
    return round(sum(waits, timedelta()).total_seconds() / len(waits))


def _states(agent: Agent, since: datetime, now: datetime) -> dict[str, int]:
    """Return for how many seconds the agent was in which state, signed in."""
    spent: Counter[str] = Counter()
    stretches = StateLog.objects.filter(
        Q(until_at=None) | Q(until_at__gt=since), agent=agent
    ).exclude(state=AgentState.OFFLINE)
    for state, begun, over in stretches.values_list("state", "from_at", "until_at"):
        time = min(over or now, now) - max(begun, since)
        spent[state] += round(time.total_seconds())
    signed_in = [state for state in AgentState.values if state != AgentState.OFFLINE]
    return {state: max(0, spent[state]) for state in signed_in}

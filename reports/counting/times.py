"""How agents spent their time."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Q

from agents.models import Agent, AgentState, StateLog
from reports.counting.shares import shares_in
from reports.counting.tally import joined, without
from reports.models import AgentSums, IdleSums, Named, Subject

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reports.counting.tally import Stretch, Tally, Window

SIGNED_IN = {
    AgentState.AVAILABLE: "available_time",
    AgentState.IDLE: "idle_time",
    AgentState.RONA: "rona_time",
}


def count(tally: Tally) -> None:
    """Count time in states, with contacts in hand, and Available without any."""
    window = tally.window
    live, connected = _in_hand(window)
    busy = {agent: joined(stretches) for agent, stretches in live.items()}
    for agent, stretches in busy.items():
        tally.spread(AgentSums, (agent,), "busy_time", stretches)
    for agent, stretches in connected.items():
        tally.spread(AgentSums, (agent,), "connected_time", stretches)
        tally.spread(AgentSums, (agent,), "talking_time", joined(stretches))
    for agent, state, code, stretch in _states(window):
        if state == AgentState.IDLE:
            tally.spread(IdleSums, (agent, code), "in_code", [stretch])
        tally.spread(AgentSums, (agent,), SIGNED_IN[AgentState(state)], [stretch])
        if state == AgentState.AVAILABLE:
            free = without([stretch], busy.get(agent, []))
            tally.spread(AgentSums, (agent,), "free_time", free)


def _in_hand(
    window: Window,
) -> tuple[Mapping[int, list[Stretch]], Mapping[int, list[Stretch]]]:
    """Return by agent when shares were live, and when conversations went on."""
    busy: defaultdict[int, list[Stretch]] = defaultdict(list)
    connected: defaultdict[int, list[Stretch]] = defaultdict(list)
    rows = shares_in(window).values_list(
        *("agent", "offered_at", "connected_at", "wrapup_at", "ended_at")
    )
    for agent, offered_at, connected_at, wrapup_at, ended_at in rows.iterator():
        busy[agent].append(window.cut(offered_at, ended_at))
        if connected_at is not None:
            connected[agent].append(window.cut(connected_at, wrapup_at or ended_at))
    return busy, connected


def _states(window: Window) -> Iterator[tuple[int, str, str, Stretch]]:
    """Yield (agent, state, idle code, when) of those who were signed in."""
    people = Agent.objects.filter(organisation=window.organisation_id)
    # The log outlives people who are deleted.
    gone = Named.objects.filter(
        organisation=window.organisation_id, subject=Subject.AGENT
    )
    rows = StateLog.objects.filter(
        Q(agent__in=people.values("pk")) | Q(agent__in=gone.values("key")),
        Q(until_at=None) | Q(until_at__gt=window.since),
        from_at__lt=window.until,
        state__in=SIGNED_IN,
    ).order_by()
    for agent, state, code, begun, over in rows.values_list(
        *("agent", "state", "idle_code", "from_at", "until_at")
    ).iterator():
        yield agent, state, code, window.cut(begun, over)

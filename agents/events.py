from __future__ import annotations

from agents import queries
from agents.models import Agent
from agents.serializers import AgentSerializer
from core import realtime


def me(agent_id: int) -> None:
    """Tell all desks of an agent the agent's own state, as it is after the commit."""
    realtime.after_commit("me", agent_id, _tell)


def _tell(agent_ids: set[int]) -> None:
    agents = Agent.objects.select_related("idle_code").prefetch_related("teams")
    context = {"slots": queries.slots_of(agent_ids)}
    for agent in agents.filter(pk__in=agent_ids):
        me = AgentSerializer(agent, context=context).data
        realtime.publish("me", {"me": me}, to=[agent.address])

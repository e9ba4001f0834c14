from __future__ import annotations

from agents.models import Agent
from agents.serializers import AgentSerializer
from core import realtime


def me(agent_id: int) -> None:
    """Tell all desks of an agent the agent's own state, as it is after the commit."""
    realtime.after_commit("me", agent_id, _tell)


def _tell(agent_ids: set[int]) -> None:
    agents = Agent.objects.select_related("idle_code").prefetch_related("teams")
    for agent in agents.filter(pk__in=agent_ids):
        realtime.publish("me", {"me": AgentSerializer(agent).data}, to=[agent.address])

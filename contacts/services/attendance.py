"""Somebody comes to work or goes home: those who wait hear whether anybody is there."""

from __future__ import annotations

from contacts import events
from queues.models import DistributionGroup


def changed(agent_id: int) -> None:
    """Tell those who wait in the agent's queues, with their next place."""
    served = DistributionGroup.objects.filter(team__agents=agent_id).order_by()
    for queue_id in served.values_list("queue", flat=True).distinct():
        events.positions_soon(queue_id)

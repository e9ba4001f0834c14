"""What is looked at where somebody is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.models import AgentState
from tests import steps
from tests.contacts.floor import state_of
from tests.steps import API, client_for

if TYPE_CHECKING:
    from agents.models import Agent
    from tests.clockwork import Clockwork
    from tests.steps import Chat


def events_of(chat: Chat) -> list[tuple[str, str | None]]:
    lines = [line["event"] for line in steps.lines_of(chat)]
    return [(event["code"], event["name"]) for event in lines if event]


def is_lost(agent: Agent, clockwork: Clockwork) -> None:
    """Let time pass until the agent has been out of reach for too long; everybody
    else who is signed in says something now and then."""
    others = [
        client_for(other)
        for other in type(agent).objects.exclude(pk=agent.pk)
        if other.state != AgentState.OFFLINE
    ]
    clockwork.sweeps()
    for _ in range(12):
        clockwork.runs(seconds=10)
        for other in others:
            other.get(f"{API}/me/")
    assert state_of(agent) == "offline"

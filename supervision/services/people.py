"""What supervisors and administrators do about people who work here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.services import sensitive_data
from contacts.services import availability

if TYPE_CHECKING:
    from datetime import datetime

    from agents.models import Agent


def set_state_of(
    *,
    agent: Agent,
    actor: Agent,
    state: str,
    reason: str,
    now: datetime,
    idle_code_id: int | None = None,
) -> Agent:
    """Change the state of an agent who is signed in, with a reason that is logged.

    Raise WrongState if the agent is offline, Invalid for a state that cannot be chosen,
    Dropped.
    """
    assert agent.organisation is not None
    return availability.set_state(
        agent=agent,
        state=state,
        idle_code_id=idle_code_id,
        now=now,
        changed_by=actor,
        reason=sensitive_data.storable(agent.organisation, reason),
    )

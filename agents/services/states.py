from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext

from agents.models import Agent, AgentState, IdleCode, StateLog
from core.errors import Invalid, WrongState

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime


@transaction.atomic
def set_state(
    *,
    agent_id: int,
    state: AgentState,
    now: datetime,
    idle_code: IdleCode | None = None,
    changed_by: Agent | None = None,
    reason: str = "",
    signs_in: bool = True,
) -> Agent:
    """Change an agent's state and log it; the same state and code change nothing.

    Raise WrongState if the agent is offline and the change does not sign them in.
    """
    agent = Agent.objects.select_for_update(of=("self",), no_key=True).get(pk=agent_id)
    if agent.state == AgentState.OFFLINE and not signs_in:
        raise WrongState(gettext("This agent is offline; only they can sign in."))
    if agent.state == state and agent.idle_code_id == (idle_code and idle_code.pk):
        return agent

    # Another change may have read the clock later and come first: the log never
    # runs backwards.
    since = max(now, agent.state_since)
    agent.state = state
    agent.idle_code = idle_code
    agent.state_since = since
    agent.available_since = since if state == AgentState.AVAILABLE else None
    agent.save(update_fields=["state", "idle_code", "state_since", "available_since"])
    _log(agent, changed_by=changed_by, reason=reason)
    return agent


def _log(agent: Agent, *, changed_by: Agent | None, reason: str) -> None:
    since = agent.state_since
    end_log(agent_id=agent.pk, now=since)
    StateLog.objects.create(
        agent=agent,
        state=agent.state,
        idle_code=agent.idle_code.name if agent.idle_code else "",
        reason=reason,
        changed_by=changed_by,
        from_at=since,
    )


def end_log(*, agent_id: int, now: datetime) -> None:
    """Note that the agent's stretch in the present state is over."""
    StateLog.objects.filter(agent=agent_id, until_at=None).update(until_at=now)


def send_to_rona(*, agent_ids: Collection[int], now: datetime) -> list[int]:
    """Put Available agents who let an offer pass into RONA. Return which."""
    agents = list(
        Agent.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=agent_ids, state=AgentState.AVAILABLE)
        .order_by("pk")
    )
    ids = [agent.pk for agent in agents]
    since = max([now, *(agent.state_since for agent in agents)])
    Agent.objects.filter(pk__in=ids).update(
        state=AgentState.RONA, state_since=since, available_since=None
    )
    StateLog.objects.filter(agent__in=ids, until_at=None).update(until_at=since)
    StateLog.objects.bulk_create(
        StateLog(agent=agent, state=AgentState.RONA, from_at=since) for agent in agents
    )
    return ids


def restart_clock(*, agent_id: int, now: datetime) -> None:
    """Move an Available agent to the end of the line: a share of theirs ended."""
    Agent.objects.filter(pk=agent_id, state=AgentState.AVAILABLE).update(
        available_since=Greatest(F("available_since"), now)
    )


def idle_code_for(agent: Agent, idle_code_id: int | None) -> IdleCode:
    """Return the active idle code of this id, or the default. Raise Invalid."""
    codes = IdleCode.objects.filter(organisation=agent.organisation_id, is_active=True)
    if idle_code_id is None:
        return codes.order_by("-is_default", "name")[0]
    code = codes.filter(pk=idle_code_id).first()
    if code is None:
        raise Invalid(
            "idle_code", gettext("This idle code does not exist or is not active.")
        )
    return code

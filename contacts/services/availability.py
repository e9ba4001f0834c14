"""An agent's state, with what it does to contacts: routing and outstanding cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from agents import events as agent_events
from agents.models import Agent, AgentState, AuditAction
from agents.services import push, sign_ins, states, trail
from contacts.models import LIVE_STATES, Assignment
from contacts.services import attendance, lapses, offers, router
from core import realtime
from core.closing import CloseCode
from core.errors import DomainError, Invalid

if TYPE_CHECKING:
    from datetime import datetime


class LiveAssignments(DomainError):
    code = "live_assignments"
    sentence = _("Finish your contacts before you sign out.")


def set_state(
    *,
    agent: Agent,
    state: str,
    now: datetime,
    idle_code_id: int | None = None,
    changed_by: Agent | None = None,
    reason: str = "",
) -> Agent:
    """Take the state that the agent, or a supervisor (`changed_by`), chose.

    Available starts routing; idle gives outstanding cards back to their queues (D23).
    Raise Invalid for a state that cannot be chosen, WrongState if a supervisor chooses
    for an agent who is offline.
    """
    if state not in {AgentState.AVAILABLE, AgentState.IDLE}:
        raise Invalid("state", gettext("Choose available or idle."))
    is_idle = state == AgentState.IDLE
    comes = agent.state == AgentState.OFFLINE
    before = _words(agent) if changed_by else ""
    with transaction.atomic():
        agent = states.set_state(
            agent_id=agent.pk,
            state=AgentState(state),
            idle_code=states.idle_code_for(agent, idle_code_id) if is_idle else None,
            now=now,
            changed_by=changed_by or agent,
            reason=reason,
            signs_in=changed_by is None,
        )
        if changed_by is not None:
            _note(agent, before, by=changed_by, reason=reason)
        agent_events.me(agent.pk)
        assert agent.organisation_id is not None
        router.route_soon(agent.organisation_id)
        if comes:
            attendance.changed(agent.pk)
    if is_idle:
        # A second step: nothing locks a contact while it holds an agent.
        offers.withdraw_all(agent_ids=[agent.pk], now=now)
    return agent


def _note(agent: Agent, before: str, *, by: Agent, reason: str) -> None:
    """Write down what a supervisor changed of somebody's state."""
    words = _words(agent)
    if words != before:
        trail.note(
            AuditAction.STATE_CHANGED,
            about=agent,
            by=by,
            changes={"state": (before, words)},
            reason=reason,
        )


def _words(agent: Agent) -> str:
    """Return the state, with the idle code where there is one."""
    code = f" ({agent.idle_code})" if agent.idle_code else ""
    return f"{agent.state}{code}"


@transaction.atomic
def sign_in(*, agent_id: int, now: datetime) -> None:
    """The first desk socket of an offline agent makes them idle."""
    agent = Agent.objects.select_for_update(of=("self",), no_key=True).get(pk=agent_id)
    if agent.state == AgentState.OFFLINE and agent.takes_contacts:
        code = states.idle_code_for(agent, None)
        states.set_state(
            agent_id=agent_id, state=AgentState.IDLE, idle_code=code, now=now
        )
        agent_events.me(agent_id)
        attendance.changed(agent_id)


@transaction.atomic
def sign_out(*, agent: Agent, now: datetime) -> None:
    """Go offline and close the desks. Raise LiveAssignments with contacts in hand."""
    agent = Agent.objects.select_for_update(of=("self",), no_key=True).get(pk=agent.pk)
    live = Assignment.objects.filter(agent=agent, state__in=LIVE_STATES)
    if live.exists():
        raise LiveAssignments
    _go_offline(agent, now, changed_by=agent)
    push.unsubscribe_all(agent)
    sign_ins.note_end(agent)


@transaction.atomic
def sign_out_inactive(*, agent_id: int, now: datetime) -> None:
    """Sign out an agent without contacts who did nothing for too long, everywhere."""
    agents = Agent.objects.select_for_update(of=("self",), no_key=True)
    agent = agents.get(pk=agent_id)
    live = Assignment.objects.filter(agent=agent, state__in=LIVE_STATES)
    if agent.state == AgentState.OFFLINE or live.exists():
        return
    agent.session_version += 1
    agent.save(update_fields=["session_version"])
    _go_offline(agent, now, reason=gettext_noop("inactivity"))
    push.unsubscribe_all(agent)
    sign_ins.note_end_by_system(agent, reason=gettext_noop("inactivity"))


def _go_offline(
    agent: Agent, now: datetime, *, changed_by: Agent | None = None, reason: str = ""
) -> None:
    states.set_state(
        agent_id=agent.pk,
        state=AgentState.OFFLINE,
        now=now,
        changed_by=changed_by,
        reason=reason,
    )
    agent_events.me(agent.pk)
    attendance.changed(agent.pk)
    realtime.close(to=[agent.address], code=CloseCode.UNAUTHORISED)
    lapses.leave_after_commit(agent.pk, now)

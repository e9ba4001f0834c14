"""An agent is lost: out of reach for too long, signed out by the system, or gone.

The highest app that it touches is this one: shares in wrap-up are completed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from agents import events as agent_events
from agents.models import Agent, AgentState
from agents.services import presence, states
from contacts import events
from contacts.models import (
    LIVE_STATES,
    Assignment,
    AssignmentOutcome,
    AssignmentRole,
    AssignmentState,
    ContactEventCode,
)
from contacts.services import (
    attendance,
    audit,
    calls,
    conversation,
    ending,
    lapses,
    offers,
    shares,
    waiting,
    watching,
)
from core import realtime
from core.closing import CloseCode
from wrapup.services import wrapups

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from contacts.models import Contact


def lose(
    *, agent_id: int, reason: str, now: datetime, heard_at: datetime | None = None
) -> None:
    """Make an agent offline, then give away or finish each live share; do nothing if
    the agent was heard again after `heard_at`; an agent who comes back meanwhile keeps
    the remaining shares.

    Each in a transaction of its own: nothing locks a contact while it holds an agent.
    Harmless to repeat.
    """
    _go_offline(agent_id, reason, now, heard_at)
    for share_id in left_behind().filter(agent=agent_id):
        give_up(share_id=share_id, now=now)


def left_behind() -> QuerySet[Assignment, int]:
    """Return the ids of live shares of agents who are offline."""
    live = Assignment.objects.filter(
        state__in=LIVE_STATES, agent__state=AgentState.OFFLINE
    )
    return live.order_by("pk").values_list("pk", flat=True)


@transaction.atomic
def _go_offline(
    agent_id: int, reason: str, now: datetime, heard_at: datetime | None
) -> None:
    agents = Agent.objects.select_for_update(of=("self",), no_key=True)
    agent = agents.get(pk=agent_id)
    if heard_at and not presence.is_silent(address=agent.address, after=heard_at):
        return
    states.set_state(
        agent_id=agent_id, state=AgentState.OFFLINE, now=now, reason=reason
    )
    agent_events.me(agent_id)
    attendance.changed(agent_id)
    lapses.leave_after_commit(agent_id, now)
    realtime.close(to=[agent.address], code=CloseCode.UNAUTHORISED)


@transaction.atomic
def give_up(*, share_id: int, now: datetime) -> None:
    """Give away or finish a live share, if its agent is offline still."""
    share = Assignment.objects.get(pk=share_id)
    contact = shares.lock_contact(share.contact_id)
    share = Assignment.objects.select_related("agent", "queue").get(pk=share_id)
    if share.agent.state != AgentState.OFFLINE:
        return
    if share.state == AssignmentState.OFFERED:
        offers.give_back(
            contact, share, AssignmentState.DECLINED, now, removed=events.Removal.LOST
        )
    elif share.state == AssignmentState.WRAPUP or (
        share.state == AssignmentState.CONNECTED and contact.is_ended
    ):
        wrapups.complete_automatically(contact, share, now, removed=events.Removal.LOST)
    elif share.state == AssignmentState.CONNECTED:
        _let_go(contact, share, now)
        _pass_on(contact, share, now)


def _let_go(contact: Contact, share: Assignment, now: datetime) -> None:
    """End the part of a lost agent in a conversation that goes on."""
    if share.is_owner:
        calls.end_with_chat(contact, now)
        watching.end(contact, now)
    shares.finish(
        share,
        AssignmentState.LEFT,
        now,
        removed=events.Removal.LOST,
        outcome=AssignmentOutcome.LOST,
    )
    audit.note(
        ContactEventCode.AGENT_LOST,
        contact_id=contact.pk,
        agent_id=share.agent_id,
        now=now,
    )


def _pass_on(contact: Contact, share: Assignment, now: datetime) -> None:
    """Give the conversation to the consulted agent, else back to its queue."""
    name = share.agent.display_name
    if share.role != AssignmentRole.PRIMARY:
        conversation.append([conversation.agent_left(contact, name)], now=now)
        events.contact(contact.pk)
        return
    asked = shares.consulted(contact)
    if asked is None or asked.state != AssignmentState.CONNECTED:
        ending.withdraw_offer(contact, now)
        waiting.requeue_from_agent(contact, name, now)
        return
    asked.role = AssignmentRole.PRIMARY
    asked.save(update_fields=["role"])
    audit.note(
        ContactEventCode.OWNER, contact_id=contact.pk, agent_id=asked.agent_id, now=now
    )
    conversation.append([conversation.agent_left(contact, name)], now=now)
    events.contact(contact.pk)

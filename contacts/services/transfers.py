"""Blind transfers: to an agent, or to another queue (domain 1.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext

from agents.services import sensitive_data
from contacts import events
from contacts.models import (
    Assignment,
    AssignmentKind,
    AssignmentOutcome,
    Contact,
    ContactEventCode,
    ContactState,
    VisitOutcome,
)
from contacts.services import (
    audit,
    calls,
    conversation,
    ending,
    opening,
    refusals,
    shares,
    targets,
    waiting,
)
from core.errors import Invalid
from queues.models import Queue

if TYPE_CHECKING:
    from datetime import datetime

    from agents.models import Agent


@transaction.atomic
def to_agent(
    *, share: Assignment, agent_id: int, now: datetime, note: str = ""
) -> Assignment:
    """Offer the chat to a colleague; the agent goes to wrap-up at once (R77-R91).

    The same transfer again changes nothing. Raises Invalid for an agent who cannot be
    chosen, AgentUnavailable, InConference, ContactEnded.
    """
    contact, share = shares.lock(share)
    if share.transferred_to_agent_id == agent_id:
        return share
    shares.refuse_consulted(share)
    mates = targets.team_mates(share)
    targets.refuse_unless_among(mates, agent_id, field="to")
    _check(contact, share)
    ending.withdraw_offer(contact, now)
    agent = targets.take_slot(contact, agent_id=agent_id, now=now)

    share.transferred_to_agent = agent
    _let_go(contact, share, now)
    _offer(contact, share, agent, now, note=note)
    audit.note(
        ContactEventCode.TRANSFERRED,
        contact_id=contact.pk,
        agent_id=agent.pk,
        actor_id=share.agent_id,
        now=now,
    )
    return share


def _offer(
    contact: Contact, share: Assignment, agent: Agent, now: datetime, *, note: str
) -> None:
    contact.state = ContactState.OFFERED
    contact.save(update_fields=["state"])
    blink_at, rona_at = shares.deadlines(contact.organisation, now)
    offer = Assignment.objects.create(
        contact=contact,
        agent=agent,
        queue_id=share.queue_id,
        kind=AssignmentKind.TRANSFER,
        requested_by=share.agent,
        note=sensitive_data.storable(contact.organisation, note),
        offered_at=now,
        blink_at=blink_at,
        rona_at=rona_at,
    )
    events.offered(offer.pk)


@transaction.atomic
def to_queue(
    *, share: Assignment, queue_id: int, now: datetime, note: str = ""
) -> Assignment:
    """Put the chat into another queue; the agent goes to wrap-up at once.

    The same transfer again changes nothing. Raises Invalid for a queue that cannot be
    chosen, QueueFull, InConference, ContactEnded.
    """
    contact, share = shares.lock(share)
    if share.transferred_to_queue_id == queue_id:
        return share
    shares.refuse_consulted(share)
    queue = _queue(contact, share, queue_id)
    _check(contact, share)
    opening.refuse_if_full(queue)
    ending.withdraw_offer(contact, now)

    share.transferred_to_queue = queue
    _let_go(contact, share, now)
    if not contact.organisation.transfer_keeps_place:
        contact.enqueued_at = now
    contact.transfer_note = sensitive_data.storable(contact.organisation, note)
    contact.transferred_by = share.agent
    # The agent knows better where it belongs than the assistant did.
    contact.intent_skills = ""
    contact.save(update_fields=["transfer_note", "transferred_by"])
    waiting.move(contact, queue, VisitOutcome.MOVED, now)
    audit.note(
        ContactEventCode.TRANSFERRED,
        contact_id=contact.pk,
        actor_id=share.agent_id,
        now=now,
        queue=queue.pk,
    )
    return share


def _check(contact: Contact, share: Assignment) -> None:
    shares.refuse_unless_owned(share)
    if contact.is_ended:
        raise refusals.ContactEnded
    shares.refuse_in_conference(contact)


def _queue(contact: Contact, share: Assignment, queue_id: int) -> Queue:
    queue = (
        Queue.objects.select_for_update(no_key=True)
        .filter(pk=queue_id, organisation=contact.organisation_id, is_active=True)
        .first()
    )
    if queue is None or queue.pk == share.queue_id:
        raise Invalid("to", gettext("This queue cannot be chosen here."))
    return queue


def _let_go(contact: Contact, share: Assignment, now: datetime) -> None:
    """Begin the agent's wrap-up, then say to those who stay that the agent left."""
    shares.begin_wrap_up(contact, share, now, outcome=AssignmentOutcome.TRANSFER)
    calls.end_with_chat(contact, now)
    left = conversation.agent_left(contact, share.agent.display_name)
    conversation.append([left], now=now)
    events.contact(contact.pk)
    events.own_card(share.pk)

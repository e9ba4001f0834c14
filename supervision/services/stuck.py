"""What supervisors and administrators do about contacts that are stuck."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext

from agents.models import Agent, AuditAction
from agents.services import sensitive_data, trail
from contacts import events
from contacts.models import (
    WAITING_STATES,
    AssignmentOutcome,
    AssignmentState,
    Contact,
    ContactEvent,
    ContactEventCode,
    EndedReason,
    VisitOutcome,
)
from contacts.services import (
    audit,
    calls,
    conversation,
    ending,
    refusals,
    router,
    shares,
    waiting,
    watching,
)
from core.errors import Invalid
from queues.models import Queue

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

MAX_REASON = 200  # characters


@transaction.atomic
def requeue(
    *,
    contact_id: UUID,
    actor: Agent,
    reason: str,
    now: datetime,
    queue_id: int | None = None,
) -> Contact:
    """Put a contact back in its queue, or in another one, at its original place.

    The same command again changes nothing while the contact waits there.
    """
    contact = shares.lock_contact(contact_id)
    if contact.is_ended:
        raise refusals.ContactEnded
    reason = sensitive_data.storable(contact.organisation, reason)
    queue = _queue(contact, queue_id)
    if _waits_since_requeue(contact, queue, actor=actor, reason=reason):
        return contact
    before = contact.queue
    names = take_from_everybody(contact, now, outcome=AssignmentOutcome.REQUEUED)
    lines = [conversation.agent_left(contact, name) for name in names]
    if lines:
        queued = conversation.queued(contact, queue)
        conversation.append([*lines, queued], now=now)
    if before != queue:
        # So does who moves it know better than the assistant did.
        contact.intent_skills = ""
    waiting.move(contact, queue, VisitOutcome.MOVED, now)
    audit.note(
        ContactEventCode.REQUEUED,
        contact_id=contact.pk,
        actor_id=actor.pk,
        now=now,
        queue=queue.pk,
        reason=reason,
    )
    moved = {"queue": (before and str(before), str(queue))} if before != queue else {}
    trail.note(
        AuditAction.REQUEUED, about=contact, by=actor, changes=moved, reason=reason
    )
    return contact


def _waits_since_requeue(
    contact: Contact, queue: Queue, *, actor: Agent, reason: str
) -> bool:
    """Whether the contact still waits where the same command has put it."""
    if contact.state not in WAITING_STATES or contact.queue != queue:
        return False
    moves = ContactEvent.objects.filter(contact=contact, code=ContactEventCode.REQUEUED)
    last = moves.order_by("-pk").first()
    wanted = {"queue": queue.pk, "reason": reason}
    if last is None or last.actor != actor or last.details != wanted:
        return False
    return not contact.assignments.filter(connected_at__gt=last.at).exists()


def _queue(contact: Contact, queue_id: int | None) -> Queue:
    if queue_id is None:
        if contact.queue is None:
            raise Invalid("queue", gettext("Choose the queue."))
        return contact.queue
    queue = Queue.objects.filter(
        pk=queue_id, organisation=contact.organisation_id, is_active=True
    ).first()
    if queue is None:
        raise Invalid("queue", gettext("This queue does not exist or is not active."))
    return queue


@transaction.atomic
def close(*, contact_id: UUID, actor: Agent, reason: str, now: datetime) -> Contact:
    """End a contact for everybody; the same command again changes nothing."""
    contact = shares.lock_contact(contact_id)
    reason = sensitive_data.storable(contact.organisation, reason)
    if contact.is_ended:
        closing = ContactEvent.objects.filter(
            contact=contact, code=ContactEventCode.CLOSED
        )
        if closing.filter(actor=actor, details__reason=reason).exists():
            return contact
        raise refusals.ContactEnded
    names = take_from_everybody(contact, now, outcome=AssignmentOutcome.CLOSED)
    shares.end_visit(contact, VisitOutcome.ENDED, now)
    lines = [conversation.agent_left(contact, name) for name in names]
    ending.finish(contact, EndedReason.CLOSED, now, first=lines)
    router.route_soon(contact.organisation_id)
    audit.note(
        ContactEventCode.CLOSED,
        contact_id=contact.pk,
        actor_id=actor.pk,
        now=now,
        reason=reason,
    )
    trail.note(AuditAction.CLOSED, about=contact, by=actor, reason=reason)
    return contact


def take_from_everybody(
    contact: Contact, now: datetime, *, outcome: AssignmentOutcome
) -> list[str]:
    """Take a locked contact from all its agents; return the names of those who
    talked."""
    ending.withdraw_offer(contact, now)
    calls.end_with_chat(contact, now)
    watching.end(contact, now)
    talking = contact.assignments.filter(state=AssignmentState.CONNECTED)
    names = []
    # In the order in which everybody locks agents.
    for share in talking.select_related("agent").order_by("agent"):
        shares.finish(
            share,
            AssignmentState.LEFT,
            now,
            removed=events.Removal.LEFT,
            outcome=outcome,
        )
        names.append(share.agent.display_name)
    return names

"""Contacts that have waited too long, and those that a supervisor moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_noop

from contacts import events
from contacts.models import (
    Contact,
    ContactEventCode,
    ContactState,
    EndedReason,
    VisitOutcome,
)
from contacts.services import audit, conversation, ending, hours, router, shares
from core.wording import ENGLISH, speaking
from queues import queries

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from queues.models import Queue


@transaction.atomic
def time_out(*, contact_id: UUID, now: datetime) -> None:
    """Move a contact that waited too long to the overflow queue; end it if there is
    none. Harmless to repeat."""
    contact = shares.lock_contact(contact_id)
    deadline = contact.wait_deadline
    if contact.state != ContactState.QUEUED or deadline is None or deadline > now:
        return
    assert contact.queue is not None
    overflow = _overflow(contact, contact.queue, now)
    if overflow is not None:
        move(contact, overflow, VisitOutcome.TIMED_OUT, now)
        audit.note(
            ContactEventCode.OVERFLOWED,
            contact_id=contact.pk,
            now=now,
            queue=overflow.pk,
        )
    else:
        shares.end_visit(contact, VisitOutcome.TIMED_OUT, now)
        ending.finish(contact, EndedReason.QUEUE_TIMEOUT, now)
        audit.note(ContactEventCode.QUEUE_TIMEOUT, contact_id=contact.pk, now=now)


@transaction.atomic
def release(*, contact_id: UUID, now: datetime) -> None:
    """End a chat that still waits though its queue has closed. One that is offered, or
    was accepted, goes on. Harmless to repeat."""
    contact = shares.lock_contact(contact_id)
    closed_at = contact.release_at
    if contact.state != ContactState.QUEUED or closed_at is None or closed_at > now:
        return
    assert contact.queue is not None
    if queries.is_open(contact.queue, now):  # again: no sweep ran while it was closed
        contact.release_at = queries.release_at(contact.queue, now)
        contact.save(update_fields=["release_at"])
        return
    with speaking(ENGLISH):
        words = hours.closed_now(contact.queue, now)
    shares.end_visit(contact, VisitOutcome.ENDED, now)
    ending.finish(
        contact,
        EndedReason.CLOSED,
        now,
        words=words,
        opens_at=queries.opens_at(contact.queue, now),
    )
    audit.note(
        ContactEventCode.CLOSED,
        contact_id=contact.pk,
        now=now,
        reason=gettext_noop("The queue has closed."),
    )


def _overflow(contact: Contact, queue: Queue, now: datetime) -> Queue | None:
    """Return where the contact goes on waiting: each queue has its turn once, so that
    nobody goes round in a ring for ever; one that is closed has none."""
    overflow = queue.overflow_queue
    if overflow is None or not overflow.is_active:
        return None
    if not queries.is_open(overflow, now):
        return None
    waited = contact.queue_visits.filter(queue=overflow, outcome=VisitOutcome.TIMED_OUT)
    return None if waited.exists() else overflow


def move(contact: Contact, queue: Queue, outcome: VisitOutcome, now: datetime) -> None:
    """Put a locked contact into a queue, at its original place; the caller has taken it
    from its agents."""
    shares.end_visit(contact, outcome, now)
    contact.state = ContactState.QUEUED
    contact.queue = queue
    contact.enqueued_at = contact.enqueued_at or now
    visit = shares.start_visit(contact, now)
    contact.save(
        update_fields=[
            "state",
            "queue",
            "enqueued_at",
            "visit_started_at",
            "wait_deadline",
            "release_at",
            "asked_skills",
            "intent_skills",
        ]
    )
    visit.save(force_insert=True)
    events.contact(contact.pk)
    events.positions_soon(queue.pk)
    router.route_soon(contact.organisation_id)


def requeue_from_agent(contact: Contact, name: str, now: datetime) -> None:
    """Give a locked contact back to its queue, with the two lines that say so."""
    assert contact.queue is not None
    lines = [
        conversation.agent_left(contact, name),
        conversation.queued(contact, contact.queue),
    ]
    conversation.append(lines, now=now)
    move(contact, contact.queue, VisitOutcome.MOVED, now)

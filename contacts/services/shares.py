"""What all commands on a contact and its shares need."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.models import Channel
from agents.services import states
from contacts import events
from contacts.access import NotTheOwner
from contacts.models import (
    Assignment,
    AssignmentOutcome,
    AssignmentRole,
    AssignmentState,
    Contact,
    QueueVisit,
)
from contacts.services import skills, watching
from core.errors import DomainError, WrongState
from core.prepared import Prepared
from queues import queries

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from agents.models import Organisation
    from contacts.models import VisitOutcome


class InConference(DomainError):
    code = "in_conference"
    sentence = _("Finish the conference first.")


def lock_contact(contact_id: UUID) -> Contact:
    """Return the contact's row, locked until the transaction ends."""
    contact: Contact | None = LOCKED.first(pk=contact_id)
    if contact is None:
        raise Contact.DoesNotExist
    return contact


LOCKED = Prepared(
    lambda: Contact.objects.select_for_update(of=("self",), no_key=True).select_related(
        "organisation", "queue", "customer"
    )
)


def deadlines(organisation: Organisation, now: datetime) -> tuple[datetime, datetime]:
    """Return when an offer made now blinks, and when it is over (D2)."""
    blink_at = now + timedelta(seconds=organisation.acceptance_timeout)
    return blink_at, blink_at + timedelta(seconds=organisation.blink_duration)


def lock(share: Assignment) -> tuple[Contact, Assignment]:
    """Return the share's contact, locked, and the share as it is now."""
    contact = lock_contact(share.contact_id)
    return contact, Assignment.objects.select_related("agent", "queue").get(pk=share.pk)


def refuse_consulted(share: Assignment, *, refusal: DomainError | None = None) -> None:
    """Raise where the share is a consulted one (403)."""
    if share.role != AssignmentRole.PRIMARY:
        raise refusal or NotTheOwner()


def refuse_unless_owned(
    share: Assignment, *, refusal: DomainError | None = None
) -> None:
    """Raise where the share is a consulted one (403), or not connected (409)."""
    refuse_consulted(share, refusal=refusal)
    if share.state != AssignmentState.CONNECTED:
        raise WrongState(gettext("There is no conversation of yours to do this with."))


def refuse_in_conference(contact: Contact) -> None:
    """Raise InConference while a colleague has joined, or the customer has left a
    conference that its owner has not ended yet."""
    asked = consulted(contact)
    joined = asked is not None and asked.state == AssignmentState.CONNECTED
    if joined or was_left_in_conference(contact):
        raise InConference


def consulted(contact: Contact) -> Assignment | None:
    """Return the consulted agent's share: asked or joined."""
    return (
        contact.assignments.select_related("agent")
        .filter(
            role=AssignmentRole.CONSULTED,
            state__in=[AssignmentState.OFFERED, AssignmentState.CONNECTED],
        )
        .first()
    )


def was_left_in_conference(contact: Contact) -> bool:
    """Whether the customer left a conference (R64-R65)."""
    return contact.is_ended and (
        contact.assignments.filter(
            role=AssignmentRole.CONSULTED, outcome=AssignmentOutcome.CUSTOMER_LEFT
        ).exists()
    )


def owner(contact: Contact) -> Assignment | None:
    """Return the share of the agent who holds the conversation."""
    return (
        contact.assignments.select_related("agent")
        .filter(role=AssignmentRole.PRIMARY, state=AssignmentState.CONNECTED)
        .first()
    )


def begin_wrap_up(
    contact: Contact,
    share: Assignment,
    now: datetime,
    *,
    outcome: AssignmentOutcome,
) -> None:
    """Take the owner out of the conversation, into wrap-up; nobody watches it then."""
    watching.end(contact, now)
    seconds = contact.organisation.auto_wrapup_seconds
    share.state = AssignmentState.WRAPUP
    share.outcome = outcome
    share.wrapup_at = now
    share.wrapup_deadline = now + timedelta(seconds=seconds) if seconds else None
    share.kept_version = contact.card_version
    share.save(
        update_fields=[
            "state",
            "outcome",
            "wrapup_at",
            "wrapup_deadline",
            "kept_version",
            "transferred_to_agent",
            "transferred_to_queue",
        ]
    )


def finish(
    share: Assignment,
    state: AssignmentState,
    now: datetime,
    *,
    removed: events.Removal,
    outcome: AssignmentOutcome | None = None,
) -> None:
    """End a share for good: its card goes, and an agent who talked queues up anew.

    `removed` is the reason told to the desk, `outcome` what the share ended by: by
    default what was noted before, else the state.
    """
    share.state = state
    share.ended_at = now
    share.outcome = outcome or share.outcome or AssignmentOutcome(state)
    share.wrapup_note = ""
    share.save(update_fields=["state", "ended_at", "outcome", "wrapup_note"])
    events.card_removed(
        contact_id=share.contact_id, agent_id=share.agent_id, reason=removed
    )
    if share.connected_at is not None:
        states.restart_clock(agent_id=share.agent_id, now=now)


def start_visit(contact: Contact, now: datetime) -> QueueVisit:
    """Begin the contact's stay in its queue, and return it; the caller stores both,
    the contact first."""
    queue = contact.queue
    assert queue is not None
    skills.determine(contact)
    # Who left a message does not stand there: it is answered, however late.
    seconds = None if contact.is_answered_by_mail else queue.max_time_in_queue
    contact.visit_started_at = now
    contact.wait_deadline = now + timedelta(seconds=seconds) if seconds else None
    is_chat = contact.channel == Channel.CHAT
    contact.release_at = queries.release_at(queue, now) if is_chat else None
    return QueueVisit(
        contact=contact,
        queue=queue,
        entered_at=now,
        service_level_threshold=queue.service_level_threshold,
    )


def end_visit(contact: Contact, outcome: VisitOutcome, now: datetime) -> None:
    """Close the contact's stay in its queue, if it has one; the others move up."""
    QueueVisit.objects.filter(contact=contact, left_at=None).update(
        left_at=now, outcome=outcome
    )
    if contact.queue_id is not None:
        events.positions_soon(contact.queue_id)

"""A customer opens a chat."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.addresses import of_customer
from agents.models import Channel
from agents.services import presence
from contacts.models import WAITING_STATES, Contact, ContactEventCode, ContactState
from contacts.services import (
    assisting,
    attempts,
    audit,
    blocks,
    customers,
    hours,
    identities,
    prechat,
    router,
    shares,
)
from contacts.services.arrivals import NOWHERE, Arrival
from core import secrets
from core.errors import DomainError, Invalid
from queues import queries
from queues.access import lock_queue
from queues.models import EntryPoint, Queue
from queues.queries import offered_queues

if TYPE_CHECKING:
    from datetime import datetime

    from contacts.services.customers import Person


class QueueFull(DomainError):
    code = "queue_full"
    sentence = _("Too many people are waiting at the moment. Please try again later.")


@dataclass(frozen=True)
class Opened:
    """A contact, and the two secrets that only the customer's browser keeps."""

    contact: Contact
    token: str
    visitor: str
    is_new: bool = True


class ClosedReason(StrEnum):
    INACTIVE = "inactive"
    OUTSIDE_HOURS = "outside_hours"
    QUEUE_FULL = "queue_full"


def closed_reason(entry_point: EntryPoint, now: datetime) -> ClosedReason | None:
    """Return why nobody can open a chat here now; None where the chat is open."""
    if not entry_point.takes_chats:
        return ClosedReason.INACTIVE
    answers = entry_point.answers_outside_hours
    choice = _choice(entry_point) if answers else open_queues(entry_point, now)
    if not choice:
        return ClosedReason.OUTSIDE_HOURS
    return ClosedReason.QUEUE_FULL if all(map(_is_full, choice)) else None


def open_queues(entry_point: EntryPoint, now: datetime) -> list[Queue]:
    """Return the queues to which a chat from here may go, of those open now."""
    return [q for q in _choice(entry_point) if queries.is_open(q, now)]


def _choice(entry_point: EntryPoint) -> list[Queue]:
    """Return the entry point's queue, and those that a customer may choose there."""
    return [entry_point.queue, *offered_queues(entry_point)]


def opens_at(entry_point: EntryPoint, now: datetime) -> datetime | None:
    """Return when a chat that is closed can be opened again; None: not within two
    years."""
    times = (queries.opens_at(queue, now) for queue in _choice(entry_point))
    return min((at for at in times if at is not None), default=None)


def _refuse_if_closed(entry_point: EntryPoint, queue: Queue, now: datetime) -> None:
    if not (entry_point.takes_chats and queue.is_active):
        raise hours.Closed
    if not entry_point.answers_outside_hours:
        hours.refuse_outside(queue, now)
    refuse_if_full(queue)


def refuse_if_full(queue: Queue) -> None:
    """Raise QueueFull where nobody more may wait."""
    if _is_full(queue):
        raise QueueFull


def _is_full(queue: Queue) -> bool:
    if queue.max_waiting is None:
        return False
    waiting = Contact.objects.filter(queue=queue, state__in=WAITING_STATES)
    return waiting.exclude(channel=Channel.EMAIL).count() >= queue.max_waiting


@transaction.atomic
def repeat(*, attempt: str, now: datetime, visitor: str = "") -> Opened | None:
    """Return the contact that this attempt has opened before, if it has: the answer
    was lost, and the secrets with it, so there are new ones."""
    contact = attempts.opened_by(attempt, now)
    if contact is None:
        return None
    token = secrets.make()
    rows = Contact.objects.filter(pk=contact.pk)
    rows.update(token_digest=secrets.digest(token))
    visitor = customers.visitor_of(contact.customer, visitor=visitor, now=now)
    presence.touch(address=of_customer(contact.pk), now=now)
    return Opened(contact, token, visitor, is_new=False)


def open_contact(
    *,
    entry_point: EntryPoint,
    person: Person,
    now: datetime,
    visitor: str = "",
    identity: str = "",
    attempt: str = "",
    consents: bool = False,
    arrival: Arrival = NOWHERE,
) -> Opened:
    """Open a chat: find or make the customer, put the contact in the queue, or in the
    hands of the entry point's assistant.

    An `attempt` opens one chat, also where its repeat comes at the same moment. Raises
    Invalid with the field that is wrong, Dropped, Closed, QueueFull or Blocked.
    """
    opened = _open(
        entry_point=entry_point,
        person=person,
        now=now,
        visitor=visitor,
        identity=identity,
        attempt=attempt,
        consents=consents,
        arrival=arrival,
    )
    # A second step: nothing locks a contact while it holds a queue.
    opened = opened or repeat(attempt=attempt, now=now, visitor=visitor)
    assert opened is not None
    return opened


@transaction.atomic
def _open(
    *,
    entry_point: EntryPoint,
    person: Person,
    now: datetime,
    visitor: str,
    identity: str,
    attempt: str,
    consents: bool,
    arrival: Arrival,
) -> Opened | None:
    """Open a chat; None where the attempt has opened it meanwhile."""
    prechat.check(entry_point, person, consents=consents)
    claims = _claims(identity, entry_point, now)
    chosen = prechat.chosen_queue(entry_point, person)
    queue = _locked_queue(entry_point, chosen)
    if attempts.opened_by(attempt, now) is not None:
        return None
    _refuse_if_closed(entry_point, queue, now)
    person = customers.storable(entry_point.organisation, person)
    customer, visitor = customers.recognise(
        organisation=entry_point.organisation,
        person=person,
        visitor=visitor,
        claims=claims,
        now=now,
    )
    blocks.refuse_if_blocked(queue.organisation_id, arrival.address, customer, now)
    token = secrets.make()
    contact = Contact(
        customer=customer,
        token_digest=secrets.digest(token),
        attempt=attempt,
        prechat=prechat.answers(entry_point, person),
        opened_at=now,
        consent_text=entry_point.consent_text,
        chosen_queue=chosen,
        **place_of(entry_point, queue),
        **arrival.stored(entry_point.organisation),
    )
    _begin(contact, entry_point, now)
    return Opened(contact, token, visitor)


def _locked_queue(entry_point: EntryPoint, chosen: Queue | None) -> Queue:
    """Return where the chat is to wait, locked: so no two customers take its last
    place."""
    queue = chosen or entry_point.queue
    locked = lock_queue(queue.pk)
    if chosen is None:
        entry_point.queue = locked
    return locked


def _begin(contact: Contact, entry_point: EntryPoint, now: datetime) -> None:
    """Store a new contact: with the assistant, or as the last of its queue."""
    if entry_point.assistant is not None:
        contact.queue = None
        assisting.begin(contact, entry_point.assistant, now)
    else:
        enqueue(contact, now)
    presence.touch(address=of_customer(contact.pk), now=now)


def place_of(entry_point: EntryPoint, queue: Queue) -> dict[str, Any]:
    """Return what a contact has of where it comes in."""
    return {
        "organisation_id": entry_point.organisation_id,
        "entry_point": entry_point,
        "queue": queue,
        "priority": queue.priority_from(entry_point),
    }


def _claims(
    identity: str, entry_point: EntryPoint, now: datetime
) -> dict[str, str] | None:
    """Return what is signed of the customer, or None for one who is not signed in."""
    if not identity:
        return None
    return identities.claims_of(identity, entry_point=entry_point, now=now)


@transaction.atomic
def open_other(
    *,
    organisation_id: int,
    channel: str,
    queue_id: int,
    customer: int | Person,
    now: datetime,
) -> Contact:
    """Put a contact of another channel (voice, e-mail, social) into a queue.

    `customer` is the id of one, or what is known of a new one. Raises Invalid.
    """
    queues = Queue.objects.select_for_update(no_key=True).filter(is_active=True)
    found = queues.filter(pk=queue_id, organisation=organisation_id).first()
    if found is None:
        raise Invalid("queue", gettext("This queue does not exist or is not active."))
    refuse_if_full(found)
    contact = Contact(
        organisation_id=organisation_id,
        channel=channel,
        queue=found,
        priority=found.priority,
        customer=customers.known_or_new(
            organisation=found.organisation, customer=customer, now=now
        ),
        opened_at=now,
    )
    enqueue(contact, now)
    return contact


def enqueue(contact: Contact, now: datetime) -> None:
    """Store a new contact as the last of its queue."""
    contact.state = ContactState.QUEUED
    contact.enqueued_at = now
    visit = shares.start_visit(contact, now)
    contact.save(force_insert=True)
    visit.save(force_insert=True)
    audit.note(
        ContactEventCode.OPENED, contact_id=contact.pk, now=now, queue=contact.queue_id
    )
    router.route_soon(contact.organisation_id)

"""A customer leaves a message: the chat is closed, full, or too long a wait (D30)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from agents.models import Channel
from contacts.models import Contact
from contacts.services import blocks, conversation, customers, hours, opening
from contacts.services.drafts import CUSTOMER, Draft
from core import mailing
from core.errors import DomainError

if TYPE_CHECKING:
    from datetime import datetime

    from contacts.services.arrivals import Arrival
    from contacts.services.customers import Person
    from queues.models import EntryPoint


def is_offered(entry_point: EntryPoint) -> bool:
    """Whether messages can be left here, and answered by mail."""
    is_wanted = entry_point.offline_messages and entry_point.queue.is_active
    return is_wanted and mailing.is_on()


@transaction.atomic
def leave_message(
    *,
    entry_point: EntryPoint,
    person: Person,
    text: str,
    arrival: Arrival,
    now: datetime,
) -> Contact:
    """Put what somebody wrote into the queue, as a contact that is answered by mail.

    A typed address leads to no customer who is known. Raise Closed where no messages
    are taken, Blocked, Dropped.
    """
    if not is_offered(entry_point):
        raise hours.Closed
    organisation = entry_point.organisation
    blocks.refuse_if_blocked(organisation.pk, arrival.address, None, now)
    customer = customers.make(organisation=organisation, person=person, now=now)
    known = {"name": customer.name, "email": customer.email}
    contact = Contact(
        channel=Channel.EMAIL,
        customer=customer,
        prechat={name: value for name, value in known.items() if value},
        opened_at=now,
        **opening.place_of(entry_point, entry_point.queue),
        **arrival.stored(organisation),
    )
    opening.enqueue(contact, now)
    (answer,) = conversation.append([Draft(contact.pk, CUSTOMER, text)], now=now)
    if isinstance(answer, DomainError):
        raise answer
    return contact

"""Customers who are out of reach for a moment, and come back.

Who is there, the tables of presence know. What the agents were told is on the contact,
so that every card says the same as the last frame did.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q

from agents import addresses
from agents.services import presence
from contacts import events
from contacts.models import Contact, ContactState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

# A page that is loaded again is back sooner.
AWAY_AFTER = timedelta(seconds=15)


def news(*, now: datetime, since: datetime) -> dict[UUID, datetime | None]:
    """Return what is not told yet, {contact: since when its customer is away}; None of
    one who is back.

    `since` is when presence began to be watched without a gap: nobody counts as away
    for the time before.
    """
    silent = presence.silent_customers(before=now - AWAY_AFTER)
    away = {addresses.contact_of(address): at for address, at in silent.items()}
    told = Q(customer_away_since__isnull=False)
    rows = Contact.objects.filter(told | Q(pk__in=away)).exclude(
        state=ContactState.ENDED
    )
    is_told = dict(rows.order_by().values_list("pk", "customer_away_since"))
    gone: dict[UUID, datetime | None] = {
        pk: at
        for pk, at in away.items()
        if pk in is_told and is_told[pk] is None and max(at, since) + AWAY_AFTER <= now
    }
    back = {pk for pk, at in is_told.items() if at is not None} - away.keys()
    return gone | dict.fromkeys(back)


def told() -> QuerySet[Contact]:
    """Return the contacts of which the agents were told that the customer is away."""
    return Contact.objects.filter(customer_away_since__isnull=False).exclude(
        state=ContactState.ENDED
    )


@transaction.atomic
def note(since: Mapping[UUID, datetime | None]) -> int:
    """Note who is away and who is back, and show it on the cards. Return of how many
    contacts; those that have ended meanwhile are left as they are."""
    rows = Contact.objects.filter(pk__in=since).exclude(state=ContactState.ENDED)
    # In the order in which everybody locks.
    locked = rows.select_for_update(no_key=True).order_by("pk")
    contacts = list(locked.only("pk"))
    for contact in contacts:
        contact.customer_away_since = since[contact.pk]
        contact.card_changes = F("card_changes") + 1
    Contact.objects.bulk_update(contacts, ["customer_away_since", "card_changes"])
    events.cards(contact.pk for contact in contacts)
    return len(contacts)

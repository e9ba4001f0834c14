"""Customers who are out of reach for a moment, and come back.

Who is there, the tables of presence know. What the agents were told is on the contact,
so that every card says the same as the last frame did.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Case, DateTimeField, F, Q, Value, When

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
    """Return what is not told yet, {contact: since when its customer is away}: first
    those who are back, with None, then those who are away for longest.

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
    gone = {
        pk: at
        for pk, at in away.items()
        if pk in is_told and is_told[pk] is None and max(at, since) + AWAY_AFTER <= now
    }
    back = {pk for pk, at in is_told.items() if at is not None} - away.keys()
    longest_first = sorted(gone, key=gone.__getitem__)
    return {**dict.fromkeys(back), **{pk: gone[pk] for pk in longest_first}}


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
    contacts = list(locked.values_list("pk", flat=True))
    alike = defaultdict(list)  # all that one process served are silent since one time
    for pk in contacts:
        alike[since[pk]].append(pk)
    Contact.objects.filter(pk__in=contacts).update(
        customer_away_since=Case(
            *(When(pk__in=pks, then=Value(at)) for at, pks in alike.items() if at),
            output_field=DateTimeField(),
        ),
        card_changes=F("card_changes") + 1,
    )
    events.cards(contacts)
    return len(contacts)

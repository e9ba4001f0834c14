"""Numbers for the changes of a contact: which of two states is the newer one.

A number may come after its change, but never before it: whoever reads the number first
and the state then, has a state that is at least as new as the number says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from contacts.models import Assignment, Contact
from contacts.queries import IN_HAND

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID


def changed(contact_ids: Collection[UUID]) -> None:
    """Number a change that cards and customers' views show."""
    Contact.objects.filter(pk__in=contact_ids).update(version=F("version") + 1)


def card_changed(contact_id: UUID) -> None:
    """Number a change that only the contact's cards show."""
    rows = Contact.objects.filter(pk=contact_id)
    rows.update(card_changes=F("card_changes") + 1)


@transaction.atomic
def own_cards_changed(share_ids: Collection[int]) -> None:
    """Number a change that only the cards of these shares show."""
    shares = Assignment.objects.filter(pk__in=share_ids)
    in_hand = Contact.objects.filter(pk__in=shares.filter(IN_HAND).values("contact"))
    # In the order in which everybody locks.
    locked = in_hand.select_for_update(no_key=True).order_by("pk")
    ids = list(locked.values_list("pk", flat=True))
    Contact.objects.filter(pk__in=ids).update(card_changes=F("card_changes") + 1)
    shares.filter(~IN_HAND).update(kept_version=F("kept_version") + 1)

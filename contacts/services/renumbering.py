"""Customers' numbers, read anew after their organisation moved to another country."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from agents.models import Organisation
from contacts.models import Customer
from core import clock
from core.folding import fill_some, made_fields

if TYPE_CHECKING:
    from datetime import datetime

# After so long nobody stores a number any more who has read the former country.
SETTLED = timedelta(seconds=5)
# Who has not gone on for so long is not coming back; another one begins anew.
LEASE = timedelta(minutes=1)


def moved(organisation_id: int, *, now: datetime) -> None:
    """Note that the numbers of an organisation have to be read anew."""
    rows = Organisation.objects.filter(pk=organisation_id)
    rows.update(phones_due_at=now)


def due(*, now: datetime) -> list[tuple[int, datetime]]:
    """Return the organisations whose numbers have to be read anew, and since when."""
    rows = Organisation.objects.filter(phones_due_at__lte=now - SETTLED)
    return [
        (pk, since)
        for pk, since in rows.order_by("pk").values_list("pk", "phones_due_at")
        if since is not None
    ]


def renew(*, organisation_id: int, since: datetime) -> None:
    """Read the numbers of all customers anew, a few hundred at a time; stop where
    another one does it, or the country has changed again."""
    made = {
        field.name: field.made_of
        for field in made_fields(Customer)
        if "phone" in field.of
    }
    rows = Customer.objects.filter(organisation=organisation_id).exclude(phone="")
    lease: datetime | None = since
    last = None
    while lease and (lease := _held(organisation_id, lease)):
        last = fill_some(rows.select_related("organisation"), made, after=last)
        if last is None:
            _change(organisation_id, lease, None)
            return


def _held(organisation_id: int, lease: datetime) -> datetime | None:
    """Return the prolonged lease, or None where it is lost."""
    longer = clock.now() + LEASE
    return longer if _change(organisation_id, lease, longer) else None


def _change(organisation_id: int, lease: datetime, to: datetime | None) -> int:
    held = Organisation.objects.filter(pk=organisation_id, phones_due_at=lease)
    return held.update(phones_due_at=to)

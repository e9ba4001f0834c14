"""Attempts to open a chat: the request may come again, where its answer was lost."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from contacts.models import Contact
from core import addresses, secrets

if TYPE_CHECKING:
    from datetime import datetime

    from queues.models import EntryPoint

# For how long a repeat of an attempt to open a chat is known as one.
REPEATED = timedelta(minutes=10)


def of(entry_point: EntryPoint, *, client_id: str, address: str) -> str:
    """Return what a request to open a chat has in common with its repeats; "" for one
    that names no `client_id`. It tells nobody the visitor's `address`."""
    if not client_id:
        return ""
    origin = addresses.network_of(address)
    return secrets.digest(f"{entry_point.key} {origin} {client_id}")


def opened_by(attempt: str, now: datetime) -> Contact | None:
    """Return the contact that an attempt has opened before, if it has."""
    if not attempt:
        return None
    recent = Contact.objects.filter(attempt=attempt, opened_at__gt=now - REPEATED)
    return recent.select_related("customer").order_by("-opened_at").first()

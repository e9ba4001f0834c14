"""Somebody holds a contact, for as long as a test says."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING

from django.db import connection, transaction

from contacts.models import Contact

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID


@contextmanager
def holding(contact_id: UUID) -> Iterator[None]:
    """Somebody else holds the contact."""
    is_held, may_go = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            Contact.objects.select_for_update(no_key=True).get(pk=contact_id)
            is_held.set()
            may_go.wait()
        connection.close()

    holder = Thread(target=hold)
    holder.start()
    is_held.wait()
    try:
        yield
    finally:
        may_go.set()
        holder.join()

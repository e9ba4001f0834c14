"""Contacts as a CSV file: as the list is filtered and sorted, at most so many."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, Any

from administration.admin.contact_columns import agents_of, outcome_of, wrap_ups_of
from administration.admin.scope import moment
from core.cells import escaped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime, timedelta

    from django.db.models import QuerySet

# About 2 MB; the next ones are had by narrowing the list.
MAX_ROWS = 10_000
AT_ONCE = 500


def _time(at: datetime | None) -> str:
    return moment(at) if at else ""


def _seconds(length: timedelta | None) -> int | str:
    return "" if length is None else max(0, int(length.total_seconds()))


CELLS: Mapping[str, Callable[[Any], object]] = {
    "opened": lambda contact: _time(contact.opened_at),
    "connected": lambda contact: _time(contact.connected_at),
    "ended": lambda contact: _time(contact.ended_at),
    "customer": lambda contact: contact.customer.label,
    "email": lambda contact: contact.customer.email,
    "phone": lambda contact: contact.customer.phone,
    "channel": lambda contact: contact.get_channel_display(),
    "entry_point": lambda contact: contact.entry_point or "",
    "queue": lambda contact: contact.queue or "",
    "state": outcome_of,
    "agents": agents_of,
    "wait_seconds": lambda contact: _seconds(contact.waited),
    "duration_seconds": lambda contact: _seconds(contact.lasted),
    "wrap_up": wrap_ups_of,
    "rating": lambda contact: contact.rating or "",
    "rating_comment": lambda contact: contact.rating_comment,
    "id": lambda contact: contact.pk,
}


def written(contacts: QuerySet[Any]) -> str:
    """Return the contacts as a file; they come with all that the columns need."""
    rows = contacts.select_related("customer", "queue", "entry_point")
    stream = StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(CELLS)
    for contact in rows[:MAX_ROWS].iterator(chunk_size=AT_ONCE):
        writer.writerow(escaped(str(cell(contact))) for cell in CELLS.values())
    return stream.getvalue()

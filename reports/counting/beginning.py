"""When something happened first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Min

from agents.models import StateLog
from contacts.models import Contact
from reports import quarters

if TYPE_CHECKING:
    from datetime import datetime


def first_quarter(organisation_id: int, *, now: datetime) -> int:
    """Return the quarter in which anything happened in an organisation first; now's,
    where nothing has."""
    contacts = Contact.objects.filter(organisation=organisation_id)
    states = StateLog.objects.filter(agent__organisation=organisation_id)
    moments = (
        contacts.aggregate(first=Min("opened_at"))["first"],
        states.aggregate(first=Min("from_at"))["first"],
    )
    return min(quarters.number(moment or now) for moment in moments)

"""Who reads a conversation without a share in it leaves a trace: once an hour."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from agents import acting
from agents.models import AuditAction, AuditEntry
from agents.services import trail
from contacts.models import Assignment

if TYPE_CHECKING:
    from datetime import datetime

    from agents.models import Agent
    from contacts.models import Contact

ONCE_IN = timedelta(hours=1)


def note(
    contact: Contact, *, by: Agent, now: datetime, doer: acting.Doer | None = None
) -> None:
    """Write down that somebody reads the lines of a contact in which they never
    talked. `doer`: who that is where no request says it."""
    # Whoever was let in by their own share has talked (`access.contacts_of`).
    if getattr(contact, "is_open", False):
        return
    own = Assignment.objects.filter(contact=contact, agent=by)
    if own.filter(connected_at__isnull=False).exists():
        return
    noted = AuditEntry.objects.filter(
        kind=trail.kind_of(type(contact)),
        object_id=str(contact.pk),
        action=AuditAction.TRANSCRIPT_READ,
        actor=by,
        at__gt=now - ONCE_IN,
    )
    if not noted.exists():
        trail.note(AuditAction.TRANSCRIPT_READ, about=contact, by=doer or by)

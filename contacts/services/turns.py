"""Whose turn it is in a chat with an assistant: a column of the contact.

A room above claims what is due, and answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Case, F, Value, When

from contacts import events
from contacts.models import ContactState, SenderKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime
    from uuid import UUID

    from contacts.models import Message


def asked(messages: Iterable[Message]) -> set[UUID]:
    """Return the contacts in which these lines are for an assistant to answer."""
    return {
        message.contact_id
        for message in messages
        if message.sender_kind == SenderKind.CUSTOMER
        and message.contact.state == ContactState.BOT
    }


def due(contact_ids: Collection[UUID], now: datetime) -> dict[str, Any]:
    """Return what an update of contacts sets, so that it is the assistants' turn in
    these. Where somebody is about to answer it stays as it is: who answers sees that
    more was said."""
    if not contact_ids:
        return {}
    is_theirs = When(pk__in=contact_ids, turn_due_at=None, then=Value(now))
    return {"turn_due_at": Case(is_theirs, default=F("turn_due_at"))}


def wake(contact_ids: Iterable[UUID]) -> None:
    """Have these turns taken at once, after the commit."""
    for contact_id in contact_ids:
        events.turn_due(contact_id)

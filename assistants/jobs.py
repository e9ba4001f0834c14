"""The turns of assistants: each may be taken late, twice, or in parallel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistants.services import turns
from contacts.models import Contact, ContactState
from core import clock
from core.sweeping import each

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


def answer_due(now: datetime) -> int:
    """Answer wherever it is an assistant's turn: the net below the pokes. Return in
    how many contacts."""
    due = Contact.objects.filter(state=ContactState.BOT, turn_due_at__lte=now)
    return each(
        "answer_turns",
        due.order_by("turn_due_at").values_list("pk", flat=True),
        lambda pk: answer(contact_id=pk),
        now=now,
    )


def answer(*, contact_id: UUID) -> None:
    """Answer in this contact, if it is its assistant's turn."""
    turn = turns.claim(contact_id=contact_id, now=clock.now())
    if turn is not None:
        reply = turns.think(turn)
        # A reply may take seconds.
        turns.answer(turn, reply=reply, now=clock.now())

"""The turns of assistants: each may be taken late, twice, or in parallel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from assistants.services import turns
from contacts import events
from contacts.models import Contact, ContactState
from core import clock
from core.places import Places
from core.sweeping import each

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

thinking = Places()


def answer_due(now: datetime) -> int:
    """Answer wherever it is an assistant's turn: the net below the pokes. Return in
    how many contacts."""
    due = Contact.objects.filter(state=ContactState.BOT, turn_due_at__lte=now)
    return each(
        events.ANSWER_TURNS,
        due.order_by("turn_due_at").values_list("pk", flat=True),
        lambda pk: answer(contact_id=pk),
        now=now,
    )


def answer(*, contact_id: UUID) -> None:
    """Answer in this contact, if it is its assistant's turn.

    Where an assistant's server keeps as many threads waiting as it may, the turn stays
    due, and the threads stay free for others.
    """
    due = turns.due(contact_id=contact_id, now=clock.now())
    if due is None:
        return
    with thinking.taken(due.assistant_id, most=most_for_one()) as is_free:
        if is_free:
            _answer(due)


def most_for_one() -> int:
    """Return how many threads of a worker one assistant may take: half of them."""
    return max(1, int(settings.WORK_AT_ONCE) // 2)


def _answer(due: turns.Due) -> None:
    turn = turns.claim(due, now=clock.now())
    if turn is not None:
        reply = turns.think(turn)
        # A reply may take seconds.
        turns.answer(turn, reply=reply, now=clock.now())

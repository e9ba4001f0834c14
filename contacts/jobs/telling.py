"""What people are told a moment later, for many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from contacts import events, queries
from contacts.models import (
    WAITING_STATES,
    Contact,
)
from core import redis
from core.sweeping import AT_ONCE, due_again, in_batches, is_any_set_aside

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

FRESH = 50  # cards read at once, so that none is old when it is sent
# Where more cards follow messages, each sweep sends a part of them: what people say
# goes before, and is at its desk already.
PARTS = 5
PEOPLE_TOLD = 200  # customers of one queue who hear of their new place


def send_cards(now: datetime) -> int:
    """Send the cards of contacts in which somebody spoke since the last time; of many
    of them a part. Return the number of cards."""
    noted = redis.recall_a_part(
        events.CARDS_DUE, parts=PARTS, at_least=FRESH, at_most=AT_ONCE
    )
    with redis.noted_again(events.CARDS_DUE, noted):
        due = [*{*noted, *due_again("send_cards", now=now)}]
        return in_batches("send_cards", due, _send_cards, now=now, size=FRESH)


def _send_cards(contact_ids: Sequence[str]) -> int:
    return events.cards(map(UUID, contact_ids))


def wake_assistants(now: datetime) -> None:
    """Have those answer whose turn it is, but who were not told, and those try again
    who failed: the net below the pokes."""
    has_failed = is_any_set_aside(events.ANSWER_TURNS, now=now)
    if has_failed or queries.turns_late(now).exists():
        events.turns_late()


def send_positions(now: datetime) -> int:
    """Tell waiting customers their new place, where somebody left the line.

    Return the number of queues.
    """
    queue_ids = redis.recall(events.POSITIONS_DUE, at_most=AT_ONCE)
    with redis.noted_again(events.POSITIONS_DUE, queue_ids):
        lines = [queries.line_of(int(queue_id)) for queue_id in queue_ids]
        waiting = [line.values_list("pk", flat=True)[:PEOPLE_TOLD] for line in lines]
        places = {pk: place for line in waiting for place, pk in enumerate(line, 1)}
        in_batches(
            "send_positions",
            list(places),
            lambda contact_ids: _send_positions(contact_ids, places),
            now=now,
            size=PEOPLE_TOLD,
        )
    return len(queue_ids)


def _send_positions(contact_ids: Sequence[UUID], places: Mapping[UUID, int]) -> int:
    waiting = Contact.objects.filter(pk__in=contact_ids, state__in=WAITING_STATES)
    events.contacts(waiting.select_related("organisation"), places)
    return len(contact_ids)

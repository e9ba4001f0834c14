"""What people are told a moment later, for many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from contacts import events, queries
from contacts.models import (
    WAITING_STATES,
    Contact,
)
from core import clock, redis
from core.sweeping import AT_ONCE, due_again, in_batches

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

FRESH = 50  # cards read at once, so that none is old when it is sent
# Where more cards follow messages, sending them is to take about a tenth of a worker's
# time: what people say goes before, and is at its desk already. They rest for a few
# seconds at most, so where they take very long they take more of it.
RESTING = "cards-rest"
REST = 9  # times as long as the last cards took
LONGEST_REST = 5  # seconds
PEOPLE_TOLD = 200  # customers of one queue who hear of their new place


def send_cards(now: datetime) -> int:
    """Send the cards of contacts in which somebody spoke since the last time.

    Return the number of cards; none while the last ones, which were many, are recent.
    """
    if redis.remembers(RESTING):
        return 0
    begun = clock.ticks()
    with redis.recalled(events.CARDS_DUE, at_most=AT_ONCE) as noted:
        again = due_again("send_cards", now=now)
        sent = in_batches(
            "send_cards", [*{*noted, *again}], _send_cards, now=now, size=FRESH
        )
    if sent > FRESH:
        _rest(clock.ticks() - begun)
    return sent


def _send_cards(contact_ids: Sequence[str]) -> int:
    return events.cards(map(UUID, contact_ids))


def _rest(seconds: float) -> None:
    """Send no cards for a while: these took so many seconds."""
    rest = min(int(seconds * REST), LONGEST_REST)
    if rest:
        redis.remember(RESTING, seconds=rest)


def send_positions(now: datetime) -> int:
    """Tell waiting customers their new place, where somebody left the line.

    Return the number of queues.
    """
    with redis.recalled(events.POSITIONS_DUE, at_most=AT_ONCE) as queue_ids:
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

"""Reads that span tables."""

from __future__ import annotations

from contacts.queries.cards import IN_HAND, Card, cards, places_of, talking_agents
from contacts.queries.contacts import (
    caught_up,
    history_of,
    messages_after,
    shown,
    with_shares,
)
from contacts.queries.customers import CustomerView, customer_views, line_of
from contacts.queries.responses import FilledResponse, responses_for
from contacts.queries.routing import (
    as_candidates,
    as_waiting,
    candidates,
    live_shares,
    queues_in_demand,
    waiting_contacts,
)

__all__ = [
    "IN_HAND",
    "Card",
    "CustomerView",
    "FilledResponse",
    "as_candidates",
    "as_waiting",
    "candidates",
    "cards",
    "caught_up",
    "customer_views",
    "history_of",
    "line_of",
    "live_shares",
    "messages_after",
    "places_of",
    "queues_in_demand",
    "responses_for",
    "shown",
    "talking_agents",
    "waiting_contacts",
    "with_shares",
]

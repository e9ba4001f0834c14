"""Reads that span tables."""

from __future__ import annotations

from contacts.queries.assisting import (
    Figures,
    MissView,
    figures_of,
    in_words,
    open_misses,
)
from contacts.queries.cards import (
    IN_HAND,
    Card,
    cards,
    cards_in_hand,
    cards_of,
    places_of,
    talking_agents,
    watched_cards,
    watchers_cards,
)
from contacts.queries.contacts import history_of, shown, with_shares
from contacts.queries.conversation import (
    CURSOR,
    Lines,
    Place,
    all_caught_up,
    beginning_after,
    caught_up,
    messages_after,
    place_of,
)
from contacts.queries.customers import CustomerView, customer_views, line_of
from contacts.queries.dues import (
    chats_that_may_fall_silent,
    queued,
    releases_due,
    turns_late,
    waits_over,
)
from contacts.queries.first_words import first_words
from contacts.queries.own_figures import OwnFigures, own_figures
from contacts.queries.profiles import may_attach, may_video
from contacts.queries.responses import FilledResponse, responses_for
from contacts.queries.routing import (
    as_candidates,
    as_waiting,
    asked_in,
    candidates,
    live_shares,
    queues_in_demand,
    waiting_contacts,
)
from contacts.queries.video import calls_in_doubt, calls_unanswered, lost_end

__all__ = [
    "CURSOR",
    "IN_HAND",
    "Card",
    "CustomerView",
    "Figures",
    "FilledResponse",
    "Lines",
    "MissView",
    "OwnFigures",
    "Place",
    "all_caught_up",
    "as_candidates",
    "as_waiting",
    "asked_in",
    "beginning_after",
    "calls_in_doubt",
    "calls_unanswered",
    "candidates",
    "cards",
    "cards_in_hand",
    "cards_of",
    "caught_up",
    "chats_that_may_fall_silent",
    "customer_views",
    "figures_of",
    "first_words",
    "history_of",
    "in_words",
    "line_of",
    "live_shares",
    "lost_end",
    "may_attach",
    "may_video",
    "messages_after",
    "open_misses",
    "own_figures",
    "place_of",
    "places_of",
    "queued",
    "queues_in_demand",
    "releases_due",
    "responses_for",
    "shown",
    "talking_agents",
    "turns_late",
    "waiting_contacts",
    "waits_over",
    "watched_cards",
    "watchers_cards",
    "with_shares",
]

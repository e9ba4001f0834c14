"""The pages of the administration, and what they all share."""

from __future__ import annotations

from administration.admin import (
    agents,
    articles,
    audit,
    blocks,
    customers,
    entry_points,
    hours,
    mails,
    predefined_responses,
    queues,
    state_log,
    teams,
    tokens,
    wrapup,
)

__all__ = [
    "agents",
    "articles",
    "audit",
    "blocks",
    "customers",
    "entry_points",
    "hours",
    "mails",
    "predefined_responses",
    "queues",
    "state_log",
    "teams",
    "tokens",
    "wrapup",
]

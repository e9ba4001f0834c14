"""The pages of the administration, and what they all share."""

from __future__ import annotations

from administration.admin import (
    agents,
    articles,
    assistants,
    audit,
    blocks,
    customers,
    entry_points,
    hours,
    mail_templates,
    mails,
    predefined_responses,
    queues,
    skills,
    state_log,
    teams,
    tokens,
    wrapup,
)

__all__ = [
    "agents",
    "articles",
    "assistants",
    "audit",
    "blocks",
    "customers",
    "entry_points",
    "hours",
    "mail_templates",
    "mails",
    "predefined_responses",
    "queues",
    "skills",
    "state_log",
    "teams",
    "tokens",
    "wrapup",
]

"""The pages of the administration, and what they all share."""

from __future__ import annotations

from administration.admin import (
    agents,
    customers,
    queues,
    state_log,
    teams,
    tokens,
    wrapup,
)

__all__ = ["agents", "customers", "queues", "state_log", "teams", "tokens", "wrapup"]

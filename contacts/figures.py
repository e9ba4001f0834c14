"""The formulas of figures, on sums that are counted elsewhere: for the floor, and for
reports (docs/floor.md, docs/reports.md)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from django.db.models import F, Q
from django.db.models.functions import Coalesce

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

Figures: TypeAlias = "dict[str, float | None]"

SHORT = timedelta(seconds=5)  # who leaves so soon has not waited
# Who never came to a queue counts where the assistant would have sent them.
MEANT = Coalesce("queue", "chosen_queue", "entry_point__queue")
# Of a visit: the seconds within which it should be answered.
THRESHOLD = Coalesce("service_level_threshold", F("queue__service_level_threshold"))


def rated_since(start: datetime) -> Q:
    """Return the condition of contacts whose customers have rated them since then."""
    # Rows that are older than the column count when they ended.
    unknown = Q(rated_at=None, rating__isnull=False, ended_at__gte=start)
    return Q(rated_at__gte=start) | unknown


def of_waits(counted: Mapping[str, Any]) -> Figures:
    """Return the service level and the average speed of answer of those who waited."""
    reached = sum(counted.get(name) or 0 for name in ("answered", "abandoned"))
    return {
        "service_level": mean(
            counted.get("in_time"), reached - (counted.get("short_abandoned") or 0)
        ),
        "asa_seconds": mean(counted.get("waited"), counted.get("answered")),
    }


def of_shares(counted: Mapping[str, Any]) -> Figures:
    """Return the average handling time and first response of agents' shares."""
    return {
        "aht_seconds": mean(counted.get("handling"), counted.get("handled")),
        "first_response_seconds": mean(
            counted.get("responding"), counted.get("responded")
        ),
    }


def mean(total: Any, number: int | None) -> float | None:
    """Return a sum of numbers or lengths of time over their number; None of nothing."""
    return plain((plain(total) or 0) / number) if number else None


def plain(value: Any) -> float | None:
    """Return a number, or a length of time in seconds, as JSON has it."""
    if value is None:
        return None
    number = value.total_seconds() if isinstance(value, timedelta) else value
    return round(float(number), 3)

"""Time-driven work: it takes `now`, may run late, twice, or in parallel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.sweeping import each
from reports.services import rolling, view_mails

if TYPE_CHECKING:
    from datetime import datetime


def roll(now: datetime) -> int:
    """Keep the rollups of reports. Return of how many organisations some were due."""
    return each(
        "roll",
        rolling.due(now=now),
        lambda pk: rolling.roll(organisation_id=pk, now=now),
        now=now,
        at_most=None,
    )


def mail_views(now: datetime) -> int:
    """Mail the saved views that are due. Return how many were looked at."""
    return each(
        "mail_views",
        view_mails.due(now=now),
        lambda pk: view_mails.send(view_id=pk, now=now),
        now=now,
    )

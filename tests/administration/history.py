"""The steps of tests of the demo's history."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.core.management import call_command

if TYPE_CHECKING:
    from agents.models import Organisation

# Ahead of the rows that are made with the real time.
TUESDAY = datetime(2035, 3, 13, 13, 30, tzinfo=UTC)
SUNDAY = datetime(2035, 3, 11, 20, 0, tzinfo=UTC)
A_DAY = timedelta(days=1)


def make(days: int) -> None:
    call_command("demo", "--history", str(days), verbosity=0)


def days_of(organisation: Organisation) -> Counter[str]:
    """Return how many contacts were opened by day."""
    zone = ZoneInfo(organisation.timezone)
    opened = organisation.contacts.values_list("opened_at", flat=True)
    return Counter(str(at.astimezone(zone).date()) for at in opened)

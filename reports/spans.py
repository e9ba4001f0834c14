"""Of what the sums of a span of time are made: days, quarters of an hour, and rows of
what rollups do not have yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.errors import Unavailable
from reports import counting, quarters, zones
from reports.answers import Interval
from reports.counting.beginning import first_quarter
from reports.models import Rolled, Span

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from reports.counting import Tally
    from reports.counting.tally import Table

# What is counted at once, where rollups do not reach.
LIVE_AT_MOST = 8 * quarters.A_DAY


class StillCounting(Unavailable):
    """The rollups are far behind, as after an update."""

    sentence = _("This time is still being counted. Please try again in a minute.")


@dataclass(frozen=True)
class Reach:
    """Quarters of a span: where days are summed up, and where rollups end."""

    first: int
    days_from: int
    days_until: int
    rolled_until: int
    last: int

    @property
    def condition(self) -> Q:
        """Return the condition of the rollups that make it up."""
        if self.days_from >= self.days_until:
            return _between(Span.QUARTER, self.first, self.rolled_until)
        return (
            _between(Span.DAY, self.days_from, self.days_until)
            | _between(Span.QUARTER, self.first, self.days_from)
            | _between(Span.QUARTER, self.days_until, self.rolled_until)
        )


def _between(span: Span, first: int, last: int) -> Q:
    return Q(span=span, quarter__gte=first, quarter__lt=last)


def reach(
    organisation_id: int, first: int, last: int, interval: Interval, zone: ZoneInfo
) -> Reach:
    """Return of what the sums of a span are made."""
    rolled = Rolled.objects.filter(pk=organisation_id).first()
    if rolled is None:
        return Reach(first, first, first, first, last)
    until = min(last, max(first, rolled.until))
    has_days = rolled.timezone == zone.key and interval in zones.DAYS
    if not has_days:
        return Reach(first, until, until, until, last)
    over = min(rolled.days_until, quarters.first_of_day(until, zone))
    return Reach(first, _midnight_after(first, zone), over, until, last)


def _midnight_after(quarter: int, zone: ZoneInfo) -> int:
    """Return the quarter itself, where a day begins with it, or else that of the next
    day."""
    is_midnight = quarters.first_of_day(quarter, zone) == quarter
    return quarters.first_of_day(quarter, zone, later=0 if is_midnight else 1)


def live_from(organisation_id: int, reach: Reach, *, now: datetime) -> int:
    """Return the first quarter that is counted at once: none before the last one where
    all is rolled up. Raise StillCounting."""
    first = reach.rolled_until
    if reach.last - first > LIVE_AT_MOST:
        first = max(first, first_quarter(organisation_id, now=now))
    if reach.last - first > LIVE_AT_MOST:
        raise StillCounting(retry_after=60)
    return first


def count_live(
    organisation_id: int, reach: Reach, tables: Collection[Table], *, now: datetime
) -> Tally | None:
    """Count what has happened since the last rollup; None where all is rolled up. Raise
    StillCounting."""
    first = live_from(organisation_id, reach, now=now)
    if first >= reach.last:
        return None
    window = counting.Window(organisation_id, first, reach.last, now)
    return counting.count(window, tables=tables)

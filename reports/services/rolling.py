"""Keeps the rollups of organisations, which can be made anew from the rows.

A quarter of an hour is counted once it has settled, and again for a while, so that what
was stored late is not lost. Whoever writes raises the version: who has counted before
that counts anew, so that it may run twice, in parallel, and as late as it likes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q

from agents.models import Organisation
from contacts.models import Contact
from reports import counting, quarters
from reports.counting.beginning import first_quarter
from reports.models import Rolled
from reports.services import storing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

SETTLED = timedelta(minutes=5)  # what happened is stored by then
AGAIN = 2 * 4  # quarters that are counted again
AT_ONCE = 7 * quarters.A_DAY  # quarters of one transaction


@dataclass(frozen=True)
class Span:
    """Quarters that are counted, and how far rollups reach then."""

    first: int
    last: int
    until: int


def due(*, now: datetime) -> list[int]:
    """Return the organisations of which something is to be counted."""
    reach = Rolled.objects.filter(
        until__gte=_settled(now), timezone=F("organisation__timezone")
    )
    rows = Organisation.objects.exclude(pk__in=reach.values("pk")).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def roll(*, organisation_id: int, now: datetime) -> int:
    """Count what has settled since the last time. Return how many spans of time were
    counted; one that another run has counted meanwhile is left to it."""
    done = 0
    while (rolled := _rolled(organisation_id, now)) is not None:
        spans = list(_spans_due(rolled, _settled(now)))
        for span in spans:
            if not _count(rolled, span, now):
                return done
            done += 1
            rolled.refresh_from_db()
        if rolled.until >= _settled(now):
            break
    return done


def rebuild(*, organisation_id: int, since: int | None, now: datetime) -> int:
    """Count anew all that was counted, from this quarter on, or from the first one of
    which there are rows. Return how many spans of time they were.

    Reports are right all the time: each span is replaced in one transaction."""
    first = first_quarter(organisation_id, now=now) if since is None else since
    done = 0
    at = first
    while (rolled := _rolled(organisation_id, now)) is not None and at < rolled.until:
        last = min(at + AT_ONCE, rolled.until)
        if _count(rolled, Span(at, last, rolled.until), now):
            done += 1
            at = last
    return done


def _settled(now: datetime) -> int:
    """Return the first quarter of which something may be stored still."""
    return quarters.number(now - SETTLED)


def _rolled(organisation_id: int, now: datetime) -> Rolled | None:
    """Return how far rollups reach: nowhere yet, where there are none; None where the
    organisation is gone."""
    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is None:
        return None
    rolled = Rolled.objects.filter(pk=organisation_id).first()
    if rolled is None:
        first = min(first_quarter(organisation_id, now=now), _settled(now))
        zone = ZoneInfo(organisation.timezone)
        rolled, _ = Rolled.objects.get_or_create(
            organisation=organisation,
            defaults={
                "until": first,
                "days_until": quarters.first_of_day(first, zone),
                "timezone": organisation.timezone,
            },
        )
    return rolled


def _spans_due(rolled: Rolled, settled: int) -> Iterator[Span]:
    """Yield what is to be counted next: a while that was counted before, with what has
    settled since, and quarters whose ratings were changed."""
    until = max(rolled.until, min(rolled.until + AT_ONCE, settled))
    first = rolled.until - AGAIN
    for quarter in _rated_anew(rolled.organisation_id, first, until):
        yield Span(quarter, quarter + 1, rolled.until)
    yield Span(first, until, until)


def _rated_anew(organisation_id: int, first: int, last: int) -> set[int]:
    """Return the quarters before a span to which a rating belongs that was changed in
    it."""
    span = quarters.begin(first), quarters.begin(last)
    changed = Q(rerated_at__gte=span[0], rerated_at__lt=span[1])
    rows = Contact.objects.filter(
        changed, organisation=organisation_id, rated_at__lt=span[0]
    )
    return {
        quarters.number(at)
        for at in rows.values_list("rated_at", flat=True)
        if at is not None
    }


def _count(rolled: Rolled, span: Span, now: datetime) -> bool:
    """Count a span and store its sums. Return False, with nothing stored, where
    somebody else has stored some meanwhile."""
    window = counting.Window(rolled.organisation_id, span.first, span.last, now)
    tally = counting.count(window)
    organisation = Organisation.objects.get(pk=rolled.organisation_id)
    with transaction.atomic():
        claimed = Rolled.objects.filter(pk=rolled.pk, version=rolled.version)
        if not claimed.update(version=F("version") + 1, until=span.until):
            return False
        storing.replace(tally)
        storing.name(tally)
        _sum_days(rolled, span, organisation.timezone)
    return True


def _sum_days(rolled: Rolled, span: Span, timezone: str) -> None:
    """Sum up the days of which something was counted, and those that are over now."""
    zone = ZoneInfo(timezone)
    first, last = rolled.days_until, quarters.first_of_day(span.until, zone)
    if timezone != rolled.timezone:
        earliest = storing.forget_days(rolled.pk)
        first = last if earliest is None else quarters.first_of_day(earliest, zone)
    elif span.last <= rolled.days_until:
        last = quarters.first_of_day(span.last - 1, zone, later=1)
    first = min(first, quarters.first_of_day(span.first, zone))
    storing.sum_days(rolled.pk, first=first, last=last, zone=zone)
    Rolled.objects.filter(pk=rolled.pk).update(
        days_until=quarters.first_of_day(span.until, zone), timezone=timezone
    )

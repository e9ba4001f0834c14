"""What rows of a report are called: their intervals and their subjects."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reports import zones
from reports.answers import Interval, Name
from reports.periods import Period

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from django_stubs_ext import StrOrPromise

    from reports.answers import Question
    from reports.models import SavedView

TITLES: dict[str, StrOrPromise] = {
    Name.QUEUES: _("Queues"),
    Name.AGENTS: _("Agents"),
    Name.STATES: _("State log"),
    Name.WRAPUPS: _("Wrap-ups"),
    Name.ASSISTANTS: _("Assistants"),
    Name.RATINGS: _("Ratings"),
    Name.CONTACTS: _("Contacts"),
}
INTERVALS = {
    Interval.QUARTER: _("15 minutes"),
    Interval.HALF: _("30 minutes"),
    Interval.HOUR: _("Hour"),
    Interval.DAY: _("Day"),
    Interval.WEEK: _("Week"),
}
HEADS = {
    "start": _("From"),
    "queue": _("Queue"),
    "agent": _("Agent"),
    "assistant": _("Assistant"),
    "code": _("Wrap-up code"),
    "source": _("Source"),
    "state": _("State"),
}
# What the charts of parts of a whole are called.
PARTS: dict[str, StrOrPromise] = {
    Name.ASSISTANTS: _("Handed over, by reason"),
    Name.CONTACTS: _("Ended, by reason"),
    Name.RATINGS: _("Ratings by score"),
}


def subject(value: Mapping[str, Any] | None) -> str:
    """Return the name of what a row is about, if it is about anything."""
    return str(value["name"] or "") if value else ""


def interval(start: datetime, length: Interval) -> str:
    """Return when an interval begins, in full."""
    day = f"{date_format(start, 'D')} {date_format(start, 'SHORT_DATE_FORMAT')}"
    return day if length in zones.DAYS else f"{day} {_time(start)}"


def ticks(starts: Sequence[datetime], question: Question) -> list[str]:
    """Return when each interval begins, as short as the report allows; of shorter
    intervals of many days those alone with which a day begins."""
    if (
        question.interval not in zones.DAYS
        and len({each.date() for each in starts}) == 1
    ):
        return [_time(start) for start in starts]
    days = [date_format(start, "MONTH_DAY_FORMAT") for start in starts]
    if question.interval in zones.DAYS:
        return days
    before = [None, *days]
    return [day if day != last else "" for day, last in zip(days, before, strict=False)]


def _time(start: datetime) -> str:
    """Return the time; of the hour that a night in autumn has twice, with its offset
    from UTC."""
    told = date_format(start, "H:i")
    twice = start.replace(fold=0).utcoffset() != start.replace(fold=1).utcoffset()
    return f"{told} {start.isoformat()[-6:]}" if twice else told


def last_day(question: Question) -> date:
    """Return the day in which a report ends."""
    day = question.until.date()
    return day - timedelta(days=1) if zones.begins_day(question.until) else day


def days(view: SavedView) -> str:
    """Return which days a saved view is of."""
    if view.period:
        return str(Period(view.period).label)
    first, last = (
        date_format(day, "SHORT_DATE_FORMAT")
        for day in (view.first_day, view.last_day)
        if day
    )
    return first if first == last else _from_to(first, last)


def span(question: Question) -> str:
    """Return from when until when a report is: days where it is whole ones."""
    since, until = question.since, question.until
    if zones.begins_day(since) and zones.begins_day(until):
        ends = (since.date(), last_day(question))
        first, last = (date_format(each, "SHORT_DATE_FORMAT") for each in ends)
    else:
        first, last = (date_format(e, "SHORT_DATETIME_FORMAT") for e in (since, until))
    return first if first == last else _from_to(first, last)


def _from_to(first: str, last: str) -> str:
    return gettext("%(first)s to %(last)s") % {"first": first, "last": last}

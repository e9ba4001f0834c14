"""What somebody asks of a report, read from an address or a form (docs/reports.md)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext, ngettext

from agents.access import everybody_of, teams_of
from core import clock
from core.errors import DomainError, Forbidden, Invalid, NotFound
from core.filters import MAX_ID
from queues.access import queues_of
from reports import zones
from reports.answers import Interval, Name, Question

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet

    from agents.models import Agent

FIRST = datetime(2000, 1, 1, tzinfo=UTC)  # nothing happened before
LAST = datetime(2100, 1, 1, tzinfo=UTC)
MOST = 3_000  # intervals: a month of quarters of an hour
MOST_IN_FILES = 40_000  # a year of them
BY_DAY = timedelta(days=3)  # what is longer is cut into days, unless asked otherwise
FILE = "csv"
SUBJECTS = ("queue", "team", "agent")


class InvalidQuestion(Invalid):
    """What no report can answer, with the fields and their sentences."""

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        sentences = [sentence for each in errors.values() for sentence in each]
        DomainError.__init__(self, " ".join(sentences), errors=errors)


def parse(viewer: Agent, name: str, parameters: Mapping[str, str]) -> Question:
    """Return what is asked. Today, where no time is named; a day as `until` is meant
    with all of it, a time is not.

    Raise Forbidden for who does not oversee, NotFound for an unknown report and for
    queues, teams and agents that the viewer does not oversee, InvalidQuestion.
    """
    if not viewer.is_overseer or viewer.organisation is None:
        raise Forbidden
    if name not in [*Name]:
        raise NotFound
    mistakes: dict[str, list[str]] = {}
    zone = ZoneInfo(viewer.organisation.timezone)
    since, until = _span(parameters, zone, mistakes)
    interval = _interval(parameters, until - since, mistakes)
    is_file = _is_file(parameters, mistakes)
    ids = {subject: _id(parameters, subject, mistakes) for subject in SUBJECTS}
    if mistakes:
        raise InvalidQuestion(mistakes)
    question = Question(Name(name), since, until, interval, **ids)
    _refuse_too_many(question, in_file=is_file)
    _refuse_unseen(viewer, question)
    return question


def before(question: Question) -> Question:
    """Return the same question of the time before it that is as long, counted in days
    where it is whole days there."""
    since, until = question.since, question.until
    zone = since.tzinfo
    assert zone is not None
    days = until.date() - since.date()
    if zones.begins_day(since) and zones.begins_day(until):
        earlier = zones.midnight(since.date() - days, zone)
    else:
        length = until.astimezone(UTC) - since.astimezone(UTC)
        earlier = (since.astimezone(UTC) - length).astimezone(zone)
    return replace(question, since=earlier, until=since)


# --- times --------------------------------------------------------------------------
def _span(
    parameters: Mapping[str, str], zone: ZoneInfo, mistakes: dict[str, list[str]]
) -> tuple[datetime, datetime]:
    today = clock.now().astimezone(zone).date()
    since = _moment(parameters, "since", zone, mistakes)
    until = _moment(parameters, "until", zone, mistakes)
    day = min(today, until.date()) if until else today
    since = since or zones.midnight(day, zone)
    until = until or zones.midnight(max(today, since.date()) + timedelta(days=1), zone)
    if not mistakes and until <= since:
        mistakes["until"] = [gettext("This must be after the beginning.")]
    return since, until


def _moment(
    parameters: Mapping[str, str],
    field: str,
    zone: ZoneInfo,
    mistakes: dict[str, list[str]],
) -> datetime | None:
    text = parameters.get(field, "").strip()
    if not text:
        return None
    try:
        moment = _read(text, zone, is_end=field == "until")
    except (ValueError, OverflowError):
        moment = None
    if moment is None:
        mistakes[field] = [gettext("Give a day or a time such as 2026-11-30T09:15.")]
        return None
    if not FIRST <= moment <= LAST:
        mistakes[field] = [gettext("Give a time between the years 2000 and 2100.")]
    elif zones.quarter_of(moment) != moment:
        mistakes[field] = [gettext("Give a time at which a quarter of an hour begins.")]
    return moment


def _read(text: str, zone: ZoneInfo, *, is_end: bool) -> datetime | None:
    """Return a day's first moment (its end, of the end), or a time, in the zone; one
    without an offset is the zone's."""
    if "T" not in text and " " not in text:
        day = date.fromisoformat(text)
        if not FIRST.date() <= day <= LAST.date():
            return datetime.combine(day, datetime.min.time(), tzinfo=UTC)
        return zones.midnight(day + timedelta(days=is_end), zone)
    # In an address a plus is a space.
    moment = parse_datetime(text) or parse_datetime(text.replace(" ", "+"))
    if moment is None:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC).astimezone(zone)


def _interval(
    parameters: Mapping[str, str], length: timedelta, mistakes: dict[str, list[str]]
) -> Interval:
    text = parameters.get("interval", "").strip()
    if text in [*Interval]:
        return Interval(text)
    if text:
        words = {"intervals": ", ".join(Interval)}
        mistakes["interval"] = [gettext("Give one of: %(intervals)s.") % words]
    return Interval.DAY if length > BY_DAY else Interval.HOUR


def _is_file(parameters: Mapping[str, str], mistakes: dict[str, list[str]]) -> bool:
    text = parameters.get("export", "").strip()
    if text not in {"", FILE}:
        mistakes["export"] = [gettext("Give one of: %(kinds)s.") % {"kinds": FILE}]
    return text == FILE


def _refuse_too_many(question: Question, *, in_file: bool) -> None:
    """Raise InvalidQuestion where nobody reads so many intervals."""
    zone = question.since.tzinfo
    assert zone is not None
    most = MOST_IN_FILES if in_file else MOST
    span = zones.starts(question.since, question.until, question.interval, zone)
    if next(islice(span, most, None), None) is None:
        return
    sentence = ngettext(
        "A report has %(most)s interval at most: choose longer ones, or less time.",
        "A report has %(most)s intervals at most: choose longer ones, or less time.",
        most,
    )
    raise InvalidQuestion({"interval": [sentence % {"most": f"{most:,}"}]})


# --- whom it is about ---------------------------------------------------------------
def _id(
    parameters: Mapping[str, str], field: str, mistakes: dict[str, list[str]]
) -> int | None:
    text = parameters.get(field, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()):
        mistakes[field] = [gettext("Give the number of one.")]
        return None
    # Longer than any id, and than Python reads at once.
    return int(text) if len(text) <= len(str(MAX_ID)) else 0


def _refuse_unseen(viewer: Agent, question: Question) -> None:
    """Raise NotFound for what is deleted, another organisation's, or not overseen."""
    rows: dict[str, QuerySet[Any]] = {
        "queue": queues_of(viewer),
        "team": teams_of(viewer),
        "agent": everybody_of(viewer),
    }
    for subject, seen in rows.items():
        pk = getattr(question, subject)
        if pk is None:
            continue
        if pk > MAX_ID or not seen.filter(pk=pk).exists():
            raise NotFound

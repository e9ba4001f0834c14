"""Figures as people read them: lengths of time, shares, changes; by language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from reports.answers import Unit

if TYPE_CHECKING:
    from reports.answers import Column

MINUTE, HOUR, DAY = 60, 3600, 86400
NOTHING = "\N{EN DASH}"  # where there is nothing to divide by
NO_CHANGE = 0.05  # per cent, or points of one: less is not told


def said(value: Any, unit: Unit) -> str:
    """Return a figure as people read it."""
    if value is None:
        return NOTHING
    match unit:
        case Unit.SECONDS:
            return length(float(value))
        case Unit.RATE:
            return per_cent(float(value) * 100)
        case Unit.SCORE:
            return number_format(round(float(value), 2), 2, force_grouping=True)
        case Unit.COUNT:
            return count(float(value))


def count(value: float) -> str:
    """Return a number of things; a mean of such numbers with one place."""
    places = 0 if float(value).is_integer() else 1
    return number_format(round(value, places), places, force_grouping=True)


def per_cent(value: float, *, places: int = 1) -> str:
    """Return a share of a hundred."""
    number = number_format(round(value, places), places, force_grouping=True)
    return gettext("%(number)s%%") % {"number": number}


def length(seconds: float) -> str:
    """Return a length of time: 1:05, 2 h 3 min, 4 d 5 h."""
    whole = round(seconds)
    if whole < HOUR:
        return f"{whole // MINUTE}:{whole % MINUTE:02}"
    minutes = round(whole / MINUTE)
    hours, rest = divmod(minutes, MINUTE)
    if whole < 100 * HOUR:
        named = {"hours": hours, "minutes": rest}
        return gettext("%(hours)s h %(minutes)s min") % named
    days, hours = divmod(round(whole / HOUR), 24)
    return gettext("%(days)s d %(hours)s h") % {"days": count(days), "hours": hours}


@dataclass(frozen=True)
class Change:
    """How a figure differs from the one of the period before."""

    arrow: str
    words: str
    before: str


def change(now: Any, before: Any, column: Column) -> Change | None:
    """Return how a figure has changed; None where either is missing."""
    if now is None or before is None:
        return None
    difference = float(now) - float(before)
    was = said(before, column.unit)
    moved = _moved(difference, float(before), column.unit)
    if moved is None:
        return Change("→", gettext("as before"), was)
    arrow = "▲" if difference > 0 else "▼"
    words = gettext("%(change)s more") if difference > 0 else gettext("%(change)s less")
    return Change(arrow, words % {"change": moved}, was)


def _moved(difference: float, before: float, unit: Unit) -> str | None:
    """Return by how much a figure moved, without a sign; None: by nothing to speak
    of. Counts and times move by a share of what they were, shares by points."""
    size = abs(difference)
    if unit == Unit.RATE:
        return points(size * 100) if size * 100 >= NO_CHANGE else None
    if unit == Unit.SCORE:
        rounded = round(size, 2)
        return number_format(rounded, 2) if rounded else None
    if before == 0:
        return said(size, unit) if size else None
    share = size / abs(before) * 100
    return per_cent(share) if share >= NO_CHANGE else None


def points(value: float) -> str:
    """Return by how many points of a hundred a share differs."""
    rounded = round(value, 1)
    number = number_format(rounded, 1, force_grouping=True)
    return ngettext(
        "%(number)s point", "%(number)s points", 1 if rounded == 1 else 2
    ) % {"number": number}

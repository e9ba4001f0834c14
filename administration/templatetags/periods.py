"""The years, months and days over a list of what happened.

Django's own ask for those in which there is something, and so read the whole list.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import template
from django.db.models import Max, Min
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext

from core import pagination

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from django.contrib.admin.views.main import ChangeList

register = template.Library()

KINDS = ("year", "month", "day")


@register.inclusion_tag("admin/date_hierarchy.html")
def periods(page: ChangeList) -> dict[str, Any]:
    """Return the periods between the first row and the last one, with their links, and
    the way back from the one that is chosen."""
    name = page.date_hierarchy
    if not name:
        return {"show": False}
    asked = [page.params.get(f"{name}__{kind}") for kind in KINDS]
    chosen = [int(value) for value in asked if value]
    back = None
    if chosen:
        title = _title(chosen[:-1]) if chosen[:-1] else gettext("All dates")
        back = {"link": _link(page, chosen[:-1]), "title": title}
    ends = _ends(page, name)
    if ends is None:
        return {"show": bool(back), "back": back, "choices": []}
    first, last = (localtime(end).date() for end in ends)
    choices = [
        {
            "title": _title(parts),
            "link": None if parts == chosen else _link(page, parts),
        }
        for parts in _parts(first, last, chosen)
    ]
    return {"show": True, "back": back, "choices": choices}


def _ends(page: ChangeList, name: str) -> tuple[datetime, datetime] | None:
    """Return when the first and the last row of a list were; None of an empty one.

    Of few rows the database finds both at once; of many it would read all, and finds
    each soon from its end of the index.
    """
    if page.result_count <= pagination.MOST_COUNTED:
        # As a part, so that it is not read from the ends of the index as well.
        rows = page.queryset.order_by().values(name)[: pagination.MOST_COUNTED + 1]
        span = rows.aggregate(first=Min(name), last=Max(name))
        return (span["first"], span["last"]) if span["first"] else None
    moments = page.queryset.order_by(name).values_list(name, flat=True)
    first, last = moments.first(), moments.last()
    return (first, last) if first and last else None


def _parts(first: date, last: date, chosen: Sequence[int]) -> Iterator[list[int]]:
    """Yield the periods that share nothing but what is chosen, as numbers: a year, and
    a month, and a day."""
    depth = min(len(chosen) + 1, len(KINDS))
    while depth < len(KINDS) and _of(first, depth) == _of(last, depth):
        depth += 1
    seen: list[int] = []
    day = first
    while day <= last:
        if _of(day, depth) != seen:
            seen = _of(day, depth)
            yield seen
        day = _next(day, depth)


def _of(day: date, depth: int) -> list[int]:
    return [day.year, day.month, day.day][:depth]


def _next(day: date, depth: int) -> date:
    """Return the first day of the period after this one."""
    if depth == len(KINDS):
        return day + timedelta(days=1)
    if depth == 1:
        return date(day.year + 1, 1, 1)
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def _title(parts: Sequence[int]) -> str:
    if len(parts) == 1:
        return str(parts[0])
    style = "MONTH_DAY_FORMAT" if len(parts) == len(KINDS) else "YEAR_MONTH_FORMAT"
    return capfirst(date_format(date(*[*parts, 1][:3]), style))


def _link(page: ChangeList, parts: Sequence[int]) -> str:
    name = page.date_hierarchy
    asked = {f"{name}__{kind}": part for kind, part in zip(KINDS, parts, strict=False)}
    return page.get_query_string(asked, [f"{name}__"])

"""Whether a sweep has anything to do: one statement, as most of the time it has not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agents.services import presence
from contacts import queries
from contacts.models import Assignment, AssignmentState
from contacts.services import absences, offers
from core.moments import AnyOf, Moment
from wrapup.services import losses

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.db.models import QuerySet


def wrap_ups_over(now: datetime | Moment) -> QuerySet[Assignment]:
    """Return the shares whose time for wrap-up is over."""
    return Assignment.objects.filter(
        state=AssignmentState.WRAPUP, wrapup_deadline__lte=now
    )


def _signs(now: Moment) -> Iterator[QuerySet[Any, Any]]:
    """Return rows of which each timer but those of Redis has at least one when it has
    something to do; perhaps also when it has not."""
    yield offers.strays(now=now)
    yield offers.passed(now=now)
    yield queries.waits_over(now)
    yield queries.releases_due(now)
    yield queries.queued()
    yield queries.turns_late(now)
    yield queries.chats_that_may_fall_silent()
    yield from presence.signs(now=now)
    yield absences.told()
    yield queries.calls_unanswered(now)
    yield queries.calls_in_doubt()
    yield losses.left_behind()
    yield wrap_ups_over(now)


_anything = AnyOf(_signs)


def is_anything_due(now: datetime) -> bool:
    """Whether any timer may have something to do."""
    return _anything.has_rows(now)

"""What a change of configuration does to open desks and waiting contacts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q

from agents.models import Organisation
from agents.services import second_factors
from contacts import events
from contacts.models import (
    LIVE_STATES,
    WAITING_STATES,
    Assignment,
    AssignmentState,
    Contact,
)
from contacts.services import router
from core import realtime
from queues.models import Queue

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models.expressions import CombinedExpression


@transaction.atomic
def settled(*, organisation_id: int) -> None:
    """Put changed settings into force at once: move deadlines, route again, and show
    open desks what they can do now."""
    _move_wait_deadlines(organisation_id)
    _move_wrapup_deadlines(organisation_id)
    second_factors.enforce(organisation_id=organisation_id)
    router.route_soon(organisation_id)
    realtime.after_commit("settled", organisation_id, _show_cards)


def _show_cards(organisation_ids: set[int]) -> None:
    for organisation_id in organisation_ids:
        events.cards(_in_hand(organisation_id))


def _move_wait_deadlines(organisation_id: int) -> None:
    """Let those who wait wait as long as their queues say now."""
    queues = Queue.objects.filter(organisation=organisation_id).order_by()
    for queue_id, seconds in queues.values_list("pk", "max_time_in_queue"):
        waiting = Contact.objects.filter(queue=queue_id, state__in=WAITING_STATES)
        deadline, wrong = _moved("wait_deadline", "visit_started_at", seconds)
        rows = waiting.filter(wrong).select_for_update(of=("self",), no_key=True)
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        Contact.objects.filter(pk__in=ids).update(wait_deadline=deadline)


def _move_wrapup_deadlines(organisation_id: int) -> None:
    seconds = Organisation.objects.values_list("auto_wrapup_seconds", flat=True).get(
        pk=organisation_id
    )
    deadline, wrong = _moved("wrapup_deadline", "wrapup_at", seconds)
    wrapping_up = Assignment.objects.filter(
        contact__organisation=organisation_id, state=AssignmentState.WRAPUP
    )
    wrapping_up.filter(wrong).update(wrapup_deadline=deadline)


def _moved(
    column: str, start: str, seconds: int | None
) -> tuple[CombinedExpression | None, Q]:
    """Return the deadline so many seconds after the start, and whose is another."""
    if not seconds:
        return None, Q((f"{column}__isnull", False))
    deadline = F(start) + timedelta(seconds=seconds)
    return deadline, Q((column, None)) | ~Q((column, deadline))


def _in_hand(organisation_id: int) -> Iterable[UUID]:
    shares = Assignment.objects.filter(
        contact__organisation=organisation_id, state__in=LIVE_STATES
    )
    return shares.order_by().values_list("contact", flat=True).distinct()

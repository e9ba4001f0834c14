"""What agents did about their offers on a day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db.models import F

from contacts.models import Assignment, AssignmentKind, AssignmentState
from reports.simulation.day import Kind, Response

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from agents.models import Organisation

AT_ONCE = 1.0  # seconds in which a change of state is what gave a card back
# Seconds that somebody would have taken more than was seen, at least: the replay may
# offer a card a moment earlier.
LONGER = 2.0


class Offer(NamedTuple):
    agent: int
    contact: UUID
    state: str
    offered_at: datetime
    connected_at: datetime | None
    ended_at: datetime | None


def read(
    organisation: Organisation,
    begins: datetime,
    end: datetime,
    *,
    went: Mapping[int, Sequence[datetime]],
) -> dict[int, list[Response]]:
    """Return what each agent did, in the order of their offers; `went` is when they
    ceased to be Available. A request to join a conference is no offer, and who barges
    in or takes over is not asked."""
    shares = Assignment.objects.filter(
        contact__organisation=organisation,
        offered_at__gte=begins,
        offered_at__lt=end,
        rona_at__gt=F("offered_at"),
    ).exclude(kind=AssignmentKind.CONFERENCE)
    rows = shares.order_by("offered_at", "pk").values_list(*Offer._fields)
    found: defaultdict[int, list[Response]] = defaultdict(list)
    unknown: list[tuple[int, int]] = []
    for offer in (Offer(*row) for row in rows):
        kind = _kind(offer, went.get(offer.agent, ()))
        until = offer.connected_at or offer.ended_at
        if until is None:
            continue
        if kind is None:
            unknown.append((offer.agent, len(found[offer.agent])))
        seconds = (until - offer.offered_at).total_seconds()
        response = Response(str(offer.contact), kind or Kind.ACCEPTS, seconds)
        found[offer.agent].append(response)
    _guess(found, unknown)
    return found


def _kind(offer: Offer, went: Sequence[datetime]) -> Kind | None:
    """Return what they did; None where the card was gone before they did anything: the
    customer left, or they went idle, as in the replay they will."""
    if offer.connected_at is not None:
        return Kind.ACCEPTS
    if offer.state == AssignmentState.RONA:
        return Kind.MISSES
    if offer.state != AssignmentState.DECLINED or offer.ended_at is None:
        return None
    at = offer.ended_at
    is_idle = any(abs((at - each).total_seconds()) < AT_ONCE for each in went)
    return None if is_idle else Kind.DECLINES


def _guess(
    found: Mapping[int, list[Response]], unknown: Sequence[tuple[int, int]]
) -> None:
    """Let those whose card was gone accept later than that: as late as somebody else
    did who took longer."""
    places = set(unknown)
    known = sorted(
        response.seconds
        for agent, some in found.items()
        for place, response in enumerate(some)
        if response.kind == Kind.ACCEPTS and (agent, place) not in places
    )
    for agent, place in unknown:
        response = found[agent][place]
        least = response.seconds + LONGER
        seconds = next((each for each in known if each > least), least)
        found[agent][place] = replace(response, seconds=seconds)

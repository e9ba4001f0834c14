"""The router: offers waiting contacts to Available agents, in strict order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction

from agents.models import Agent, AgentState, Organisation
from contacts import events, queries
from contacts.models import (
    Assignment,
    Contact,
    ContactEventCode,
    ContactState,
)
from contacts.services import audit, shares
from contacts.services.decisions import MOST_KEPT, reasons_for
from core import clock, realtime
from core.prepared import Prepared
from queues.routing import Line

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from queues.routing import Candidate, Waiting
    from queues.skills import Skills

# Offers made in one transaction, so that nobody waits long for its locks.
BATCH = 50


LOCKED = Prepared(lambda: Organisation.objects.select_for_update(no_key=True))


class Decision(NamedTuple):
    waiting: Waiting
    agent: Candidate
    why: dict[str, Any]


def route_soon(organisation_id: int) -> None:
    """Route as soon as the current change is committed."""
    realtime.after_commit("route", organisation_id, _route_all)


def _route_all(organisation_ids: set[int]) -> None:
    for organisation_id in organisation_ids:
        route(organisation_id=organisation_id, now=clock.now())


def route(*, organisation_id: int, now: datetime) -> int:
    """Offer waiting contacts to agents with a free slot. Return the number of offers.

    One decision costs the same number of queries whatever the number of agents and
    waiting contacts.
    """
    made = 0
    while True:
        offers, is_more = _route_batch(organisation_id, now)
        made += offers
        if not is_more:
            return made


@transaction.atomic
def _route_batch(organisation_id: int, now: datetime) -> tuple[int, bool]:
    """Return the number of offers, and whether another batch may find more."""
    if not queries.queues_in_demand(organisation_id):
        return 0, False
    # One router at a time per organisation: that makes the order strict.
    [organisation] = LOCKED.rows(pk=organisation_id)
    queue_ids = queries.queues_in_demand(organisation_id)
    asked = [queue_id for queue_id, asks in queue_ids.items() if asks]
    asking = queries.asked_in(asked) if asked else {}
    candidates = queries.candidates(queue_ids, with_skills=bool(asking))
    decisions = _decide(organisation_id, Line(candidates), asking, now)
    if not decisions:
        return 0, False
    made = _offer(organisation, decisions, now)
    return made, len(decisions) == BATCH or made < len(decisions)


def _decide(
    organisation_id: int, line: Line, asking: Mapping[int, list[Skills]], now: datetime
) -> list[Decision]:
    """Return who should get what, reading contacts in the order of their line: those
    alone that somebody in the line has the skills for, or could when they have relaxed
    so far."""
    decisions: list[Decision] = []
    place = None
    while len(decisions) < BATCH:
        page, place = queries.waiting_contacts(
            line.demand(asking),
            organisation_id=organisation_id,
            now=now,
            after=place,
        )
        decisions += _assign(page, line, now, at_most=BATCH - len(decisions))
        if place is None:
            break
    return decisions


def _assign(
    page: Sequence[Waiting], line: Line, now: datetime, *, at_most: int
) -> list[Decision]:
    decisions: list[Decision] = []
    for waiting in page:
        if len(decisions) == at_most:
            break
        others = line.first(MOST_KEPT + 1)
        chosen = line.take(waiting, now=now)
        if chosen is not None:
            why = reasons_for(chosen, others, waiting=waiting, now=now)
            decisions.append(Decision(waiting, chosen, why))
    return decisions


def _offer(
    organisation: Organisation, decisions: Sequence[Decision], now: datetime
) -> int:
    """Make the offers, in the house order of locks. Return how many.

    What changed since the decision ends the batch: the next one decides anew, so that
    nobody is served before somebody who stood further ahead.
    """
    contacts = _lock_waiting([decision.waiting.contact_id for decision in decisions])
    live = _lock_available({decision.agent.agent_id for decision in decisions})
    blink_at, rona_at = shares.deadlines(organisation, now)
    offers = []
    reasons = {}
    for waiting, agent, why in decisions:
        contact = contacts.get(waiting.contact_id)
        if contact is None or contact.queue_id != waiting.queue_id:
            break
        hands = live.get(agent.agent_id)
        if hands is None or not agent.capacity.free(waiting.channel, hands):
            break
        hands[waiting.channel] += 1
        reasons[contact.pk] = why
        offers.append(
            Assignment(
                contact=contact,
                agent_id=agent.agent_id,
                queue_id=waiting.queue_id,
                requested_by_id=contact.transferred_by_id,
                note=contact.transfer_note,
                offered_at=now,
                blink_at=blink_at,
                rona_at=rona_at,
            )
        )
    if offers:
        _store(offers, reasons, now)
    return len(offers)


def _lock_waiting(contact_ids: Sequence[UUID]) -> dict[UUID, Contact]:
    return {contact.pk: contact for contact in WAITING.rows(pk__in=contact_ids)}


WAITING = Prepared(
    lambda: (
        Contact.objects.select_for_update(of=("self",), no_key=True)
        .filter(state=ContactState.QUEUED)
        .order_by("pk")
    )
)


def _lock_available(agent_ids: set[int]) -> dict[int, Counter[str]]:
    """Lock the agents who are Available still. Return their live shares per channel,
    now that nobody else can add one."""
    locked = AVAILABLE.rows(pk__in=agent_ids)
    live = queries.live_shares(locked)
    return {agent_id: live[agent_id] for agent_id in locked}


AVAILABLE = Prepared(
    lambda: (
        Agent.objects.select_for_update(of=("self",), no_key=True)
        .filter(state=AgentState.AVAILABLE)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
)


def _store(
    offers: Sequence[Assignment], reasons: Mapping[UUID, dict[str, Any]], now: datetime
) -> None:
    Assignment.objects.bulk_create(offers)
    ids = [offer.contact_id for offer in offers]
    Contact.objects.filter(pk__in=ids).update(state=ContactState.OFFERED)
    audit.note_all(ContactEventCode.OFFERED, shares=offers, now=now, details=reasons)
    events.contact(*ids)
    for offer in offers:
        events.offered(offer.pk)

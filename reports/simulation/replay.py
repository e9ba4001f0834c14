"""Lets a day happen: from event to event, by the services that serve real ones.

Time is what the next event says. Nothing here decides who gets what: a contact is put
in its queue, an agent accepts, talks and wraps up, and the router is the house's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from agents.models import Agent, AgentState
from contacts.models import Assignment, AssignmentState, Contact, ContactState
from contacts.queries.routing import DECLINE_EXCLUDES
from contacts.services import (
    availability,
    ending,
    offers,
    opening,
    router,
    transfers,
    waiting,
)
from core import clock, realtime
from core.agenda import Agenda
from core.errors import DomainError
from queues import skills
from queues.models import DistributionGroup, Queue
from reports.simulation.chances import Chances
from reports.simulation.day import Kind, Then
from reports.simulation.scratch import ONE
from wrapup.services import wrapups

if TYPE_CHECKING:
    from collections.abc import Callable

    from reports.simulation.day import Arrival, Day, Talk

TOLD_EVERY = 200  # events between two words about how far it is
SWEEP = timedelta(seconds=0.5)  # from a deadline to the sweep that sees it, on average


@dataclass
class Visitor:
    """A customer in the replayed day."""

    arrival: Arrival
    leg: int = 0  # how often they came to a queue
    talks: int = 0  # how many agents they talked to
    visit_started_at: datetime | None = None


class Replay:
    """A day that happens once more, in the scratch database."""

    def __init__(self, day: Day, told: Callable[[float], None]) -> None:
        self._day = day
        self._told = told
        self._chances = Chances(day)
        self._agenda = Agenda(_time(day.begins))
        self._visitors: dict[UUID, Visitor] = {}
        self._means: dict[int, bool] = {}  # whether an agent means to take contacts
        self._last_offer = 0
        self._delays: dict[int, set[int]] = {}
        self.refused = 0

    @property
    def now(self) -> datetime:
        return self._agenda.now

    def run(self) -> None:
        """Let everything happen until the day's end."""
        clock.follow(lambda: self.now)
        realtime.hush(but=["route"])
        for queue_id, seconds in DistributionGroup.objects.values_list(
            "queue", "after_seconds"
        ):
            self._delays.setdefault(queue_id, set()).add(seconds)
        self._plan()
        events = self._agenda.events(before=_time(self._day.end))
        for number, happens in enumerate(events):
            happens()
            self._answer_offers()
            if number % TOLD_EVERY == 0:
                self._told((self.now.timestamp() - self._day.begins) / self._length)

    @property
    def _length(self) -> float:
        return self._day.end - self._day.begins

    def _plan(self) -> None:
        for worker in self._day.workers:
            for at, is_available in worker.states:
                self._at(_time(at), _doing(self._mean, worker.id, is_available))
        for arrival in self._day.arrivals:
            self._at(_time(arrival.at), _doing(self._arrive, arrival))

    def _at(self, moment: datetime, happens: Callable[[], object]) -> None:
        self._agenda.at(moment, happens)

    def _in(self, seconds: float, happens: Callable[[], object]) -> None:
        self._at(self.now + timedelta(seconds=seconds), happens)

    # --- agents -------------------------------------------------------------------
    def _mean(self, agent_id: int, is_available: bool) -> None:
        self._means[agent_id] = is_available
        self._set_state(agent_id, is_available=is_available)

    def _set_state(self, agent_id: int, *, is_available: bool) -> None:
        agent = Agent.objects.get(pk=agent_id)
        state = AgentState.AVAILABLE if is_available else AgentState.IDLE
        availability.set_state(agent=agent, state=state, now=self.now)

    def _recover(self, agent_id: int) -> None:
        in_rona = Agent.objects.filter(pk=agent_id, state=AgentState.RONA)
        if self._means.get(agent_id) and in_rona.exists():
            self._set_state(agent_id, is_available=True)

    # --- customers ----------------------------------------------------------------
    def _arrive(self, arrival: Arrival) -> None:
        queue = Queue.objects.select_related("hours").get(pk=arrival.queue)
        try:
            opening.refuse_if_full(queue)
        except opening.QueueFull:
            self.refused += 1
            return
        contact = Contact(
            id=UUID(arrival.id),
            organisation_id=self._day.organisation,
            channel=arrival.channel,
            queue=queue,
            priority=arrival.priority,
            customer_id=ONE,
            opened_at=self.now,
            intent_skills=arrival.asks,
        )
        self._visitors[contact.pk] = Visitor(arrival)
        opening.enqueue(contact, self.now)
        self._waits(contact)

    def _waits(self, contact: Contact) -> None:
        """Plan what happens to somebody who has come to a queue."""
        visitor = self._visitors[contact.pk]
        if contact.visit_started_at == visitor.visit_started_at:
            return
        overflows = visitor.visit_started_at and not visitor.talks > visitor.leg
        visitor.visit_started_at = contact.visit_started_at
        if not overflows:
            self._be_patient(contact.pk, visitor)
        for seconds in self._delays.get(contact.queue_id or 0, set()) | _steps(contact):
            if seconds:
                later = self.now + timedelta(seconds=seconds) + SWEEP
                self._at(later, _doing(self._route_for, contact.pk))
        if contact.wait_deadline:
            self._at(contact.wait_deadline + SWEEP, _doing(self._time_out, contact.pk))
        if contact.release_at:
            self._at(contact.release_at + SWEEP, _doing(self._release, contact.pk))

    def _be_patient(self, contact_id: UUID, visitor: Visitor) -> None:
        visitor.leg = visitor.talks
        patience = self._chances.patience(visitor.arrival, visitor.leg)
        if patience is not None:
            self._in(patience, _doing(self._leave, contact_id, visitor.talks))

    def _leave(self, contact_id: UUID, talks: int) -> None:
        if self._visitors[contact_id].talks == talks:
            ending.leave(contact_id=contact_id, now=self.now)

    def _route_for(self, contact_id: UUID) -> None:
        """Route again: somebody joins the search for a contact that may still wait."""
        if Contact.objects.filter(pk=contact_id, state=ContactState.QUEUED).exists():
            router.route(organisation_id=self._day.organisation, now=self.now)

    def _time_out(self, contact_id: UUID) -> None:
        waiting.time_out(contact_id=contact_id, now=self.now)
        self._wait_again(contact_id)

    def _release(self, contact_id: UUID) -> None:
        waiting.release(contact_id=contact_id, now=self.now)

    def _wait_again(self, contact_id: UUID) -> None:
        contact = Contact.objects.get(pk=contact_id)
        if contact.state in {ContactState.QUEUED, ContactState.OFFERED}:
            self._waits(contact)

    # --- offers -------------------------------------------------------------------
    def _answer_offers(self) -> None:
        """Plan what agents do about the offers that were made just now."""
        new = Assignment.objects.filter(pk__gt=self._last_offer).order_by("pk")
        for share in new:
            self._last_offer = share.pk
            response = self._chances.response(share.agent_id, str(share.contact_id))
            if response.kind == Kind.ACCEPTS:
                self._in(response.seconds, _doing(self._accept, share))
            elif response.kind == Kind.DECLINES:
                self._in(response.seconds, _doing(self._decline, share))
            self._at(share.rona_at + SWEEP, _doing(self._expire, share))

    def _accept(self, share: Assignment) -> None:
        try:
            offers.accept(share=share, now=self.now)
        except DomainError:
            return  # it is over, or the customer gone
        visitor = self._visitors[share.contact_id]
        talk = self._chances.talk(visitor.arrival, visitor.talks)
        visitor.talks += 1
        self._in(talk.seconds, _doing(self._talked, share, talk))

    def _decline(self, share: Assignment) -> None:
        try:
            offers.decline(share=share, now=self.now)
        except DomainError:
            return
        again = self.now + DECLINE_EXCLUDES
        self._at(again + SWEEP, _doing(self._route_for, share.contact_id))
        self._wait_again(share.contact_id)

    def _expire(self, share: Assignment) -> None:
        if not Assignment.objects.filter(
            pk=share.pk, state=AssignmentState.OFFERED
        ).exists():
            return
        if offers.expire(share_ids=[share.pk], now=self.now):
            seconds = self._chances.recovery(share.agent_id)
            if seconds is not None:
                self._in(seconds, _doing(self._recover, share.agent_id))
            self._wait_again(share.contact_id)

    # --- conversations ------------------------------------------------------------
    def _talked(self, share: Assignment, talk: Talk) -> None:
        if talk.then == Then.END or not self._hand_over(share, talk):
            following = self._rest(share, talk)
            if following is not None:
                self._in(following.seconds, _doing(self._talked, share, following))
                return
            ending.end(share=share, now=self.now)
        self._wrap_up(share, talk.wrap_up)

    def _rest(self, share: Assignment, talk: Talk) -> Talk | None:
        """Return what the next agent did that day, where the contact cannot be handed
        over now: this one does it in their place."""
        visitor = self._visitors[share.contact_id]
        if talk.then == Then.END or visitor.talks >= len(visitor.arrival.talks):
            return None
        visitor.talks += 1
        return visitor.arrival.talks[visitor.talks - 1]

    def _hand_over(self, share: Assignment, talk: Talk) -> bool:
        try:
            to = talk.to or 0
            if talk.then == Then.TO_QUEUE:
                transfers.to_queue(share=share, queue_id=to, now=self.now)
                self._wait_again(share.contact_id)
            else:
                transfers.to_agent(share=share, agent_id=to, now=self.now)
        except DomainError:
            return False
        return True

    def _wrap_up(self, share: Assignment, seconds: float) -> None:
        deadline = Assignment.objects.values_list("wrapup_deadline", flat=True).get(
            pk=share.pk
        )
        self._in(seconds, _doing(self._complete, share))
        if deadline is not None:
            self._at(
                deadline + SWEEP,
                lambda: wrapups.complete_due(share_id=share.pk, now=self.now),
            )

    def _complete(self, share: Assignment) -> None:
        if Assignment.objects.filter(
            pk=share.pk, state=AssignmentState.WRAPUP
        ).exists():
            wrapups.complete(share=share, wrapup_code_id=ONE, now=self.now)


def _steps(contact: Contact) -> set[int]:
    """Return after how many seconds a contact asks for less."""
    return {
        step * each.relax_seconds
        for each in skills.read(contact.asked_skills)
        if each.relax_seconds is not None
        for step in range(1, each.level + 1)
    }


def _doing(does: Callable[..., object], *what: object) -> Callable[[], object]:
    return lambda: does(*what)


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)

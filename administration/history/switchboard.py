"""Who gets whom: waiting, offers, and what becomes of them (domain 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from administration.history.goodbyes import abandon
from agents.models import AgentState, Channel, TransferNoAnswer
from contacts.models import (
    Assignment,
    AssignmentKind,
    AssignmentOutcome,
    AssignmentRole,
    AssignmentState,
    ContactEventCode,
    ContactState,
    EndedReason,
    VisitOutcome,
)
from contacts.queries.routing import DECLINE_EXCLUDES
from contacts.services import conversation
from contacts.services.decisions import MOST_KEPT, reasons_for
from queues.routing import Line

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from administration.history.desks import Desk
    from administration.history.story import Story
    from administration.history.world import World
    from agents.models import Agent
    from queues.models import Queue

RONA, DECLINE = 0.035, 0.012  # of offers
A_MOMENT = 0.9  # seconds until the system notices that a time is over


@dataclass
class Switchboard:
    world: World
    # Called when somebody joins: the owner, or the consulted agent.
    joined: Callable[[Story, Assignment], None]
    # Called when nobody joins whom the owner has asked.
    alone: Callable[[Story], None]

    # --- the line -------------------------------------------------------------------
    def enqueue(self, story: Story, queue: Queue) -> None:
        world = self.world
        story.enters(queue, world.now)
        world.waiting.append(story)
        if world.is_over:
            story.patience = world.dice.between(3, 40)
        self.watch(story)
        self.route()

    def watch(self, story: Story) -> None:
        """Have a customer who waits give up when they are out of patience."""
        visit = story.visits[-1]

        def gives_up() -> None:
            if visit.left_at is None:
                abandon(self.world, story)
                self.route()

        if story.contact.channel != Channel.EMAIL:
            self.world.agenda.at(self.world.now + story.patience, gives_up)

    def route(self) -> None:
        """Offer those who wait to those who are free, in the order of the line."""
        world = self.world
        line = Line(d.as_candidate() for d in world.desks.values() if d.is_available)
        for story in sorted(world.waiting, key=_place):
            waiting = story.as_waiting(self.closed_to(story))
            others = line.first(MOST_KEPT + 1)
            chosen = line.take(waiting, now=world.now)
            if chosen is None:
                continue
            why = reasons_for(chosen, others, waiting=waiting, now=world.now)
            world.waiting.remove(story)
            story.contact.state = ContactState.OFFERED
            agent_id = chosen.agent_id
            story.note(ContactEventCode.OFFERED, world.now, agent=agent_id, **why)
            contact = story.contact
            self.offer(
                story,
                world.desks[agent_id],
                requested_by=contact.transferred_by,
                note=contact.transfer_note,
            )

    def closed_to(self, story: Story) -> frozenset[int]:
        """Return who does not get it: they missed it and did not select Available
        since, declined it lately, or have a share."""
        now = self.world.now
        live = {share.agent_id for share in story.shares if share.is_live}
        since = {pk: desk.since for pk, desk in self.world.desks.items()}
        missed = {
            pk
            for pk, at in story.missed.items()
            if (began := since[pk]) is not None and at >= began
        }
        lately = now - DECLINE_EXCLUDES
        declined = {pk for pk, at in story.declined.items() if at > lately}
        return frozenset(live | missed | declined)

    # --- offers ---------------------------------------------------------------------
    def offer(self, story: Story, desk: Desk, **more: Any) -> None:
        """Show a card to an agent, who accepts, declines or lets it pass."""
        world, now = self.world, self.world.now
        organisation = world.centre.organisation
        blink_at = now + timedelta(seconds=organisation.acceptance_timeout)
        share = Assignment(
            contact=story.contact,
            agent=desk.agent,
            queue=story.contact.queue,
            offered_at=now,
            blink_at=blink_at,
            rona_at=blink_at + timedelta(seconds=organisation.blink_duration),
            **more,
        )
        story.shares.append(share)
        desk.takes(share, story)
        at, do = self._answer(share)

        def answers() -> None:
            if share.state == AssignmentState.OFFERED:
                do(story, share)

        world.agenda.at(at, answers)

    def _answer(
        self, share: Assignment
    ) -> tuple[datetime, Callable[[Story, Assignment], None]]:
        """Return when the agent does what with a card."""
        dice, now = self.world.dice, self.world.now
        longest = (share.rona_at - now).total_seconds()
        roll = 1.0 if self.world.is_over else dice.random()
        if roll < RONA:
            return share.rona_at + dice.between(0.05, A_MOMENT), self._passes
        took = dice.around(6, least=min(1.2, longest / 2), most=longest * 0.95)
        if roll < RONA + DECLINE:
            return now + took, self._declines
        return now + took, self._accepts

    def _accepts(self, story: Story, share: Assignment) -> None:
        now, contact = self.world.now, story.contact
        share.state = AssignmentState.CONNECTED
        share.connected_at = now
        contact.state = ContactState.CONNECTED
        contact.connected_at = contact.connected_at or now
        contact.transfer_note, contact.transferred_by = "", None
        story.leaves_queue(VisitOutcome.ANSWERED, now)
        story.note(ContactEventCode.ACCEPTED, now, agent=share.agent_id)
        name = share.agent.display_name
        story.tell(conversation.agent_joined(contact, name), now)
        self.joined(story, share)

    def _passes(self, story: Story, share: Assignment) -> None:
        """The time to accept is over: the agent is in RONA, other cards go back."""
        world, desk = self.world, self.world.desk_of(share)
        story.missed[desk.pk] = world.now
        desk.becomes(AgentState.RONA, world.now, chosen=False)
        self.give_back(story, share, AssignmentState.RONA)
        self.withdraw_cards(desk, AssignmentState.WITHDRAWN)
        world.agenda.at(
            world.now + world.dice.around(40, least=8, most=240),
            lambda: self._returns(desk),
        )

    def _returns(self, desk: Desk) -> None:
        if desk.state == AgentState.RONA and not desk.goes_home:
            desk.becomes(AgentState.AVAILABLE, self.world.now)
            self.route()

    def _declines(self, story: Story, share: Assignment) -> None:
        story.declined[share.agent_id] = self.world.now
        self.give_back(story, share, AssignmentState.DECLINED)
        again = self.world.now + DECLINE_EXCLUDES + timedelta(seconds=1)
        self.world.agenda.at(again, self.route)

    def withdraw_cards(self, desk: Desk, state: AssignmentState) -> None:
        """Take back the cards of an agent who is not Available any more."""
        for share, story in list(desk.in_hand):
            if share.state == AssignmentState.OFFERED:
                if state == AssignmentState.DECLINED:
                    story.declined[desk.pk] = self.world.now
                self.give_back(story, share, state)

    def give_back(
        self, story: Story, share: Assignment, state: AssignmentState
    ) -> None:
        """End an offer that was not accepted, and decide what becomes of it."""
        self._end_offer(story, share, state)
        if share.kind == AssignmentKind.CONFERENCE:
            self._ask_next(story, share)
        elif share.kind == AssignmentKind.TRANSFER:
            self._not_taken(story)
        else:
            story.contact.state = ContactState.QUEUED
            self.world.waiting.append(story)
        self.route()

    def _end_offer(
        self, story: Story, share: Assignment, state: AssignmentState
    ) -> None:
        now = self.world.now
        share.state, share.ended_at = state, now
        share.outcome = AssignmentOutcome(state)
        self.world.desk_of(share).lets_go(share, now)
        story.note(ContactEventCode(state), now, agent=share.agent_id)

    def _not_taken(self, story: Story) -> None:
        """A colleague did not take a transfer: by the setting it ends, or waits."""
        now, contact = self.world.now, story.contact
        setting = self.world.centre.organisation.transfer_no_answer
        if setting == TransferNoAnswer.END:
            left = conversation.agent_left(contact, None)
            story.ends(EndedReason.TRANSFER_NO_ANSWER, now, left)
            return
        assert contact.queue is not None
        story.tell(conversation.queued(contact, contact.queue), now)
        self.enqueue(story, contact.queue)

    # --- colleagues -----------------------------------------------------------------
    def free_colleague(self, story: Story, *but: int) -> Desk | None:
        """Return who is next in the contact's queue, apart from these."""
        waiting = story.as_waiting(self.closed_to(story) | frozenset(but))
        desks = self.world.desks
        line = Line(d.as_candidate() for d in desks.values() if d.is_available)
        chosen = line.take(waiting, now=self.world.now)
        return desks[chosen.agent_id] if chosen else None

    def hand_to(self, story: Story, desk: Desk, *, by: Agent, note: str) -> None:
        """Offer a chat that its owner has let go of to a colleague."""
        now = self.world.now
        story.contact.state = ContactState.OFFERED
        code = ContactEventCode.TRANSFERRED
        story.note(code, now, agent=desk.pk, actor=by.pk)
        kind = AssignmentKind.TRANSFER
        self.offer(story, desk, kind=kind, requested_by=by, note=note)

    def invite(
        self, story: Story, *, note: str, started_at: datetime | None = None
    ) -> bool:
        """Ask the next colleague to join. Return whether there is one."""
        now, owner = self.world.now, story.owner
        started_at = started_at or now
        desk = self.free_colleague(story, *story.tried(started_at))
        if desk is None:
            return False
        self.offer(
            story,
            desk,
            kind=AssignmentKind.CONFERENCE,
            role=AssignmentRole.CONSULTED,
            requested_by=owner.agent,
            request_started_at=started_at,
            note=note,
        )
        code = ContactEventCode.INVITED
        story.note(code, now, agent=desk.pk, actor=owner.agent_id)
        return True

    def _ask_next(self, story: Story, refused: Assignment) -> None:
        began = refused.request_started_at
        if not self.invite(story, note=refused.note, started_at=began):
            self.alone(story)


def _place(story: Story) -> tuple[int, datetime, str]:
    contact = story.contact
    assert contact.enqueued_at is not None
    return -contact.priority, contact.enqueued_at, contact.pk.hex

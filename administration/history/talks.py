"""How people talk: line by line, with transfers and conferences between."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from administration.history import goodbyes
from administration.history.story import Step
from administration.history.switchboard import Switchboard
from contacts.models import (
    AssignmentOutcome,
    AssignmentRole,
    AssignmentState,
    ContactEventCode,
)
from contacts.services import conversation
from contacts.services.drafts import CUSTOMER, agent_sender
from wrapup.models import WrapUp

if TYPE_CHECKING:
    from administration.history.story import Story
    from administration.history.world import World
    from contacts.models import Assignment
    from queues.models import Queue

# Seconds before each step, as people take them: half of them less than the first.
PACE = {
    "C": (27.0, 4.0, 150.0),
    "A": (31.0, 5.0, 170.0),
    "B": (18.0, 5.0, 90.0),
    "silence": (150.0, 90.0, 300.0),
    "leave": (9.0, 2.0, 60.0),
    "end": (12.0, 3.0, 60.0),
}
OTHER_PACE = (15.0, 4.0, 60.0)
HURRY = (2.0, 1.0, 4.0)
CLOSING = {"end", "leave"}
SILENCE = Step("silence")
# Said where there is no colleague to take over.
IN_PERSON = (
    Step("A", "I have done that for you myself."),
    Step("C", "That is great, thank you."),
)


@dataclass
class Talks:
    world: World
    switchboard: Switchboard = field(init=False)

    def __post_init__(self) -> None:
        self.switchboard = Switchboard(self.world, self.joined, self.goes_on)

    # --- who joins ------------------------------------------------------------------
    def joined(self, story: Story, share: Assignment) -> None:
        """An agent is there: the owner begins, a consulted one says a word."""
        if share.role == AssignmentRole.CONSULTED:
            story.script.extendleft(reversed(self._words_of_two()))
        elif story.contact.channel == "email":
            story.script = deque([SILENCE, Step("end")])
        self.goes_on(story)

    def _words_of_two(self) -> list[Step]:
        words = [
            Step("B", "Hello, {agent} here. I have read what this is about."),
            Step("C", "Hello, thank you for joining."),
            Step("B", "I have looked at the order: it is as my colleague says, and I "
                 "have released it for you."),
            Step("C", "Great, that was quick."),
        ]  # fmt: skip
        if self.world.dice.chance(0.8):
            words.append(Step(self.world.dice.choice(["exit", "drop"])))
        return words

    def goes_on(self, story: Story) -> None:
        """Take the next step of the script in its time."""
        world = self.world
        if world.is_over:
            last = story.script[-1]
            story.script = deque([last if last.what in CLOSING else Step("end")])
        step = story.script.popleft()
        median, least, most = PACE.get(step.what, OTHER_PACE)
        if world.is_over:
            median, least, most = HURRY
        elif step.what == "A":
            # Who has several chats in hand takes longer.
            desk = world.desk_of(story.owner)
            median *= 1 + 0.2 * (len(desk.in_hand) - 1)
        took = world.dice.around(median, least=least, most=most)
        since = max(world.now, story.speaks_from)
        world.agenda.at(since + took, lambda: self._takes(story, step))

    def _takes(self, story: Story, step: Step) -> None:
        match step.what:
            case "C" | "A" | "B":
                self._says(story, step)
            case "silence":
                self.goes_on(story)
            case "note":
                story.add_note(story.owner.agent, step.text, self.world.now)
                self.goes_on(story)
            case "conference":
                self._confers(story, step)
            case "exit" | "drop":
                self._parts(story, step)
            case "to_agent" | "to_queue":
                self._transfers(story, step)
            case "leave":
                self._customer_leaves(story)
            case _:
                self._ends(story, story.owner)

    def _says(self, story: Story, step: Step) -> None:
        sender, name = CUSTOMER, story.contact.customer.label
        if step.what != "C":
            consulted = story.consulted if step.what == "B" else None
            agent = (consulted or story.owner).agent
            sender, name = agent_sender(agent), agent.display_name
            step = step._replace(text=step.text.replace("{agent}", name))
        story.say(sender, name, step, self.world.now)
        self.goes_on(story)

    # --- colleagues -----------------------------------------------------------------
    def _confers(self, story: Story, step: Step) -> None:
        if not self.switchboard.invite(story, note=step.text):
            self.goes_on(story)

    def _parts(self, story: Story, step: Step) -> None:
        consulted = story.consulted
        if consulted is not None:
            is_exit = step.what == "exit"
            outcome = AssignmentOutcome.EXIT if is_exit else AssignmentOutcome.DROP
            goodbyes.colleague_leaves(self.world, story, consulted, outcome)
            self.switchboard.route()
        self.goes_on(story)

    def _transfers(self, story: Story, step: Step) -> None:
        """Give the chat away, unless there is nobody to give it to."""
        owner = story.owner
        if step.what == "to_agent":
            desk = self.switchboard.free_colleague(story)
            if desk is not None:
                owner.transferred_to_agent = desk.agent
                self._lets_go(story, owner)
                by = owner.agent
                self.switchboard.hand_to(story, desk, by=by, note=step.text)
                return
        else:
            queues = self.world.centre.queues.values()
            others = [q for q in queues if q.pk != story.contact.queue_id]
            if others:
                owner.transferred_to_queue = self.world.dice.choice(others)
                self._lets_go(story, owner)
                self._to_queue(story, owner, owner.transferred_to_queue, step.text)
                return
        story.script = deque([*IN_PERSON, story.script[-1]])
        self.goes_on(story)

    def _lets_go(self, story: Story, owner: Assignment) -> None:
        goodbyes.wraps_up(self.world, story, owner, AssignmentOutcome.TRANSFER)
        left = conversation.agent_left(story.contact, owner.agent.display_name)
        story.tell(left, self.world.now)
        self._wraps_up_later(story, owner, code="Escalated")

    def _to_queue(
        self, story: Story, owner: Assignment, queue: Queue, note: str
    ) -> None:
        now, contact = self.world.now, story.contact
        if not contact.organisation.transfer_keeps_place:
            contact.enqueued_at = now
        contact.transfer_note, contact.transferred_by = note, owner.agent
        story.note(
            ContactEventCode.TRANSFERRED, now, actor=owner.agent_id, queue=queue.pk
        )
        self.switchboard.enqueue(story, queue)

    # --- the end --------------------------------------------------------------------
    def _customer_leaves(self, story: Story) -> None:
        world, owner = self.world, story.owner
        goodbyes.customer_leaves(world, story)
        self.switchboard.route()
        pace = HURRY if world.is_over else (6.0, 1.0, 45.0)
        took = world.dice.around(pace[0], least=pace[1], most=pace[2])
        world.agenda.at(world.now + took, lambda: self._ends(story, owner))

    def _ends(self, story: Story, owner: Assignment) -> None:
        goodbyes.agent_ends(self.world, story, owner)
        self._wraps_up_later(story, owner, code=story.topic)
        self.switchboard.route()

    def _wraps_up_later(self, story: Story, share: Assignment, *, code: str) -> None:
        world = self.world
        took = world.dice.around(38, least=4, most=180)
        if world.is_over:
            took = world.dice.between(2, 15)
        seconds = world.centre.organisation.auto_wrapup_seconds
        is_auto = seconds is not None and took >= timedelta(seconds=seconds)
        if seconds is not None:
            share.wrapup_deadline = world.now + timedelta(seconds=seconds)
            took = min(took, timedelta(seconds=seconds))
        world.agenda.at(
            world.now + took,
            lambda: self._completes(story, share, code, is_auto=is_auto),
        )

    def _completes(
        self, story: Story, share: Assignment, topic: str, *, is_auto: bool
    ) -> None:
        world, now = self.world, self.world.now
        code = world.centre.codes.get(topic, world.centre.default_code)
        if is_auto:
            code = world.centre.default_code
        story.wrap_ups.append(
            WrapUp(
                assignment=share,
                code=code,
                code_name=code.name,
                note=self._note_on(topic),
                auto=is_auto,
                created_at=now,
            )
        )
        share.state, share.ended_at = AssignmentState.COMPLETED, now
        world.desk_of(share).lets_go(share, now)
        story.close_if_done(now)
        code_of = ContactEventCode.WRAPPED_UP
        story.note(code_of, now, agent=share.agent_id, reason=code.pk, auto=is_auto)
        self.switchboard.route()

    def _note_on(self, topic: str) -> str:
        if not self.world.dice.chance(0.12):
            return ""
        return f"{topic}: as agreed with the customer, no open points."

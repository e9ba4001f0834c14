"""The assistant in front: what it answers, and whom it lets through to people."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from administration.history import scripts
from administration.history.goodbyes import abandon
from administration.history.story import Step
from contacts.models import (
    ContactEventCode,
    ContactState,
    EndedReason,
    HandoverReason,
    Miss,
    SenderKind,
)
from contacts.services import conversation
from contacts.services.drafts import CUSTOMER, Sender
from queues.models import IntentAction

if TYPE_CHECKING:
    from administration.history.story import Story
    from administration.history.switchboard import Switchboard
    from administration.history.world import World
    from queues.models import Assistant, Intent, Queue

# How customers put the phrases of the demo's intents.
WORDED = {
    "opening hours": "What are your opening hours?",
    "when are you open": "Hi, when are you open on Saturday?",
    "delivery": "How long does delivery take?",
    "where is my order": "Hello, where is my order?",
    "shipping": "What do you charge for shipping?",
    "invoice": "I have a question about my invoice",
    "bill": "My bill seems to be wrong",
    "refund": "I am still waiting for my refund",
    "person": "I would like to talk to a person please",
    "agent": "agent please",
    "human": "can I speak to a human",
    "goodbye": "Thank you, goodbye!",
    "bye": "ok thanks, bye",
}


@dataclass
class Greeters:
    world: World
    switchboard: Switchboard

    def begin(self, story: Story, assistant: Assistant, *, lets_through: bool) -> None:
        """The assistant says hello; then the customer says what they want."""
        contact, now = story.contact, self.world.now
        contact.state = ContactState.BOT
        contact.assistant, contact.queue = assistant, None
        story.note(ContactEventCode.OPENED, now)
        if assistant.greeting:
            self._answers(story, assistant.greeting)
        steps = self._talk(assistant, story.opening, lets_through=lets_through)
        self._next(story, deque(steps))

    def _talk(
        self, assistant: Assistant, opening: Step, *, lets_through: bool
    ) -> list[tuple[str, Intent | None, Step]]:
        """Return what the customer says, with the intent that is found in each."""
        intents = self.world.centre.intents[assistant.pk]
        said = [self._ask(i) for i in intents if i.action == IntentAction.REPLY]
        ends = [self._ask(i) for i in intents if i.action == IntentAction.END]
        ways = [self._ask(i) for i in intents if i.action == IntentAction.ESCALATE]
        dice = self.world.dice
        if not lets_through and said:
            answered = dice.sample(said, k=dice.choice([1, 1, min(2, len(said))]))
            bye = dice.choice(ends) if ends and dice.chance(0.6) else None
            return [*answered, bye or ("gone", None, opening)]
        missed: list[tuple[str, Intent | None, Step]] = [
            ("says", None, opening),
            ("says", None, Step("C", "Did you understand me?")),
            ("says", None, Step("C", "Hello?")),
        ]
        if ways and dice.chance(0.68):
            first = missed[:1] if dice.chance(0.25) else []
            return [*first, dice.choice(ways)]
        return missed[: assistant.max_misses] or [*ways[:1], ("gone", None, opening)]

    def _ask(self, intent: Intent) -> tuple[str, Intent | None, Step]:
        phrase = self.world.dice.choice(intent.phrases)
        return "says", intent, Step("C", WORDED.get(phrase, phrase))

    def _next(
        self, story: Story, steps: deque[tuple[str, Intent | None, Step]]
    ) -> None:
        dice, world = self.world.dice, self.world
        what, intent, step = steps.popleft() if steps else ("gone", None, Step("C"))
        took = dice.around(14, least=3, most=70)

        def acts() -> None:
            if what == "gone" or world.is_over:
                abandon(world, story)
                return
            story.say(CUSTOMER, story.contact.customer.label, step, world.now)
            soon = world.now + dice.between(0.4, 1.4)
            world.agenda.at(soon, lambda: self._reacts(story, intent, steps))

        world.agenda.at(world.now + took, acts)

    def _reacts(
        self,
        story: Story,
        intent: Intent | None,
        steps: deque[tuple[str, Intent | None, Step]],
    ) -> None:
        contact, assistant = story.contact, story.contact.assistant
        assert assistant is not None
        after = contact.answered_seq
        self._answers(story, intent.reply if intent else assistant.fallback)
        story.answered(self.world.now)
        if intent is None:
            self._misses(story, assistant, after, steps)
            return
        contact.assistant_misses = 0
        if intent.action == IntentAction.END:
            story.ends(EndedReason.BOT_ENDED, self.world.now)
            story.note(ContactEventCode.BOT_ENDED, self.world.now)
        elif intent.action == IntentAction.ESCALATE:
            self._hands_over(story, HandoverReason.ASKED, intent.queue)
        else:
            self._next(story, steps)

    def _misses(
        self,
        story: Story,
        assistant: Assistant,
        after: int,
        steps: deque[tuple[str, Intent | None, Step]],
    ) -> None:
        contact, now = story.contact, self.world.now
        contact.assistant_misses += 1
        last = contact.answered_seq
        story.misses.append(
            Miss(contact=contact, at=now, after_seq=after, last_seq=last)
        )
        if contact.assistant_misses >= assistant.max_misses:
            self._hands_over(story, HandoverReason.MISSES, None)
        else:
            self._next(story, steps)

    def _answers(self, story: Story, text: str) -> None:
        assistant = story.contact.assistant
        assert assistant is not None
        if text.strip():
            sender = Sender(SenderKind.BOT, name=assistant.name)
            story.say(sender, assistant.name, Step("bot", text), self.world.now)

    def _hands_over(
        self, story: Story, reason: HandoverReason, queue: Queue | None
    ) -> None:
        contact, now, point = story.contact, self.world.now, story.contact.entry_point
        assert point is not None
        queue = queue if queue and queue.is_active else point.queue
        contact.handover_reason = reason
        contact.handover_seq = contact.last_seq
        contact.priority = queue.priority_from(point)
        said = reason == HandoverReason.MISSES
        asked = story.opening if said else None
        script = scripts.of(self.world.dice, story, queue.name, asked=asked)
        story.script, story.topic = script
        story.tell(conversation.queued(contact, queue), now)
        story.note(ContactEventCode.HANDED_OVER, now, queue=queue.pk, reason=reason)
        self.switchboard.enqueue(story, queue)

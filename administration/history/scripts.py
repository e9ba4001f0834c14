"""Makes a conversation of a dialogue: with names and numbers, and with what happens on
the way: a colleague, a note, a customer who says nothing more."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from administration.history.dialogues import (
    DAYS,
    NO_ANSWER,
    PRODUCTS,
    about,
    greeting,
)
from administration.history.story import Step

if TYPE_CHECKING:
    from administration.history.dice import Dice
    from administration.history.story import Story

TO_QUEUE, TO_AGENT, CONFERENCE, SILENCE, NOTE = 0.05, 0.03, 0.035, 0.06, 0.05
AFTER_TRANSFER = (
    ("A", "Hello {name}, {agent} here. I have read the chat and take over."),
    ("C", "Thank you. Can you help me with it?"),
    ("A", "Yes: I have put it right, and you get a mail with the details."),
    ("C", "That is great, thank you."),
)


def opening(dice: Dice, queue: str, language: str) -> tuple[Step, str]:
    """Return what a customer says first, and what it is about."""
    dialogue = dice.choice(about(queue, language))
    who, words, is_sensitive = dialogue.lines[0]
    return Step(who, words, is_sensitive), dialogue.topic


def gaps(dice: Dice, name: str, language: str) -> dict[str, str]:
    """Return what one conversation has in the gaps of its lines."""
    first = name.split(" ", maxsplit=1)[0]
    return {
        " {name}": f" {first}" if first else "",
        "{product}": dice.choice(PRODUCTS),
        "{order}": f"A-{dice.randrange(20_000, 99_000)}",
        "{amount}": f"{dice.randrange(19, 240)}",
        "{day}": dice.choice(DAYS[language]),
    }


def filled(step: Step, story: Story) -> Step:
    text = step.text
    for gap, value in story.gaps.items():
        text = text.replace(gap, value)
    return step._replace(text=text)


def of(
    dice: Dice, story: Story, queue: str, *, asked: Step | None
) -> tuple[deque[Step], str]:
    """Return what is said once people talk, and the wrap-up it ends in. `asked` is
    what the customer has said already."""
    language = story.language
    known = [
        each
        for each in about(queue, language)
        if asked is None or _begins_alike(each.lines[0][1], asked.text)
    ] or about(queue, language)
    dialogue = dice.choice(known)
    steps = [Step("A", greeting(language, asked=asked is not None))]
    for who, words, is_sensitive in dialogue.lines[asked is not None :]:
        steps.append(Step(who, words, is_sensitive))
    topic = dialogue.topic
    if language == "en":
        steps, topic = _with_turns(dice, steps, topic)
    else:
        steps.append(Step("leave" if dice.chance(0.35) else "end"))
    return deque(filled(step, story) for step in steps), topic


def _begins_alike(template: str, text: str) -> bool:
    return text.startswith(template.split("{", 1)[0])


def _with_turns(dice: Dice, steps: list[Step], topic: str) -> tuple[list[Step], str]:
    """Return the steps with what happens on the way, and how it ends."""
    end = Step("leave" if dice.chance(0.35) else "end")
    middle = max(2, len(steps) // 2)
    roll = dice.random()
    if roll < TO_QUEUE + TO_AGENT:
        what = "to_queue" if roll < TO_QUEUE else "to_agent"
        after = [Step(who, words) for who, words in AFTER_TRANSFER]
        note = Step(what, f"About: {topic.lower()}. The customer knows that you come.")
        return [*steps[:middle], note, *after, end], topic
    roll -= TO_QUEUE + TO_AGENT
    if roll < CONFERENCE:
        asks = Step("conference", "Could you have a look at this one with me?")
        return [*steps[:middle], asks, *steps[middle:], end], topic
    roll -= CONFERENCE
    if roll < SILENCE:
        still = [Step("silence"), Step("A", "Are you still there?"), Step("silence")]
        return [*steps[:middle], *still, Step("end")], NO_ANSWER
    roll -= SILENCE
    if roll < NOTE:
        note = Step("note", f"Second time about the same: {topic.lower()}.")
        return [*steps[:middle], note, *steps[middle:], end], topic
    return [*steps, end], topic

"""What an assistant answers: thought out without a lock, and nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistants import matching
from contacts.models import HandoverReason
from core import text
from queues.models import IntentAction
from queues.services.asking import skills_of

if TYPE_CHECKING:
    from contacts.services.assisting import Source
    from queues.models import Assistant, Intent, Queue

LONGEST = 8000  # characters of a line


@dataclass(frozen=True)
class Line:
    """Something to say, with short answers to choose from, or with its sources."""

    text: str
    buttons: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Reply:
    """What is said to a customer's lines, and what happens then.

    A miss says the assistant's fallback. `queue` is where to hand over to; None: the
    entry point's; `reason` is why, `summary` the assistant's word for people, and
    `skills` what they are asked for (`queues.skills`).
    """

    lines: tuple[Line, ...] = ()
    action: IntentAction = IntentAction.REPLY
    queue: Queue | None = None
    reason: HandoverReason = HandoverReason.ASKED
    summary: str = ""
    skills: str = ""
    intent: str | None = None
    score: int = 0
    is_miss: bool = False


def reply_to(said: str, *, assistant: Assistant) -> Reply:
    """Return what the assistant answers to this text, by its intents."""
    intents = list(assistant.intents.select_related("queue"))
    found = matching.match(said, [intent.phrases for intent in intents])
    if found is None:
        return miss(assistant)
    return _meant(intents[found.position], found.score)


def miss(assistant: Assistant) -> Reply:
    """Return what is said where the assistant has no answer."""
    return Reply(_lines(assistant.fallback), is_miss=True)


def given_up(assistant: Assistant, reason: HandoverReason) -> Reply:
    """Return that the assistant has no answer, and people take over at once."""
    lines = _lines(assistant.fallback)
    return Reply(lines, action=IntentAction.ESCALATE, reason=reason)


def can_be_said(line: str) -> bool:
    """Whether people see something, and every database can store it."""
    try:
        line.encode()
    except UnicodeEncodeError:
        return False
    return len(line) <= LONGEST and "\0" not in line and not text.is_blank(line)


def _meant(intent: Intent, score: int) -> Reply:
    queue = intent.queue if intent.queue and intent.queue.is_active else None
    action = IntentAction(intent.action)
    return Reply(
        lines=_lines(intent.reply, *intent.buttons),
        action=action,
        queue=queue,
        skills=skills_of(intent) if action == IntentAction.ESCALATE else "",
        intent=intent.name,
        score=score,
    )


def _lines(said: str, *buttons: str) -> tuple[Line, ...]:
    return (Line(said, buttons),) if said.strip() else ()

"""What happens around an assistant in the tests' stories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistants import jobs
from core import clock
from tests import steps
from tests.steps import customer_of, for_customers

if TYPE_CHECKING:
    from tests.steps import Chat, Json


def work() -> int:
    """Let the assistants' worker do what is due; return in how many chats."""
    return jobs.answer_due(clock.now())


def asks(chat: Chat, *texts: str) -> None:
    """Let the customer say this, and the assistant answer."""
    for text in texts:
        steps.say(chat, text)
        work()


def escalate(chat: Chat) -> Any:
    return customer_of(chat).post(for_customers(chat, "escalate"))


def said_by(chat: Chat, kind: str) -> list[str]:
    """Return the texts of those of this kind, in their order."""
    lines = steps.lines_of(chat)
    return [line["text"] for line in lines if line["sender"]["kind"] == kind]


def events_of(chat: Chat) -> list[str]:
    lines = steps.lines_of(chat)
    return [line["event"]["code"] for line in lines if line["event"]]


def handover_of(card: Json) -> Json:
    handover: Json = card["handover"]
    return handover

"""What those who oversee do in the chats of others, by REST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contacts.models import Watch
from tests.steps import client_for, for_agents

if TYPE_CHECKING:
    from agents.models import Agent
    from tests.steps import Chat, Json

SECRET = "Offer her a new one"


def watch(who: Agent, chat: Chat, mode: str = "monitor") -> Any:
    return client_for(who).post(for_agents(chat, "watch"), {"mode": mode})


def stop(who: Agent, chat: Chat) -> Any:
    return client_for(who).delete(for_agents(chat, "watch"))


def whisper(
    who: Agent, chat: Chat, text: str = SECRET, *, client_id: str = "w1"
) -> Any:
    body = {"client_id": client_id, "text": text}
    return client_for(who).post(for_agents(chat, "whispers"), body)


def whispers(who: Agent, chat: Chat) -> Any:
    return client_for(who).get(for_agents(chat, "whispers"))


def barge(who: Agent, chat: Chat) -> Any:
    return client_for(who).post(for_agents(chat, "barge"))


def take_over(who: Agent, chat: Chat, reason: str = "She asked for me") -> Any:
    return client_for(who).post(for_agents(chat, "take-over"), {"reason": reason})


def ask_help(who: Agent, chat: Chat, text: str = "An invoice") -> Any:
    return client_for(who).post(for_agents(chat, "help"), {"text": text})


def take_help_back(who: Agent, chat: Chat) -> Any:
    return client_for(who).delete(for_agents(chat, "help"))


def watched_by(chat: Chat) -> str | None:
    """Return who watches a chat: the row and what the messages go by are at one."""
    on = chat.contact.watched_by
    open_ones = Watch.objects.filter(contact=chat.id, ended_at=None)
    assert [row.watcher for row in open_ones] == ([on] if on else [])
    return on.display_name if on else None


def ends_of(chat: Chat) -> list[tuple[str, str]]:
    """Return (watcher, outcome) of the watches that are over, in their order."""
    rows = Watch.objects.filter(contact=chat.id, ended_at__isnull=False)
    return list(rows.order_by("pk").values_list("watcher__display_name", "outcome"))


def cards_in(frames: list[Json]) -> list[Json]:
    return [frame["card"] for frame in frames if frame["type"] == "card"]

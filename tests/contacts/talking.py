"""Says and reads lines over REST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contacts.models import Message
from tests import steps
from tests.steps import client_for, customer_of, for_agents, for_customers

if TYPE_CHECKING:
    from agents.models import Agent
    from tests.steps import Chat


def read(agent: Agent, chat: Chat, seq: object) -> Any:
    return client_for(agent).post(for_agents(chat, "read"), {"seq": seq}, format="json")


def post(who: Agent | Chat, chat: Chat, **body: Any) -> Any:
    body = {"client_id": "one", "text": "Hello", **body}
    if isinstance(who, steps.Chat):
        client, url = customer_of(who), for_customers(chat, "messages")
    else:
        client, url = client_for(who), for_agents(chat, "messages")
    return steps.post(client, url, body)


def texts() -> list[str]:
    rows = Message.objects.filter(kind="text").order_by("contact", "seq")
    return list(rows.values_list("text", flat=True))

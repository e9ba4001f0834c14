"""The floor of the contact centre: who can take what, and who has what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contacts.models import Assignment, Contact
from tests.factories import MultimediaProfileFactory
from tests.steps import API, client_for

if TYPE_CHECKING:
    from agents.models import Agent
    from queues.models import Queue
    from tests.steps import Chat


def can_take(agent: Agent, **slots: Any) -> None:
    """Give the agent a profile of their own; channels not named have no slot."""
    slots = {"chat": 0} | slots
    agent.multimedia_profile = MultimediaProfileFactory.create(
        organisation=agent.organisation, **slots
    )
    agent.save(update_fields=["multimedia_profile"])


def open_other(ada: Agent, channel: str, queue: Queue) -> Contact:
    """Let the administrator put a contact of another channel into a queue."""
    response = client_for(ada).post(
        f"{API}/contacts/",
        {"channel": channel, "queue": queue.pk, "customer": {"name": "Dora"}},
    )
    assert response.status_code == 201, response.content
    return Contact.objects.get(pk=response.json()["id"])


def shares_of(chat: Chat | Contact) -> list[tuple[str, str]]:
    """Return (agent, state) of the contact's shares, in their order."""
    rows = Assignment.objects.filter(contact=chat.id).order_by("pk")
    return list(rows.values_list("agent__display_name", "state"))


def holder_of(chat: Chat | Contact) -> str | None:
    """Return the name of who has the contact now, or has its card."""
    live = ("offered", "connected")
    rows = Assignment.objects.filter(contact=chat.id, state__in=live)
    return rows.values_list("agent__display_name", flat=True).first()


def state_of(agent: Agent) -> str:
    agent.refresh_from_db()
    return agent.state

"""The predefined responses that fit a contact, as they would be inserted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from core.text import folded
from queues import placeholders
from queues.queries import own_responses, responses_in

if TYPE_CHECKING:
    from agents.models import Agent
    from contacts.models import Contact


class FilledResponse(NamedTuple):
    """A response with the names of this contact in it."""

    id: int
    name: str
    text: str


def responses_for(contact: Contact, agent: Agent, words: str) -> list[FilledResponse]:
    """Return the active responses of the contact's queue and the agent's own ones in
    which all words occur, by name."""
    names = {
        placeholders.CUSTOMER: contact.customer.name,
        placeholders.AGENT: agent.display_name,
        placeholders.QUEUE: contact.queue.name if contact.queue else "",
    }
    shared = responses_in(organisation=contact.organisation_id, queue=contact.queue_id)
    rows = shared.order_by().union(own_responses(agent).order_by(), all=True)
    responses = [
        FilledResponse(pk, name, placeholders.filled(text, names))
        for pk, name, text in rows.values_list("pk", "name", "text")
    ]
    found = [each for each in responses if _has(each, words)]
    return sorted(found, key=lambda each: (folded(each.name), each.id))


def _has(response: FilledResponse, words: str) -> bool:
    """Whether all words occur in the response, as people read them (D35)."""
    if not words:
        return True
    searched = folded(f"{response.name} {response.text}")
    return all(word in searched for word in folded(words).split())

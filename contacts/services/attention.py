"""What people do besides talking: they type, and they read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contacts import events, queries
from contacts.access import NotYours
from contacts.models import Assignment, AssignmentState, Contact

if TYPE_CHECKING:
    from uuid import UUID

    from agents.models import Agent


def mark_read_by_agent(*, contact_id: UUID, agent: Agent, seq: int) -> None:
    """Note how far an agent has read, and tell the others and the agent's desks."""
    share = _connected(contact_id, agent.pk)
    if share is None:
        raise NotYours
    unread = Assignment.objects.filter(pk=share.pk, read_seq__lt=seq)
    if seq > share.contact.last_seq or not unread.update(read_seq=seq):
        return
    events.read(
        contact_id=contact_id,
        by=agent,
        seq=seq,
        to=_others(contact_id, but=agent.pk),
    )
    events.cards([contact_id])


def mark_read_by_customer(*, contact: Contact, seq: int) -> None:
    """Note how far the customer has read, and tell the agents."""
    unread = Contact.objects.filter(pk=contact.pk, customer_read_seq__lt=seq)
    if seq > contact.last_seq or not unread.update(customer_read_seq=seq):
        return
    events.read(
        contact_id=contact.pk,
        by=contact.customer,
        seq=seq,
        to=_agents(contact.pk),
    )


def typing_by_agent(*, contact_id: UUID, agent: Agent, on: bool) -> None:
    if _connected(contact_id, agent.pk) is None:
        raise NotYours
    events.typing(
        contact_id=contact_id,
        by=agent,
        on=on,
        to=_others(contact_id, but=agent.pk),
    )


def typing_by_customer(*, contact: Contact, on: bool) -> None:
    events.typing(
        contact_id=contact.pk,
        by=contact.customer,
        on=on,
        to=_agents(contact.pk),
    )


def _connected(contact_id: UUID, agent_id: int) -> Assignment | None:
    return (
        Assignment.objects.select_related("contact")
        .filter(contact=contact_id, agent=agent_id, state=AssignmentState.CONNECTED)
        .first()
    )


def _agents(contact_id: UUID) -> list[str]:
    talking = queries.talking_agents([contact_id])[contact_id]
    return [events.agent_address(agent_id) for agent_id in talking]


def _others(contact_id: UUID, *, but: int) -> list[str]:
    """Return the addresses of all who take part but one agent."""
    mine = events.agent_address(but)
    agents = [address for address in _agents(contact_id) if address != mine]
    return [events.customer_address(contact_id), *agents]

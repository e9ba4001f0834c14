"""What people do besides talking: they type, and they read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents import addresses
from contacts import events, versions
from contacts.access import NotYours
from contacts.models import Assignment, AssignmentState, Contact

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from agents.models import Agent


def mark_read_by_agent(*, contact_id: UUID, agent: Agent, seq: int) -> None:
    """Note how far an agent has read, and tell the others and the agent's desks."""
    talking = _talking(contact_id)
    share = _share_of(agent, talking)
    unread = Assignment.objects.filter(pk=share.pk, read_seq__lt=seq)
    if seq > share.contact.last_seq or not unread.update(read_seq=seq):
        return
    events.read(
        contact_id=contact_id, by=share.agent, seq=seq, to=_others(share, talking)
    )
    versions.card_changed(contact_id)
    events.cards([contact_id])


def mark_read_by_customer(*, contact: Contact, seq: int) -> None:
    """Note how far the customer has read, and tell the agents."""
    unread = Contact.objects.filter(pk=contact.pk, customer_read_seq__lt=seq)
    if seq > contact.last_seq or not unread.update(customer_read_seq=seq):
        return
    if talking := _talking(contact.pk):
        customer = talking[0].contact.customer
        events.read(contact_id=contact.pk, by=customer, seq=seq, to=_agents(talking))


def typing_by_agent(*, contact_id: UUID, agent: Agent, on: bool) -> None:
    talking = _talking(contact_id)
    share = _share_of(agent, talking)
    events.typing(
        contact_id=contact_id, by=share.agent, on=on, to=_others(share, talking)
    )


def typing_by_customer(*, contact: Contact, on: bool) -> None:
    if talking := _talking(contact.pk):
        customer = talking[0].contact.customer
        events.typing(contact_id=contact.pk, by=customer, on=on, to=_agents(talking))


def _talking(contact_id: UUID) -> list[Assignment]:
    """Return the connected shares, with everybody's name as it is now."""
    rows = Assignment.objects.select_related("agent", "contact__customer").only(
        "state", "agent__display_name", "contact__last_seq", "contact__customer__name"
    )
    return list(rows.filter(contact=contact_id, state=AssignmentState.CONNECTED))


def _share_of(agent: Agent, talking: Iterable[Assignment]) -> Assignment:
    for share in talking:
        if share.agent_id == agent.pk:
            return share
    raise NotYours


def _agents(talking: Iterable[Assignment]) -> list[str]:
    return [addresses.of_agent(share.agent_id) for share in talking]


def _others(share: Assignment, talking: Iterable[Assignment]) -> list[str]:
    """Return the addresses of all who take part but the share's agent."""
    agents = _agents(other for other in talking if other.pk != share.pk)
    return [addresses.of_customer(share.contact_id), *agents]

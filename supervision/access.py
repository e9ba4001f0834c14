"""Whom and what those who oversee may see; 404 for all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.utils.translation import gettext

from agents.access import people_of
from contacts.access import OPEN, contact_for_agent
from contacts.models import AssignmentRole, AssignmentState
from core.errors import Forbidden
from queues.models import Queue

if TYPE_CHECKING:
    from uuid import UUID

    from agents.models import Agent
    from contacts.models import Contact


def contact_for_overseer(agent: Agent, contact_id: UUID) -> Contact:
    """Return the contact for one who oversees: 404 unseen, then 403 for agents."""
    contact = contact_for_agent(agent, contact_id)
    if not agent.is_overseer:
        raise Forbidden(gettext("Only supervisors and administrators can do this."))
    return contact


def contact_for_whispers(agent: Agent, contact_id: UUID) -> Contact:
    """Return the contact whose whispers a person may read: to the agents who talk, or
    ended it, and to who watches; 403 for all others who know of it."""
    contact = contact_for_agent(agent, contact_id)
    shares = contact.assignments.filter(OPEN, agent=agent)
    if contact.watched_by_id != agent.pk and not shares.exists():
        raise Forbidden(gettext("Only its agents and who watches can read this."))
    return contact


def owner_of(contact: Contact) -> int | None:
    """Return who has the contact now."""
    shares = contact.assignments.filter(
        role=AssignmentRole.PRIMARY, state=AssignmentState.CONNECTED
    )
    return shares.values_list("agent", flat=True).first()


def person_for_overseer(overseer: Agent, agent_id: int) -> Agent:
    """Return an agent whom this person oversees, or 404."""
    person = people_of(overseer).filter(pk=agent_id).first()
    if person is None:
        raise Http404
    return person


def queues_to_choose(viewer: Agent) -> list[Queue]:
    """Return the queues by which the floor can be narrowed."""
    queues = Queue.objects.filter(organisation=viewer.organisation_id, is_active=True)
    return list(queues.order_by("name", "pk"))

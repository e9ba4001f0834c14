"""Whom and what those who oversee may see; 404 for all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.utils.translation import gettext

from agents.models import Agent, Role
from contacts.access import contact_for_agent
from core.errors import Forbidden

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from contacts.models import Contact


def contact_for_overseer(agent: Agent, contact_id: UUID) -> Contact:
    """Return the contact for one who oversees: 404 unseen, then 403 for agents."""
    contact = contact_for_agent(agent, contact_id)
    if not agent.is_overseer:
        raise Forbidden(gettext("Only supervisors and administrators can do this."))
    return contact


def people_of(overseer: Agent) -> QuerySet[Agent]:
    """Return the agents a supervisor (own teams) or administrator (all) oversees."""
    people = Agent.objects.filter(
        organisation=overseer.organisation_id,
        is_active=True,
        role__in=[Role.AGENT, Role.SUPERVISOR],
    ).order_by("display_name", "pk")
    if overseer.role == Role.ADMINISTRATOR:
        return people
    colleagues = Agent.objects.filter(teams__in=overseer.teams.all())
    return people.filter(pk__in=colleagues.values("pk"))


def person_for_overseer(overseer: Agent, agent_id: int) -> Agent:
    """Return an agent whom this person oversees, or 404."""
    person = people_of(overseer).filter(pk=agent_id).first()
    if person is None:
        raise Http404
    return person

"""Whom and what those who oversee may see; 404 for all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.utils.translation import gettext

from agents.models import Agent, Role, Team
from contacts.access import OPEN, contact_for_agent
from contacts.models import AssignmentRole, AssignmentState
from core.errors import Forbidden
from queues.models import Queue

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


def oversees_queue(overseer: Agent, queue_id: int) -> bool:
    """Whether a supervisor (queues that own teams serve) or administrator (all)
    oversees the queue."""
    queues = Queue.objects.filter(pk=queue_id, organisation=overseer.organisation_id)
    if overseer.role != Role.ADMINISTRATOR:
        queues = queues.filter(distribution__team__in=overseer.teams.all())
    return queues.exists()


def teams_of(viewer: Agent) -> list[Team]:
    """Return the teams that somebody oversees, by name."""
    teams = Team.objects.filter(organisation=viewer.organisation_id)
    if viewer.role != Role.ADMINISTRATOR:
        teams = teams.filter(agents=viewer)
    return list(teams.order_by("name", "pk"))


def queues_to_choose(viewer: Agent) -> list[Queue]:
    """Return the queues between which contacts can be moved."""
    queues = Queue.objects.filter(organisation=viewer.organisation_id, is_active=True)
    return list(queues.order_by("name", "pk"))


def limits_of(viewer: Agent) -> dict[int, dict[str, int]]:
    """Return the seconds per queue from which on somebody waits too long: in the line,
    and for an answer."""
    rows = Queue.objects.filter(organisation=viewer.organisation_id).values_list(
        "pk", "service_level_threshold", "first_response_threshold"
    )
    return {pk: {"wait": wait, "answer": answer} for pk, wait, answer in rows}

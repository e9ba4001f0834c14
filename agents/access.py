"""Which rows a person may see; 404 for all others."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.http import Http404

from agents.models import Agent, IdleCode, Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet


def agent_for_user(user: Agent | AnonymousUser) -> Agent:
    """Return the signed-in person; permissions have let only people of an
    organisation pass."""
    return cast("Agent", user)


def active_person(person_id: int) -> Agent | None:
    """Return the person as they are now, unless they were deactivated or deleted."""
    people = Agent.objects.select_related("idle_code").filter(is_active=True)
    return people.filter(pk=person_id).first()


def idle_codes_for_agent(agent: Agent) -> QuerySet[IdleCode]:
    return IdleCode.objects.filter(organisation=agent.organisation_id, is_active=True)


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

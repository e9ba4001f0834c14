"""Which rows a person may see; 404 for all others."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from agents.models import Agent, AuditEntry, IdleCode

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


def audit_entries_for_agent(agent: Agent) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(organisation=agent.organisation_id)

"""Which rows a person may see; 404 for all others."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.db.models import Q
from django.http import Http404

from agents.models import (
    Agent,
    AuditEntry,
    IdleCode,
    MailTemplate,
    Picture,
    Role,
    Skill,
    Team,
)
from core.prepared import Prepared

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

ACTIVE = Prepared(
    lambda: Agent.objects.select_related("idle_code").filter(is_active=True)
)


def agent_for_user(user: Agent | AnonymousUser) -> Agent:
    """Return the signed-in person; permissions have let only people of an
    organisation pass."""
    return cast("Agent", user)


def active_person(person_id: int) -> Agent | None:
    """Return the person as they are now, unless they were deactivated or deleted."""
    return active_people([person_id]).get(person_id)


def active_people(person_ids: Collection[int]) -> dict[int, Agent]:
    """Return the people of these ids as they are now, but for those who were
    deactivated or deleted."""
    return {person.pk: person for person in ACTIVE.rows(pk__in=person_ids)}


def people_to_choose(
    *, organisation_id: int | None, besides: Iterable[Agent] = ()
) -> QuerySet[Agent]:
    """Return who works in an organisation, and those who are chosen already."""
    choices = Q(is_active=True) | Q(pk__in=[agent.pk for agent in besides])
    people = Agent.objects.filter(
        choices, organisation=organisation_id, is_superuser=False
    )
    return people.exclude(organisation=None).order_by("display_name", "pk")


def everybody_of(overseer: Agent) -> QuerySet[Agent]:
    """Return the agents a supervisor (own teams) or administrator (all) oversees, those
    who were deactivated included."""
    people = Agent.objects.filter(
        organisation=overseer.organisation_id,
        role__in=[Role.AGENT, Role.SUPERVISOR],
    ).order_by("display_name", "pk")
    if overseer.role == Role.ADMINISTRATOR:
        return people
    colleagues = Agent.objects.filter(teams__in=overseer.teams.all())
    return people.filter(pk__in=colleagues.values("pk"))


def people_of(overseer: Agent) -> QuerySet[Agent]:
    """Return the active agents whom somebody oversees."""
    return everybody_of(overseer).filter(is_active=True)


def teams_of(viewer: Agent) -> QuerySet[Team]:
    """Return the teams that somebody oversees, by name."""
    teams = Team.objects.filter(organisation=viewer.organisation_id)
    if viewer.role != Role.ADMINISTRATOR:
        teams = teams.filter(agents=viewer)
    return teams.order_by("name", "pk")


def idle_codes_for_agent(agent: Agent) -> QuerySet[IdleCode]:
    return IdleCode.objects.filter(organisation=agent.organisation_id, is_active=True)


def skills_in(organisation_id: int | None) -> QuerySet[Skill]:
    return Skill.objects.filter(organisation=organisation_id)


def audit_entries_for_agent(agent: Agent) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(organisation=agent.organisation_id)


def kinds_with_own_words(organisation_id: int | None) -> set[str]:
    """Return the kinds of the mails for which an organisation has words of its own."""
    rows = MailTemplate.objects.filter(organisation=organisation_id)
    return {*rows.values_list("kind", flat=True)}


def picture_by_name(name: str) -> Picture:
    """Return what customers see of an agent, by the name that nobody guesses, or
    404."""
    picture = Picture.objects.filter(name=name).first()
    if picture is None:
        raise Http404
    return picture

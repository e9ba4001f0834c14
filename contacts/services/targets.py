"""Who can be asked to take over or to join: the rule of routing, for a colleague."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.models import Agent, Role
from contacts import queries
from core.errors import DomainError, Invalid
from queues.models import Queue
from queues.routing import WhyNot, why_not

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from django.db.models import QuerySet

    from contacts.models import Assignment, Contact
    from queues.routing import Candidate


class AgentUnavailable(DomainError):
    code = "agent_unavailable"
    sentence = _("This agent cannot take the chat at the moment. Choose another one.")


def free_agents(
    contact: Contact,
    *,
    now: datetime,
    agent_ids: Collection[int] | None = None,
    asked_at: datetime | None = None,
) -> list[Candidate]:
    """Return the agents who could take the contact now, available longest first.

    A distribution group that joins later counts here: somebody asks for a person. So do
    those without the skills that the contact asks for, where somebody chooses among
    them; a search by routing that began `asked_at` asks for the skills, and relaxes
    from then on.
    """
    waiting = queries.as_waiting(contact, now=now)
    is_search = asked_at is not None and bool(waiting.asked)
    if asked_at is not None:
        waiting = replace(waiting, visit_started_at=asked_at)
    else:
        waiting = replace(waiting, asked=())
    candidates = queries.candidates(
        [waiting.queue_id], agent_ids=agent_ids, with_skills=is_search
    )
    free = [
        candidate
        for candidate in candidates
        if why_not(candidate, waiting=waiting, now=now) in {None, WhyNot.JOINS_LATER}
    ]
    return sorted(free, key=lambda candidate: candidate.turn)


def colleagues(share: Assignment) -> QuerySet[Agent]:
    """Return the others who serve the queue of an agent's share, whatever their state.

    It is the contact's queue (D11) as long as the agent has the contact.
    """
    serving = Agent.objects.filter(
        organisation=share.agent.organisation_id,
        is_active=True,
        role__in=[Role.AGENT, Role.SUPERVISOR],
        teams__distribution__queue=share.queue_id,
    )
    return serving.exclude(pk=share.agent_id).distinct()


def team_mates(share: Assignment) -> QuerySet[Agent]:
    """Return those of them who share a team with the agent (D5)."""
    mates = Agent.objects.filter(teams__in=share.agent.teams.all())
    return colleagues(share).filter(pk__in=mates.values("pk"))


def among(people: QuerySet[Agent], candidates: Collection[Candidate]) -> list[Agent]:
    """Return the people who are free, by name."""
    free = [candidate.agent_id for candidate in candidates]
    return list(people.filter(pk__in=free).order_by("display_name", "pk"))


def other_queues(contact: Contact) -> QuerySet[Queue]:
    """Return the queues a transfer may choose from, the current one among them."""
    own = Q(is_active=True) | Q(pk=contact.queue_id)
    return Queue.objects.filter(own, organisation=contact.organisation_id)


def refuse_unless_among(people: QuerySet[Agent], agent_id: int, *, field: str) -> None:
    """Raise Invalid if this agent cannot be chosen here, whatever their state."""
    if not people.filter(pk=agent_id).exists():
        raise Invalid(field, gettext("This agent cannot be chosen here."))


def take_slot(contact: Contact, *, agent_id: int, now: datetime) -> Agent:
    """Lock and return the agent who was chosen. Raise AgentUnavailable for one whose
    state or slots forbid it."""
    agent = Agent.objects.select_for_update(of=("self",), no_key=True).get(pk=agent_id)
    if not free_agents(contact, now=now, agent_ids=[agent_id]):
        raise AgentUnavailable
    return agent

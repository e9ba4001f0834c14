"""A contact centre in the middle of its day: who is Available, who waits."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import make_password
from django.db import connection

from administration.services import founding
from agents.models import Agent, AgentState, MultimediaProfile, Organisation, Team
from contacts.models import (
    Assignment,
    AssignmentState,
    Contact,
    ContactState,
    Customer,
    QueueVisit,
)
from core import clock
from queues.models import DistributionGroup, Queue

if TYPE_CHECKING:
    from collections.abc import Sequence

HOUR = 3600  # seconds; a run is shorter
AT_ONCE = 1000  # rows of one statement


class Floor:
    """An organisation with one queue, a team that serves it, and one customer."""

    def __init__(self, name: str, *, agents: int, slots: int = 1) -> None:
        self.organisation = founding.found(
            Organisation(
                name=name,
                slug=name.lower(),
                acceptance_timeout=HOUR,
                agent_recovery_seconds=HOUR,
            ),
            now=clock.now(),
        )
        MultimediaProfile.objects.filter(organisation=self.organisation).update(
            chat=slots
        )
        team = Team.objects.create(organisation=self.organisation, name="Everybody")
        self.queue = Queue.objects.create(organisation=self.organisation, name="Chats")
        DistributionGroup.objects.create(queue=self.queue, team=team)
        self._customer = Customer.objects.create(
            organisation=self.organisation, created_at=clock.now()
        )
        self.agents = self._agents(agents)
        Agent.teams.through.objects.bulk_create(
            Agent.teams.through(agent=agent, team=team) for agent in self.agents
        )

    def _agents(self, number: int) -> list[Agent]:
        """Available, one since a second after the other."""
        now = clock.now() - timedelta(seconds=number)
        nobody = make_password(None)
        agents = [
            Agent(
                organisation=self.organisation,
                email=f"{place}@{self.organisation.slug}.example",
                display_name=f"Agent {place}",
                password=nobody,
                state=AgentState.AVAILABLE,
                state_since=now + timedelta(seconds=place),
                available_since=now + timedelta(seconds=place),
            )
            for place in range(number)
        ]
        return Agent.objects.bulk_create(agents, batch_size=AT_ONCE)

    def contacts(self, number: int, state: str = ContactState.QUEUED) -> list[Contact]:
        """Store contacts, one a millisecond after the other."""
        now = clock.now() - timedelta(milliseconds=number)
        contacts = [
            Contact(
                organisation=self.organisation,
                queue=self.queue,
                customer=self._customer,
                state=state,
                opened_at=now + timedelta(milliseconds=place),
                enqueued_at=now + timedelta(milliseconds=place),
                visit_started_at=now + timedelta(milliseconds=place),
            )
            for place in range(number)
        ]
        Contact.objects.bulk_create(contacts, batch_size=AT_ONCE)
        if state == ContactState.QUEUED:
            QueueVisit.objects.bulk_create(
                (
                    QueueVisit(
                        contact=contact,
                        queue=self.queue,
                        entered_at=contact.opened_at,
                    )
                    for contact in contacts
                ),
                batch_size=AT_ONCE,
            )
        return contacts

    def keep_busy(self, agents: Sequence[Agent]) -> list[Contact]:
        """Give each of these agents a chat in hand; return the chats."""
        now = clock.now()
        chats = self.contacts(len(agents), ContactState.CONNECTED)
        Assignment.objects.bulk_create(
            (
                Assignment(
                    contact=contact,
                    agent=agent,
                    queue=self.queue,
                    state=AssignmentState.CONNECTED,
                    offered_at=now,
                    blink_at=now,
                    rona_at=now,
                    connected_at=now,
                )
                for contact, agent in zip(chats, agents, strict=True)
            ),
            batch_size=AT_ONCE,
        )
        return chats

    def take_offers_back(self) -> int:
        """Let every contact wait again that is offered. Return how many they were."""
        offered = Assignment.objects.filter(
            state=AssignmentState.OFFERED, agent__organisation=self.organisation
        )
        Contact.objects.filter(assignments__in=offered).update(
            state=ContactState.QUEUED
        )
        number, _ = offered.delete()
        return number


def settle() -> None:
    """Have the database know how its tables look by now, as it does after a minute."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def clear() -> None:
    """Drop every organisation and all that belongs to it."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE agents_organisation CASCADE")

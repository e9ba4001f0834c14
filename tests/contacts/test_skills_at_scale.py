"""Skills with many contacts, agents and routers: what a decision costs, and races."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.models import Agent, Skill
from contacts.models import Assignment, Contact, ContactState
from contacts.services import router
from core import clock
from queues.skills import read
from tests.factories import (
    AgentFactory,
    AgentSkillFactory,
    ContactFactory,
    SkillFactory,
)
from tests.threads import at_once

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.models import Organisation, Team
    from contacts.models import Customer
    from queues.models import Queue

FEW, MANY = 3, 60


def queries_of(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


@pytest.fixture
def german(acme: Organisation) -> Skill:
    return SkillFactory.create(organisation=acme, name="German")


def able(team: Team, number: int, *levels: tuple[Skill, int]) -> None:
    for place in range(number):
        agent = AgentFactory.create(
            organisation=team.organisation,
            teams=[team],
            state="available",
            available_since=clock.now() + timedelta(seconds=place),
        )
        for skill, level in levels:
            AgentSkillFactory.create(agent=agent, skill=skill, level=level)


def waits(queue: Queue, dora: Customer, number: int, asked: str) -> None:
    rows = [
        ContactFactory.build(
            organisation=queue.organisation,
            queue=queue,
            customer=dora,
            asked_skills=asked,
        )
        for _ in range(number)
    ]
    Contact.objects.bulk_create(rows)


def test_an_offer_costs_the_same_however_many_skills_and_contacts_nobody_fits(
    acme: Organisation,
    front_line: Team,
    support: Queue,
    dora: Customer,
    german: Skill,
) -> None:
    def route_one() -> None:
        assert router.route(organisation_id=acme.pk, now=clock.now()) == 1

    able(front_line, FEW, (german, 2))
    waits(support, dora, FEW, f"{german.pk}:5")
    waits(support, dora, 1, f"{german.pk}:2")
    few = queries_of(route_one)
    Assignment.objects.all().delete()
    Contact.objects.update(state=ContactState.QUEUED)
    skills = SkillFactory.create_batch(20, organisation=acme)
    able(front_line, FEW, *((skill, 3) for skill in skills))
    for skill in skills:
        # Two pages and more of those whom nobody fits stand ahead.
        waits(support, dora, 5, f"{skill.pk}:4 {german.pk}:1")

    many = queries_of(route_one)

    assert many == few <= 27


def test_without_asked_skills_nothing_is_asked_of_the_database(
    acme: Organisation,
    front_line: Team,
    support: Queue,
    dora: Customer,
    german: Skill,
) -> None:
    able(front_line, FEW, (german, 2))
    waits(support, dora, 1, "")

    with CaptureQueriesContext(connection) as captured:
        router.route(organisation_id=acme.pk, now=clock.now())

    assert Assignment.objects.exists()
    assert not [q for q in captured if "agents_agentskill" in q["sql"]]


@pytest.mark.postgresql
def test_routers_at_once_offer_to_those_with_the_skills_alone(
    acme: Organisation,
    front_line: Team,
    support: Queue,
    dora: Customer,
    german: Skill,
) -> None:
    for level in range(1, 6):
        able(front_line, 3, (german, level))
        waits(support, dora, 4, f"{german.pk}:{level}")
    waits(support, dora, 4, "")

    def route() -> int:
        return router.route(organisation_id=acme.pk, now=clock.now())

    made = at_once(*[route] * 4)

    offers = list(Assignment.objects.select_related("contact"))
    assert len(offers) == sum(made)
    for offer in offers:
        has = dict(offer.agent.skill_levels.values_list("skill", "level"))
        for asked in read(offer.contact.asked_skills):
            assert has[asked.skill_id] >= asked.level
    # 15 agents with three slots each: everybody who waited fits somebody.
    assert not Contact.objects.filter(state=ContactState.QUEUED).exists()
    assert len(offers) == 24
    assert Agent.objects.filter(state="available").count() == 15

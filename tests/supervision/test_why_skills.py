"""The routing says which skills are asked for, who lacks them, and when it relaxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agents.models import Skill
from tests import steps
from tests.administration.pages.site import page
from tests.factories import AgentSkillFactory, AskedSkillFactory, SkillFactory
from tests.supervision.test_why import reasons, sentences, why

if TYPE_CHECKING:
    from django.test import Client

    from agents.models import Agent, Organisation
    from queues.models import EntryPoint, Queue
    from tests.clockwork import Clockwork


@pytest.fixture
def german(acme: Organisation) -> Skill:
    return SkillFactory.create(organisation=acme, name="German")


def test_each_agent_is_told_what_they_lack_and_when_less_will_do(
    ada: Agent,
    alice: Agent,
    bob: Agent,
    carol: Agent,
    acme: Organisation,
    support: Queue,
    direct: EntryPoint,
    german: Skill,
    clockwork: Clockwork,
) -> None:
    billing = SkillFactory.create(organisation=acme, name="Billing")
    AskedSkillFactory.create(queue=support, skill=german, level=3, relax_seconds=20)
    AskedSkillFactory.create(queue=support, skill=billing, level=1)
    AgentSkillFactory.create(agent=alice, skill=german, level=5)
    AgentSkillFactory.create(agent=bob, skill=german, level=2)
    AgentSkillFactory.create(agent=bob, skill=billing, level=1)
    AgentSkillFactory.create(agent=carol, skill=billing, level=1)
    for agent in (alice, bob, carol):
        steps.go_available(agent)
    chat = steps.open_chat(direct)
    clockwork.moves(seconds=8.5)

    answer = why(ada, chat)

    assert reasons(answer) == dict.fromkeys(["Alice", "Bob", "Carol"], "lacks_skill")
    assert sentences(answer) == [
        "Needs Billing 1, Alice does not have it, does not relax.",
        "Needs German 3, Bob has 2, relaxes in 12 s.",
        "Needs German 3, Carol does not have it, relaxes in 12 s, enough in 52 s.",
    ]
    assert answer["summary"] == (
        "Nobody can take it now; it waits for the first who can. "
        "It asks for German 3, Billing 1."
    )
    assert answer["skills"] == [
        {
            "skill": {"id": german.pk, "name": "German"},
            "level": 3,
            "relaxes_in": 12,
        },
        {
            "skill": {"id": billing.pk, "name": "Billing"},
            "level": 1,
            "relaxes_in": None,
        },
    ]

    clockwork.moves(seconds=20)

    answer = why(ada, chat)
    assert answer["summary"].startswith("It is about to be offered.")
    assert sentences(answer)[1] == "Bob can take it."
    assert answer["skills"][0]["level"] == 2


def test_what_somebody_lacked_stays_with_the_decision(
    sam: Agent,
    alice: Agent,
    bob: Agent,
    support: Queue,
    direct: EntryPoint,
    german: Skill,
    clockwork: Clockwork,
) -> None:
    asked = AskedSkillFactory.create(queue=support, skill=german, level=3)
    AgentSkillFactory.create(agent=alice, skill=german, level=2)
    AgentSkillFactory.create(agent=bob, skill=german, level=3)
    steps.go_available(alice)
    clockwork.moves(seconds=1)
    steps.go_available(bob)
    chat = steps.open_chat(direct)
    asked.delete()
    alice.skill_levels.all().delete()

    answer = why(sam, chat)

    assert reasons(answer) == {"Bob": None, "Alice": "lacks_skill"}
    assert sentences(answer)[1] == "Needed German 3, Alice had 2."
    assert answer["skills"] == []


def test_the_administrations_page_says_it_too(
    client: Client,
    ada: Agent,
    alice: Agent,
    support: Queue,
    direct: EntryPoint,
    german: Skill,
) -> None:
    AskedSkillFactory.create(queue=support, skill=german, level=3)
    steps.go_available(alice)
    contact = steps.open_chat(direct).contact
    client.force_login(ada)

    answer = client.get(page(type(contact), "change", contact.pk))

    text = answer.content.decode()

    assert "Needs German 3, Alice does not have it, does not relax." in text
    assert "It asks for German 3." in text

"""Skills over REST: of the organisation, of agents, and what asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from agents.models import AgentSkill, Skill
from queues.models import AskedSkill
from tests.factories import AgentSkillFactory, SkillFactory
from tests.steps import API, client_for

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from queues.models import Assistant, EntryPoint, Queue


@pytest.fixture
def german(acme: Organisation) -> Skill:
    return SkillFactory.create(organisation=acme, name="German")


def test_a_skill_is_made_renamed_listed_and_deleted(ada: Agent, globex: Any) -> None:
    SkillFactory.create(organisation=globex, name="Greek")
    client = client_for(ada)

    made = client.post(f"{API}/skills/", {"name": "German"}, format="json")
    assert made.status_code == 201
    address = f"{API}/skills/{made.json()['id']}/"
    client.patch(address, {"name": "Deutsch"}, format="json")

    names = [row["name"] for row in client.get(f"{API}/skills/").json()["results"]]
    assert names == ["Deutsch"]
    assert client.delete(address).status_code == 204
    assert [row.name for row in Skill.objects.all()] == ["Greek"]


def test_a_skill_in_use_is_not_deleted(ada: Agent, bob: Agent, german: Skill) -> None:
    AgentSkillFactory.create(agent=bob, skill=german)

    answer = client_for(ada).delete(f"{API}/skills/{german.pk}/")

    assert answer.status_code == 409
    assert answer.json()["detail"] == (
        "“German” is used by skill of agent Bob. Deactivate it instead of deleting it."
    )
    assert Skill.objects.exists()


@pytest.mark.parametrize(
    "rows",
    [
        [{"skill": 0, "level": 3}],
        [{"level": 3}],
        [{"skill": None, "level": 3}],
        [{"skill": "german", "level": 0}],
        [{"skill": "german", "level": 6}],
        [{"skill": "german", "level": 1}, {"skill": "german", "level": 2}],
        [{"skill": "greek", "level": 3}],
        "German:3",
    ],
)
def test_skills_that_cannot_be_are_refused_at_their_field(
    ada: Agent,
    alice: Agent,
    support: Queue,
    direct: EntryPoint,
    german: Skill,
    globex: Organisation,
    rows: Any,
) -> None:
    greek = SkillFactory.create(organisation=globex, name="Greek")
    ids = {"german": german.pk, "greek": greek.pk}
    if isinstance(rows, list):
        rows = [
            {**row, "skill": ids.get(row.get("skill"), row.get("skill"))}
            for row in rows
        ]
    client = client_for(ada)

    for address, name in (
        (f"agents/{alice.pk}", "skills"),
        (f"queues/{support.pk}", "asked_skills"),
        (f"entry-points/{direct.pk}", "asked_skills"),
    ):
        answer = client.patch(f"{API}/{address}/", {name: rows}, format="json")
        assert answer.status_code == 400, answer.content
        assert list(answer.json()["errors"]) == [name]

    assert not AgentSkill.objects.exists()
    assert not AskedSkill.objects.exists()


@pytest.mark.parametrize("seconds", [0, -1, 86401, "soon"])
def test_a_step_is_a_second_to_a_day(
    ada: Agent, support: Queue, german: Skill, seconds: Any
) -> None:
    rows = [{"skill": german.pk, "level": 3, "relax_seconds": seconds}]

    answer = client_for(ada).patch(
        f"{API}/queues/{support.pk}/", {"asked_skills": rows}, format="json"
    )

    assert answer.status_code == 400
    assert not AskedSkill.objects.exists()


def test_a_skill_that_is_asked_for_twice_is_refused_however_each_relaxes(
    ada: Agent, robot: Assistant, support: Queue, direct: EntryPoint, german: Skill
) -> None:
    asked = {"skill": german.pk, "level": 3}
    rows = [asked, {**asked, "relax_seconds": 30}]
    intent = {"name": "Bill", "phrases": ["bill"], "action": "escalate"}
    client = client_for(ada)

    for address, values in (
        (f"queues/{support.pk}", {"asked_skills": rows}),
        (f"entry-points/{direct.pk}", {"asked_skills": rows}),
        (f"assistants/{robot.pk}", {"intents": [{**intent, "asked_skills": rows}]}),
    ):
        answer = client.patch(f"{API}/{address}/", values, format="json")
        assert answer.status_code == 400, answer.content
        assert list(answer.json()["errors"]) == [*values]

    assert not AskedSkill.objects.exists()
    assert not robot.intents.filter(name="Bill").exists()


def test_an_intent_asks_over_rest(ada: Agent, german: Skill) -> None:
    asked = [{"skill": german.pk, "level": 2, "relax_seconds": 60}]
    intent = {"name": "Bill", "phrases": ["bill"], "action": "escalate"}
    body = {"name": "R2", "intents": [{**intent, "asked_skills": asked}]}

    answer = client_for(ada).post(f"{API}/assistants/", body, format="json")

    assert answer.status_code == 201, answer.content
    assert answer.json()["intents"][0]["asked_skills"] == asked


def test_an_agent_is_made_with_skills(ada: Agent, german: Skill) -> None:
    skills = [{"skill": german.pk, "level": 4}]
    body = {"email": "new@acme.example", "display_name": "New", "skills": skills}

    answer = client_for(ada).post(f"{API}/agents/", body, format="json")

    assert answer.status_code == 201, answer.content
    assert answer.json()["skills"] == skills

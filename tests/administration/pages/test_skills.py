"""Skills in the administration: their page, and rows on agents, queues, entry points
and intents; and in files of agents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from agents.models import Agent, AgentSkill, AuditEntry, Skill
from queues.models import AskedSkill, Assistant, EntryPoint, Intent, Queue
from tests.administration.pages.files import (
    exported,
    mistakes,
    preview,
    table,
    take,
    written,
)
from tests.administration.pages.site import add, change, delete, errors
from tests.factories import (
    AgentSkillFactory,
    AskedSkillFactory,
    IntentFactory,
    SkillFactory,
)

if TYPE_CHECKING:
    from django.test import Client

    from agents.models import Organisation

# More digits than Python makes a number of.
LONG = "3" * 4301


@pytest.fixture
def german(acme: Organisation) -> Skill:
    return SkillFactory.create(organisation=acme, name="German")


@pytest.fixture
def foreign(globex: Organisation) -> Skill:
    return SkillFactory.create(organisation=globex, name="Greek")


def row(prefix: str, **values: Any) -> dict[str, Any]:
    sent = {f"{prefix}-0-{name}": value for name, value in values.items()}
    return {f"{prefix}-TOTAL_FORMS": 1, **sent}


def levels_of(agent: Agent) -> list[str]:
    return [str(each) for each in AgentSkill.objects.filter(agent=agent)]


# --- skills -------------------------------------------------------------------------
def test_a_skill_is_made_in_the_own_organisation(
    adas_browser: Client, acme: Organisation
) -> None:
    add(adas_browser, Skill, name="Danish", is_active="on")

    assert Skill.objects.get(name="Danish").organisation == acme


@pytest.mark.parametrize("name", ["germän", "GERMAN", "Ger:man", "Ger; man", " "])
def test_a_name_is_there_once_and_can_be_read_again(
    adas_browser: Client, german: Skill, name: str
) -> None:
    assert "name" in errors(add(adas_browser, Skill, name=name))
    assert Skill.objects.count() == 1


def test_what_is_in_use_is_not_deleted_and_says_by_whom(
    adas_browser: Client, alice: Agent, support: Queue, german: Skill
) -> None:
    AgentSkillFactory.create(agent=alice, skill=german)
    AskedSkillFactory.create(queue=support, skill=german)

    page = delete(adas_browser, german).content.decode()

    assert "skill of agent Alice" in page
    assert "asked skill of Support" in page
    assert Skill.objects.exists()

    AgentSkill.objects.all().delete()
    AskedSkill.objects.all().delete()
    delete(adas_browser, german)
    assert not Skill.objects.exists()


# --- agents --------------------------------------------------------------------------
def test_an_agent_gets_a_skill_and_loses_it(
    adas_browser: Client, alice: Agent, german: Skill
) -> None:
    change(adas_browser, alice, **row("skill_levels", skill=german.pk, level=3))
    assert levels_of(alice) == ["German:3"]
    entry = AuditEntry.objects.get(action="changed", object_id=str(alice.pk))
    assert entry.changes == {"skills": [None, ["German:3"]]}

    change(adas_browser, alice, **{"skill_levels-0-level": 4})
    assert levels_of(alice) == ["German:4"]

    change(adas_browser, alice, **{"skill_levels-0-DELETE": "on"})
    assert levels_of(alice) == []


@pytest.mark.parametrize("level", ["0", "6", "x", ""])
def test_a_level_is_one_to_five(
    adas_browser: Client, alice: Agent, german: Skill, level: str
) -> None:
    answer = change(
        adas_browser, alice, **row("skill_levels", skill=german.pk, level=level)
    )

    assert answer.status_code == 200
    assert levels_of(alice) == []


def test_a_foreign_skill_is_no_choice(
    adas_browser: Client, alice: Agent, support: Queue, foreign: Skill
) -> None:
    sent = {"skill": foreign.pk, "level": 3}

    assert change(adas_browser, alice, **row("skill_levels", **sent)).status_code == 200
    answer = change(adas_browser, support, **row("asked_skills", **sent))

    assert answer.status_code == 200
    assert not AgentSkill.objects.exists()
    assert not AskedSkill.objects.exists()


# --- what asks -----------------------------------------------------------------------
def test_queue_and_entry_point_ask_for_skills(
    adas_browser: Client, support: Queue, direct: EntryPoint, german: Skill
) -> None:
    sent = {"skill": german.pk, "level": 3, "relax_seconds": 30}
    change(adas_browser, support, **row("asked_skills", **sent))
    change(adas_browser, direct, **row("asked_skills", **{**sent, "relax_seconds": ""}))

    assert [str(each) for each in support.asked_skills.all()] == ["German:3/30"]
    assert [str(each) for each in direct.asked_skills.all()] == ["German:3"]
    assert list(support.teams.all())  # what stood there stays
    told = AuditEntry.objects.filter(action="changed").order_by("pk")
    assert [entry.changes for entry in told] == [
        {"asked_skills": [[], ["German:3/30"]]},
        {"asked_skills": [None, ["German:3"]]},
    ]


def test_a_page_keeps_the_parts_that_it_does_not_change(
    adas_browser: Client, alice: Agent, support: Queue, german: Skill
) -> None:
    asked = AskedSkillFactory.create(queue=support, skill=german, level=3)
    known = AgentSkillFactory.create(agent=alice, skill=german, level=3)
    teams = list(support.distribution.values())
    nothing = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0}

    for sent in ({}, nothing):
        of_queue = {f"asked_skills-{name}": value for name, value in sent.items()}
        of_queue |= {f"distribution-{name}": value for name, value in sent.items()}
        of_agent = {f"skill_levels-{name}": value for name, value in sent.items()}
        name = f"Sent {len(sent)}"
        assert change(adas_browser, support, name=name, **of_queue).status_code == 302
        answer = change(adas_browser, alice, display_name=name, **of_agent)
        assert answer.status_code == 302

    assert list(support.asked_skills.all()) == [asked]
    assert list(alice.skill_levels.all()) == [known]
    assert list(support.distribution.values()) == teams
    told = AuditEntry.objects.filter(action="changed")
    assert [{*entry.changes} for entry in told.order_by("pk")] == [
        {"name"},
        {"display_name"},
    ] * 2


def test_a_page_without_its_parts_is_refused(
    adas_browser: Client, support: Queue, german: Skill
) -> None:
    AskedSkillFactory.create(queue=support, skill=german, level=3)
    none: dict[str, Any] = {f"asked_skills-{n}": None for n in ("TOTAL_FORMS", "0-id")}

    answer = change(adas_browser, support, name="Help", **none)

    assert answer.status_code == 200
    assert [str(each) for each in support.asked_skills.all()] == ["German:3"]
    assert Queue.objects.filter(name=support.name).exists()


def test_an_intent_asks_in_one_line(
    adas_browser: Client, robot: Assistant, german: Skill
) -> None:
    Intent.objects.all().delete()
    IntentFactory.create(assistant=robot, name="Invoice", action="escalate")
    name = "intents-0-asked_skills"

    change(adas_browser, robot, **{name: "german:3/30"})

    intent = robot.intents.get()
    assert [str(each) for each in intent.asked_skills.all()] == ["German:3/30"]
    # Saved as it is, it stays; another change keeps it.
    change(adas_browser, robot)
    assert robot.intents.get() == intent
    change(adas_browser, robot, **{"intents-0-reply": "One moment."})
    assert str(robot.intents.get().asked_skills.get()) == "German:3/30"


def test_an_intent_of_a_new_assistant_asks_for_own_skills_alone(
    adas_browser: Client, german: Skill, foreign: Skill
) -> None:
    intent = row("intents", name="Bill", position=1, phrases="bill", action="escalate")
    name = "intents-0-asked_skills"

    refused = add(adas_browser, Assistant, name="R2", **intent, **{name: "Greek:3"})
    assert "There is no skill “Greek”." in refused.content.decode()
    assert not Assistant.objects.exists()

    add(adas_browser, Assistant, name="R2", **intent, **{name: "German:3"})
    assert str(Intent.objects.get().asked_skills.get()) == "German:3"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Greek:3", "There is no skill “Greek”."),
        ("German", "Write skills with their levels"),
        ("German:6", "A level is a number from 1 to 5."),
        ("German:3/0", "A skill relaxes every 1-86400 seconds."),
        ("German:3/x", "Write skills with their levels"),
        ("German:" + LONG, "A level is a number from 1 to 5."),
        ("German:3/" + LONG, "A skill relaxes every 1-86400 seconds."),
    ],
    ids=lambda value: value[:12],
)
def test_a_line_that_cannot_be_read_is_refused_in_words(
    adas_browser: Client,
    robot: Assistant,
    german: Skill,
    foreign: Skill,
    text: str,
    sentence: str,
) -> None:
    answer = change(adas_browser, robot, **{"intents-0-asked_skills": text})

    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not AskedSkill.objects.exists()


# --- files of agents ----------------------------------------------------------------
def test_skills_come_and_go_in_files(
    adas_browser: Client, alice: Agent, bob: Agent, german: Skill, acme: Organisation
) -> None:
    SkillFactory.create(organisation=acme, name="Billing")
    AgentSkillFactory.create(agent=bob, skill=german, level=1)
    rows = (
        ("email", "display_name", "skills"),
        [alice.email, "Alice", "german:3; Billing:2"],
        [bob.email, "Bob", ""],
        ["erin@acme.example", "Erin", "Billing:5"],
    )

    take(adas_browser, Agent, *rows)

    assert levels_of(alice) == ["Billing:2", "German:3"]
    assert levels_of(bob) == []
    assert levels_of(Agent.objects.get(email="erin@acme.example")) == ["Billing:5"]
    lines = {line["email"]: line for line in table(exported(adas_browser, Agent))}
    assert lines[alice.email]["skills"] == "Billing:2; German:3"


def test_a_file_without_the_column_leaves_skills_alone(
    adas_browser: Client, alice: Agent, german: Skill
) -> None:
    AgentSkillFactory.create(agent=alice, skill=german, level=3)

    take(adas_browser, Agent, ("email", "display_name"), [alice.email, "Alicia"])

    assert levels_of(alice) == ["German:3"]


@pytest.mark.parametrize(
    "cell", ["Greek:3", "German", "German:3; German:4", "German:9"]
)
def test_a_cell_that_cannot_be_is_refused(
    adas_browser: Client, alice: Agent, german: Skill, foreign: Skill, cell: str
) -> None:
    names = ("email", "display_name", "skills")

    shown = preview(adas_browser, Agent, written(names, [alice.email, "Alice", cell]))

    [(number, column, _)] = mistakes(shown)
    assert (number, column) == (2, "skills")
    assert levels_of(alice) == []

"""Who serves a queue, and what an assistant understands (contract 3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.services.configuration import NotValid
from queues.models import (
    Ask,
    AskedSkill,
    Assistant,
    DistributionGroup,
    Intent,
    Queue,
)
from queues.services import assistants, queues
from queues.services.queues import Group
from tests.factories import (
    AskedSkillFactory,
    AssistantFactory,
    IntentFactory,
    SkillFactory,
    TeamFactory,
)

if TYPE_CHECKING:
    from agents.models import Organisation, Team


def groups(queue: Queue) -> list[tuple[str, int]]:
    rows = DistributionGroup.objects.filter(queue=queue)
    return [(group.team.name, group.after_seconds) for group in rows]


def test_the_distribution_is_replaced(support: Queue, front_line: Team) -> None:
    backup = TeamFactory.create(organisation=support.organisation, name="Backup")

    queues.save(support, distribution=[Group(front_line, 10), Group(backup, 60)])
    assert groups(support) == [("Front line", 10), ("Backup", 60)]

    queues.save(support, distribution=[Group(backup, 0)])
    assert groups(support) == [("Backup", 0)]


def test_a_distribution_that_is_not_given_stays(support: Queue) -> None:
    support.description = "Help."

    queues.save(support, changed={"description"})

    assert groups(support) == [("Front line", 0)]


def test_a_new_queue_gets_its_distribution(
    acme: Organisation, front_line: Team
) -> None:
    queue = queues.save(
        Queue(organisation=acme, name="Sales"), distribution=[Group(front_line, 0)]
    )

    assert groups(queue) == [("Front line", 0)]


def test_a_team_serves_a_queue_once(support: Queue, front_line: Team) -> None:
    refuse_distribution(support, [Group(front_line, 0), Group(front_line, 5)])


def test_a_foreign_team_serves_no_queue(support: Queue, help_desk: Team) -> None:
    refuse_distribution(support, [Group(help_desk, 0)])


@pytest.mark.parametrize("seconds", [-1, 86401])
def test_a_team_joins_within_a_day(
    support: Queue, front_line: Team, seconds: int
) -> None:
    refuse_distribution(support, [Group(front_line, seconds)])


def refuse_distribution(queue: Queue, distribution: list[Group]) -> None:
    queue.name = "Renamed"

    with pytest.raises(NotValid) as refusal:
        queues.save(queue, distribution=distribution)

    assert refusal.value.errors is not None
    assert list(refusal.value.errors) == ["distribution"]
    assert groups(queue) == [("Front line", 0)]
    assert not Queue.objects.filter(name="Renamed").exists()


@pytest.fixture
def robot(acme: Organisation) -> Assistant:
    assistant = AssistantFactory.create(organisation=acme, name="Robot")
    IntentFactory.create(assistant=assistant, name="Hours")
    return assistant


def intent(**fields: Any) -> Intent:
    return Intent(**{"name": "Price", "phrases": ["price"], "reply": "Free.", **fields})


def test_intents_are_replaced_in_order(robot: Assistant) -> None:
    assistants.save(robot, intents=[intent(name="Zebra"), intent(name="Ape")])

    assert [row.name for row in robot.intents.all()] == ["Zebra", "Ape"]


def test_intents_that_are_not_given_stay(robot: Assistant) -> None:
    robot.fallback = "Pardon?"

    assistants.save(robot)

    assert [row.name for row in robot.intents.all()] == ["Hours"]


def test_intents_that_move_keep_what_they_ask_for_unless_they_are_told(
    robot: Assistant,
) -> None:
    german = SkillFactory.create(organisation=robot.organisation, name="German")
    hours = robot.intents.get()
    AskedSkillFactory.create(intent=hours, skill=german, level=3)

    assistants.save(robot, intents=[intent(), *robot.intents.all()])
    assert [each.name for each in robot.intents.all()] == ["Price", "Hours"]
    [asked] = AskedSkill.objects.all()
    assert (str(asked), str(asked.intent)) == ("German:3", "Hours")

    [price, hours] = robot.intents.all()
    price.asks, hours.asks = [Ask(german, 2, 30)], []
    assistants.save(robot, intents=[price, hours])
    [asked] = AskedSkill.objects.all()
    assert (str(asked), str(asked.intent)) == ("German:2/30", "Price")


def test_to_move_intents_costs_the_same_however_many_there_are(
    robot: Assistant,
) -> None:
    german = SkillFactory.create(organisation=robot.organisation, name="German")
    costs = []
    for number in (2, 20):
        for position in range(number):
            new = IntentFactory.create(assistant=robot, position=position)
            AskedSkillFactory.create(intent=new, skill=german, level=3)
        turned = [*robot.intents.all()][::-1]
        with CaptureQueriesContext(connection) as queries:
            assistants.save(robot, intents=turned)
        assert [*robot.intents.all()] == turned
        costs.append(len(queries))

    assert costs[0] == costs[1]
    assert AskedSkill.objects.count() == 22


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"phrases": []},
        {"phrases": [" "]},
        {"phrases": ["x" * 201]},
        {"phrases": "price"},
        {"reply": ""},
        {"action": "sing"},
    ],
)
def test_an_intent_refuses(robot: Assistant, fields: dict[str, Any]) -> None:
    refuse_intent(robot, intent(**fields))


def test_a_foreign_queue_is_refused(robot: Assistant, help_queue: Queue) -> None:
    refuse_intent(robot, intent(action="escalate", queue=help_queue))


def refuse_intent(robot: Assistant, wrong: Intent) -> None:
    with pytest.raises(NotValid) as refusal:
        assistants.save(robot, intents=[intent(), wrong])

    assert refusal.value.errors is not None
    assert list(refusal.value.errors) == ["intents"]
    assert [row.name for row in robot.intents.all()] == ["Hours"]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"kind": "webhook"}, "webhook_url"),
        ({"webhook_url": "ftp://example.com/"}, "webhook_url"),
        ({"webhook_url": "nowhere"}, "webhook_url"),
        ({"kind": "llm", "model": "small"}, "base_url"),
        ({"kind": "llm", "base_url": "https://models.example/v1"}, "model"),
        ({"base_url": "ftp://models.example/"}, "base_url"),
        ({"api_key": "two words"}, "api_key"),
        ({"api_key": "k\u00e9y"}, "api_key"),
        ({"api_key": "key\r\nX: y"}, "api_key"),
        ({"instructions": "x" * 8001}, "instructions"),
        ({"max_replies": 0}, "max_replies"),
        ({"daily_requests": 0}, "daily_requests"),
        ({"max_misses": 0}, "max_misses"),
        ({"max_misses": 21}, "max_misses"),
        ({"name": "Robot"}, "name"),
    ],
)
def test_an_assistant_refuses(
    robot: Assistant, fields: dict[str, Any], wrong: str
) -> None:
    given = {"name": "Second", **fields}

    with pytest.raises(NotValid) as refusal:
        assistants.save(Assistant(organisation=robot.organisation, **given))

    assert refusal.value.errors is not None
    assert list(refusal.value.errors) == [wrong]
    assert Assistant.objects.count() == 1

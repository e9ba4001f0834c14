"""How an assistant does, and what becomes of what it did not understand (D27)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from contacts.models import Miss
from core import clock
from queues.models import Article, Assistant, Intent
from tests import steps
from tests.assistants.steps import asks, escalate, said_by, work
from tests.steps import customer_of, for_customers

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from agents.models import Agent
    from queues.models import EntryPoint

CARD = "4111 1111 1111 1111"


@pytest.fixture
def browser(client: Client, ada: Agent) -> Client:
    client.force_login(ada)
    return client


def address(robot: Assistant) -> str:
    return reverse("admin:queues_assistant_figures", args=[robot.pk])


def shown(browser: Client, robot: Assistant, **asked: Any) -> Any:
    answer = browser.get(address(robot), asked)
    assert answer.status_code == 200
    return answer


def missed(browser: Client, robot: Assistant) -> list[str]:
    return [miss.text for miss in shown(browser, robot).context["misses"]]


# --- figures ------------------------------------------------------------------
def test_what_became_of_chats_is_counted(
    front: EntryPoint, robot: Assistant, browser: Client
) -> None:
    robot.max_misses = 1
    robot.save(update_fields=["max_misses"])
    for _ in range(2):
        left = steps.open_chat(front)
        customer_of(left).post(for_customers(left, "leave"))
    escalate(steps.open_chat(front))
    asks(steps.open_chat(front), "xyzzy")
    old = steps.open_chat(front).contact
    old.opened_at = clock.now() - timedelta(days=31)
    old.save(update_fields=["opened_at"])

    figures = shown(browser, robot).context["figures"]

    assert (figures.entered, figures.contained, figures.containment) == (4, 2, 50)
    assert sorted(figures.escalated.values()) == [1, 1]


def test_an_assistant_without_chats_has_no_share(
    robot: Assistant, browser: Client
) -> None:
    answer = shown(browser, robot)

    assert answer.context["figures"].containment is None
    assert "Nothing that nobody has seen to." in answer.content.decode()


# --- misses -------------------------------------------------------------------
def test_what_was_not_understood_is_listed_masked_newest_first(
    front: EntryPoint, robot: Assistant, browser: Client
) -> None:
    robot.max_misses = 5
    robot.save(update_fields=["max_misses"])
    chat = steps.open_chat(front)
    asks(chat, f"Xyzzy {CARD}")
    steps.say(chat, "plugh")
    steps.say(chat, "frotz")
    work()

    assert missed(browser, robot) == ["plugh\nfrotz", "Xyzzy ************1111"]
    assert missed(browser, robot) == missed(browser, robot)


def test_old_misses_and_those_of_others_are_not_listed(
    front: EntryPoint, robot: Assistant, browser: Client
) -> None:
    asks(steps.open_chat(front), "xyzzy")
    other = Assistant.objects.create(organisation=robot.organisation, name="Other")

    assert missed(browser, other) == []
    Miss.objects.update(at=clock.now() - timedelta(days=31))
    assert missed(browser, robot) == []


def test_a_miss_becomes_a_phrase(
    front: EntryPoint, robot: Assistant, browser: Client
) -> None:
    asks(steps.open_chat(front), "Xyzzy?")
    intent = robot.intents.all()[0]
    names = [each.name for each in robot.intents.all()]
    before = len(intent.phrases)
    sent = {"miss": Miss.objects.get().pk, "becomes": "phrase", "intent": intent.pk}

    answer = browser.post(address(robot), sent)

    assert answer["Location"] == address(robot)
    learnt = robot.intents.get(name=intent.name)
    assert learnt.phrases == [*intent.phrases, "Xyzzy?"]
    assert len(learnt.phrases) == before + 1
    assert [each.name for each in robot.intents.all()] == names
    assert missed(browser, robot) == []
    chat = steps.open_chat(front)
    asks(chat, "xyzzy")
    assert said_by(chat, "bot")[-1] == intent.reply


def test_a_miss_is_put_aside_or_becomes_an_article(
    front: EntryPoint, robot: Assistant, browser: Client
) -> None:
    asks(steps.open_chat(front), "Do you have\nplugh?")
    miss = Miss.objects.get()

    form = browser.get(reverse("admin:queues_article_add"), {"miss": miss.pk})
    browser.post(address(robot), {"miss": miss.pk, "becomes": "aside"})

    initial = form.context["adminform"].form.initial
    assert initial["title"] == "Do you have plugh?"
    assert missed(browser, robot) == []
    assert not Article.objects.exists()
    phrases = [each.phrases for each in robot.intents.all()]
    assert not any("plugh" in phrase for each in phrases for phrase in each)


@pytest.mark.parametrize(
    "sent", [{"becomes": "phrase"}, {"becomes": "phrase", "intent": "999999"}]
)
def test_a_phrase_needs_an_intent_that_is_there(
    front: EntryPoint, robot: Assistant, browser: Client, sent: dict[str, str]
) -> None:
    asks(steps.open_chat(front), "xyzzy")
    before = list(Intent.objects.order_by("pk").values())

    sent = {**sent, "miss": str(Miss.objects.get().pk)}
    answer = browser.post(address(robot), sent, follow=True)

    assert "The intents have changed since." in answer.content.decode()
    assert list(Intent.objects.order_by("pk").values()) == before
    assert missed(browser, robot) == ["xyzzy"]


def test_another_organisation_sees_and_changes_nothing(
    front: EntryPoint, robot: Assistant, client: Client, greta: Agent, alice: Agent
) -> None:
    asks(steps.open_chat(front), "xyzzy")
    miss = Miss.objects.get()
    assert greta.organisation is not None
    own = Assistant.objects.create(organisation=greta.organisation, name="Own")
    client.force_login(greta)

    assert client.get(address(robot)).status_code == 404
    for robot_asked in (robot, own):
        sent = {"miss": miss.pk, "becomes": "aside"}
        assert client.post(address(robot_asked), sent).status_code == 404
    form = client.get(reverse("admin:queues_article_add"), {"miss": miss.pk})
    assert form.context["adminform"].form.initial["title"] == ""
    miss.refresh_from_db()
    assert miss.settled_at is None
    client.force_login(alice)
    assert client.get(address(robot)).status_code == 302


def test_the_page_costs_the_same_whatever_there_is(
    front: EntryPoint,
    robot: Assistant,
    browser: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(30):
        asks(steps.open_chat(front), "xyzzy")

    with django_assert_max_num_queries(14):
        answer = shown(browser, robot, page=1)

    assert len(answer.context["misses"]) == 25
    assert len(shown(browser, robot, page=2).context["misses"]) == 5
    assert len(shown(browser, robot, page="x").context["misses"]) == 25

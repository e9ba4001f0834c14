"""A scripted assistant answers first, and hands over (R8, R13, D27)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contacts.models import ContactEvent, QueueVisit
from queues.models import Intent
from tests import sockets, steps
from tests.assistants.steps import (
    asks,
    escalate,
    events_of,
    handover_of,
    said_by,
    work,
)
from tests.factories import IntentFactory, QueueFactory
from tests.steps import cards_of, refuses

if TYPE_CHECKING:
    from agents.models import Agent, Team
    from queues.models import Assistant, EntryPoint, Queue
    from tests.steps import Chat

GREETING = "Hello, how can I help?"
FALLBACK = "I did not understand that."
HOURS = "We are open from nine to five."


# --- with the assistant ---------------------------------------------------------
def test_the_assistant_speaks_first(front: EntryPoint, alice: Agent) -> None:
    steps.go_available(alice)

    chat = steps.open_chat(front)

    [line] = steps.lines_of(chat)
    assert line["text"] == GREETING
    assert line["sender"] == {"kind": "bot", "name": "Robot", "key": None}
    contact = chat.contact
    assert (contact.state, contact.queue, contact.enqueued_at) == ("bot", None, None)
    assert cards_of(alice) == []
    assert not QueueVisit.objects.exists()


def test_without_a_greeting_nothing_is_said(
    front: EntryPoint, robot: Assistant
) -> None:
    robot.greeting = " "
    robot.save(update_fields=["greeting"])

    chat = steps.open_chat(front)

    assert steps.lines_of(chat) == []
    assert chat.contact.state == "bot"


def test_it_answers_what_it_understands(front: EntryPoint) -> None:
    chat = steps.open_chat(front)

    asks(chat, "Hi! WHEN are you open??")

    answer = steps.lines_of(chat)[-1]
    assert answer["text"] == HOURS
    assert answer["sender"] == {"kind": "bot", "name": "Robot", "key": None}
    assert answer["buttons"] == ["Where are you?", "Goodbye"]
    assert chat.contact.state == "bot"


def test_a_page_hears_the_answer(front: EntryPoint) -> None:
    chat = steps.open_chat(front)
    with sockets.page_of(chat) as page:
        page.say(chat, "Opening hours?")

        work()

        message = page.read_until("message")["message"]
        assert (message["text"], message["sender"]["kind"]) == (HOURS, "bot")


def test_it_says_nothing_by_itself(front: EntryPoint) -> None:
    chat = steps.open_chat(front)
    asks(chat, "Opening hours?")
    lines = steps.lines_of(chat)

    assert work() == 0

    assert steps.lines_of(chat) == lines


def test_lines_said_in_a_burst_are_answered_once(front: EntryPoint) -> None:
    chat = steps.open_chat(front)

    for text in ("Hello", "it is about", "your opening hours"):
        steps.say(chat, text)
    work()

    assert said_by(chat, "bot") == [GREETING, HOURS]
    assert chat.contact.assistant_misses == 0


def test_a_burst_that_is_not_understood_is_one_miss(front: EntryPoint) -> None:
    chat = steps.open_chat(front)

    for text in ("Hm", "Hmm", "Hmmm"):
        steps.say(chat, text)
    work()

    assert said_by(chat, "bot") == [GREETING, FALLBACK]
    assert (chat.contact.state, chat.contact.assistant_misses) == ("bot", 1)


# --- to a person ----------------------------------------------------------------
def test_misses_in_a_row_lead_to_a_person(front: EntryPoint, alice: Agent) -> None:
    steps.go_available(alice)
    chat = steps.open_chat(front)

    asks(chat, "Wibble", "Wobble")

    assert said_by(chat, "bot") == [GREETING, FALLBACK, FALLBACK]
    assert events_of(chat) == ["queued"]
    [card] = cards_of(alice)
    assert handover_of(card) == {
        "reason": "misses",
        "misses": 2,
        "summary": "Wobble",
        "is_automatic": False,
    }
    assert card["queue"]["name"] == "Support"


def test_what_is_understood_forgives_a_miss(front: EntryPoint) -> None:
    chat = steps.open_chat(front)

    asks(chat, "Wibble", "Opening hours?", "Wobble")

    assert (chat.contact.state, chat.contact.assistant_misses) == ("bot", 1)


def test_an_intent_hands_over(front: EntryPoint, alice: Agent) -> None:
    steps.go_available(alice)
    chat = steps.open_chat(front)

    asks(chat, "I want a person")

    assert steps.texts_of(chat)[-2:] == ["One moment, please.", "Waiting in Support"]
    assert chat.contact.state == "offered"
    [card] = cards_of(alice)
    assert handover_of(card)["reason"] == "asked"
    assert ContactEvent.objects.filter(code="handed_over").count() == 1


def test_an_intent_names_the_queue(
    front: EntryPoint, robot: Assistant, front_line: Team
) -> None:
    billing = QueueFactory.create(
        organisation=robot.organisation, name="Billing", priority=7, teams=[front_line]
    )
    IntentFactory.create(
        assistant=robot, phrases=["invoice"], action="escalate", queue=billing
    )
    chat = steps.open_chat(front)

    asks(chat, "My invoice")

    contact = chat.contact
    assert (contact.state, contact.queue, contact.priority) == ("queued", billing, 7)
    assert QueueVisit.objects.get().queue == billing


def test_an_inactive_queue_takes_nobody(
    front: EntryPoint, robot: Assistant, support: Queue
) -> None:
    closed = QueueFactory.create(organisation=robot.organisation, is_active=False)
    Intent.objects.filter(name="A person").update(queue=closed)
    chat = steps.open_chat(front)

    asks(chat, "a person")

    assert chat.contact.queue == support


def test_the_entry_points_priority_counts(front: EntryPoint) -> None:
    front.priority = 4
    front.save(update_fields=["priority"])
    chat = steps.open_chat(front)

    escalate(chat)

    assert chat.contact.priority == 4


def test_the_whole_conversation_goes_to_the_agent(
    front: EntryPoint, alice: Agent
) -> None:
    steps.go_available(alice)
    chat = steps.open_chat(front)
    asks(chat, "Opening hours?", "a person")

    steps.accept(alice, chat)

    url = steps.for_agents(chat, "messages")
    lines = steps.client_for(alice).get(url).json()
    assert lines == steps.lines_of(chat)
    assert [line["sender"]["kind"] for line in lines] == [
        *("bot", "customer", "bot", "customer", "bot"),
        *("system", "system"),
    ]


def test_a_full_queue_takes_who_talks_already(
    front: EntryPoint, direct: EntryPoint, support: Queue
) -> None:
    chat = steps.open_chat(front)
    steps.open_chat(direct)
    support.max_waiting = 1
    support.save(update_fields=["max_waiting"])

    escalate(chat)

    assert (chat.contact.state, chat.contact.queue) == ("queued", support)


# --- Talk to a person -----------------------------------------------------------
def test_the_customer_asks_for_a_person(front: EntryPoint, alice: Agent) -> None:
    steps.go_available(alice)
    chat = steps.open_chat(front)

    response = escalate(chat)

    assert response.status_code == 200
    assert response.json()["state"] == "offered"
    [card] = cards_of(alice)
    assert handover_of(card) == {
        "reason": "asked",
        "misses": 0,
        "summary": None,
        "is_automatic": False,
    }
    assert steps.texts_of(chat) == [GREETING, "Waiting in Support"]


def test_asking_again_changes_nothing(front: EntryPoint) -> None:
    chat = steps.open_chat(front)
    escalate(chat)
    before = (steps.lines_of(chat), chat.contact.version)

    response = escalate(chat)

    assert response.status_code == 200
    assert (steps.lines_of(chat), chat.contact.version) == before
    assert QueueVisit.objects.count() == 1


def test_where_nobody_answered_first_nobody_hands_over(waiting: Chat) -> None:
    refuses(escalate(waiting), 409, "wrong_state")

    assert waiting.contact.handover_reason == ""


def test_nobody_asks_after_the_end(front: EntryPoint) -> None:
    chat = steps.open_chat(front)
    steps.leave(chat)

    refuses(escalate(chat), 409, "contact_ended")

    assert chat.contact.ended_reason == "abandoned"


def test_the_customer_of_another_chat_cannot_ask(
    front: EntryPoint, waiting: Chat
) -> None:
    chat = steps.open_chat(front)

    url = steps.for_customers(chat, "escalate")
    refuses(steps.customer_of(waiting).post(url), 404, "not_found")

    assert chat.contact.state == "bot"


# --- the end --------------------------------------------------------------------
def test_the_assistant_ends_the_chat(front: EntryPoint) -> None:
    chat = steps.open_chat(front)

    asks(chat, "Goodbye")

    contact = chat.contact
    assert (contact.state, contact.ended_reason) == ("ended", "bot_ended")
    assert contact.closed_at is not None
    assert steps.texts_of(chat)[-2:] == ["Goodbye!", "The chat has ended"]
    assert ContactEvent.objects.filter(code="bot_ended").count() == 1


def test_who_leaves_the_assistant_has_abandoned_the_chat(front: EntryPoint) -> None:
    chat = steps.open_chat(front)
    steps.say(chat, "Opening hours?")

    steps.leave(chat)

    assert work() == 0
    assert chat.contact.ended_reason == "abandoned"
    assert said_by(chat, "bot") == [GREETING]


# --- settings -------------------------------------------------------------------
def test_a_deleted_assistant_hands_over(front: EntryPoint, ada: Agent) -> None:
    chat = steps.open_chat(front)
    front.assistant = None
    front.save(update_fields=["assistant"])
    robot = chat.contact.assistant
    assert robot is not None
    url = f"{steps.API}/assistants/{robot.pk}/"
    assert steps.client_for(ada).delete(url).status_code == 204

    asks(chat, "Opening hours?")

    contact = chat.contact
    assert (contact.state, contact.handover_reason) == ("queued", "failure")


@pytest.mark.parametrize("action", ["escalate", "end"])
def test_an_action_needs_no_words(
    front: EntryPoint, robot: Assistant, action: str
) -> None:
    IntentFactory.create(assistant=robot, phrases=["quick"], reply="", action=action)
    chat = steps.open_chat(front)

    asks(chat, "quick")

    assert said_by(chat, "bot") == [GREETING]
    assert chat.contact.state == {"escalate": "queued", "end": "ended"}[action]

"""No turn is lost and none is answered twice, whoever dies, and whoever is late."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import pytest

from assistants import jobs
from assistants.services import turns
from assistants.tasks import answer_due
from config.queue_names import WORK
from contacts.models import Message, SenderKind
from contacts.services import assisting, conversation
from core import clock, redis
from core.errors import WrongState
from tests import steps
from tests.assistants.steps import asks, escalate, events_of, said_by, work
from tests.threads import at_once

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.models import Agent
    from queues.models import Article, EntryPoint
    from tests.assistants.servers import Model
    from tests.clockwork import Clockwork
    from tests.stage import Counted
    from tests.steps import Chat

WAKING = "assistants.tasks.answer_due"
GREETING = "Hello, how can I help?"
HOURS = "We are open from nine to five."


@pytest.fixture
def asked(front: EntryPoint, clockwork: Clockwork) -> Chat:
    """Dora's chat, in which it is the assistant's turn."""
    chat = steps.open_chat(front)
    steps.say(chat, "Opening hours?")
    return chat


def claimed(chat: Chat) -> turns.Turn:
    """Let a worker take the turn, who may now die."""
    due = turns.due(contact_id=chat.id, now=clock.now())
    assert due is not None
    turn = turns.claim(due, now=clock.now())
    assert turn is not None
    return turn


# --- a poke is lost ---------------------------------------------------------------
def test_the_sweep_has_workers_look_for_turns_that_nobody_took(
    asked: Chat, clockwork: Clockwork
) -> None:
    clockwork.passes(seconds=1)
    assert WAKING in tasks_sent()

    work()
    tasks_sent()
    clockwork.passes(seconds=1)

    assert WAKING not in tasks_sent()


def test_no_sweep_is_faster_than_the_poke(asked: Chat, clockwork: Clockwork) -> None:
    clockwork.passes(seconds=0.9)

    assert WAKING not in tasks_sent()


def test_after_a_failure_workers_look_again(
    asked: Chat, clockwork: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So health does not tell of it for longer than it lasts."""
    with monkeypatch.context() as fault:
        fault.setattr(jobs, "answer_due", fails)
        answer_due()
    work()
    tasks_sent()

    clockwork.passes(seconds=1)
    assert WAKING in tasks_sent()

    answer_due()
    clockwork.passes(seconds=1)
    assert WAKING not in tasks_sent()


def fails(now: object) -> int:
    raise RuntimeError("a fault of ours")


def tasks_sent() -> list[str]:
    """Return the tasks that were sent to the workers since the last time."""
    waiting = redis.key(WORK)
    sent = cast("list[bytes]", redis.client().lrange(waiting, 0, -1))
    redis.client().delete(waiting)
    return [json.loads(message)["headers"]["task"] for message in sent]


# --- a worker dies ----------------------------------------------------------------
def test_a_turn_whose_worker_died_is_answered_once(
    asked: Chat, clockwork: Clockwork
) -> None:
    claimed(asked)
    clockwork.moves(seconds=14)
    assert work() == 0
    assert said_by(asked, "bot") == [GREETING]

    clockwork.moves(seconds=1)
    work()
    work()

    assert said_by(asked, "bot") == [GREETING, HOURS]


def test_a_worker_who_lost_the_claim_says_nothing(
    asked: Chat, clockwork: Clockwork
) -> None:
    late = claimed(asked)
    reply = turns.think(late)
    clockwork.moves(seconds=15)
    work()

    assert not turns.answer(late, reply=reply, now=clock.now())

    assert said_by(asked, "bot") == [GREETING, HOURS]


def test_what_was_said_to_a_dead_worker_is_answered_too(
    asked: Chat, clockwork: Clockwork
) -> None:
    claimed(asked)
    steps.say(asked, "a person")
    clockwork.moves(seconds=15)

    work()

    # The first intent in order wins.
    assert said_by(asked, "bot") == [GREETING, HOURS]
    assert asked.contact.turn_due_at is None


# --- somebody is faster -----------------------------------------------------------
def test_what_is_said_while_the_assistant_thinks_is_answered_together(
    asked: Chat,
) -> None:
    turn = claimed(asked)
    reply = turns.think(turn)
    steps.say(asked, "And where are you?")

    assert turns.answer(turn, reply=reply, now=clock.now())
    assert said_by(asked, "bot") == [GREETING]
    work()

    assert said_by(asked, "bot") == [GREETING, HOURS]
    assert [line["sender"]["kind"] for line in steps.lines_of(asked)] == [
        *("bot", "customer", "customer", "bot")
    ]


def test_an_answer_after_the_hand_over_is_not_said(asked: Chat, alice: Agent) -> None:
    steps.go_available(alice)
    turn = claimed(asked)
    reply = turns.think(turn)
    escalate(asked)
    steps.accept(alice, asked)

    assert not turns.answer(turn, reply=reply, now=clock.now())

    assert said_by(asked, "bot") == [GREETING]


def test_an_answer_after_the_end_is_not_said(asked: Chat) -> None:
    turn = claimed(asked)
    reply = turns.think(turn)
    steps.leave(asked)

    assert not turns.answer(turn, reply=reply, now=clock.now())

    assert events_of(asked) == ["customer_left", "contact_ended"]
    assert said_by(asked, "bot") == [GREETING]


def test_no_line_of_an_assistant_is_stored_once_people_have_taken_over(
    asked: Chat,
) -> None:
    escalate(asked)
    line = assisting.line(asked.contact, "Too late", client_id="late")

    [answer] = conversation.append([line], now=clock.now())

    assert isinstance(answer, WrongState)
    assert "Too late" not in steps.texts_of(asked)


def test_an_agents_chat_has_no_turns(talking: Chat) -> None:
    steps.say(talking, "Opening hours?")

    assert talking.contact.turn_due_at is None
    assert work() == 0


# --- a model has longer -------------------------------------------------------------
def test_a_model_is_given_half_a_minute(
    model: Model, delivery: Article, front: EntryPoint, clockwork: Clockwork
) -> None:
    """Its worker is killed while the model thinks: another one answers, once."""
    model.says("Within three days.", delivery.pk)
    chat = steps.open_chat(front)
    steps.say(chat, "delivery?")
    late = claimed(chat)
    reply = turns.think(late)
    clockwork.moves(seconds=29)
    assert work() == 0

    clockwork.moves(seconds=1)
    work()
    work()

    assert not turns.answer(late, reply=reply, now=clock.now())
    assert said_by(chat, "bot") == [GREETING, "Within three days."]


@pytest.mark.parametrize("over", [escalate, steps.leave])
def test_what_a_model_says_too_late_is_not_said(
    model: Model, delivery: Article, front: EntryPoint, over: Callable[[Chat], Any]
) -> None:
    model.says("Within three days.", delivery.pk)
    chat = steps.open_chat(front)
    steps.say(chat, "delivery?")
    turn = claimed(chat)
    reply = turns.think(turn)
    over(chat)

    assert not turns.answer(turn, reply=reply, now=clock.now())

    assert said_by(chat, "bot") == [GREETING]


# --- at once ----------------------------------------------------------------------
@pytest.mark.postgresql
def test_workers_at_once_answer_once(asked: Chat) -> None:
    answers = at_once(*[lambda: jobs.answer(contact_id=asked.id)] * 4)

    assert answers == [None] * 4
    assert said_by(asked, "bot") == [GREETING, HOURS]


@pytest.mark.postgresql
def test_an_answer_and_a_hand_over_at_once(asked: Chat) -> None:
    at_once(
        lambda: jobs.answer(contact_id=asked.id),
        lambda: escalate(asked),
        lambda: jobs.answer(contact_id=asked.id),
    )

    lines = steps.lines_of(asked)
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    queued = events_of(asked).index("queued")
    after = lines[[line["text"] for line in lines].index("Waiting in Support") :]
    assert queued == 0
    assert "bot" not in {line["sender"]["kind"] for line in after}


def test_a_doubled_poke_answers_once(asked: Chat) -> None:
    jobs.answer(contact_id=asked.id)
    jobs.answer(contact_id=asked.id)

    assert said_by(asked, "bot") == [GREETING, HOURS]
    assert asked.contact.assistant_misses == 0


def test_a_poke_takes_no_turn_out_of_another_workers_hands(asked: Chat) -> None:
    turn = claimed(asked)

    jobs.answer(contact_id=asked.id)

    assert said_by(asked, "bot") == [GREETING]
    assert asked.contact.turn_due_at == turn.until


# --- the poke and the net ---------------------------------------------------------
def test_a_line_pokes_the_workers_queue(asked: Chat) -> None:
    sent = redis.client().lrange(redis.key("work"), 0, -1)

    assert len(sent) == 1
    assert b"turn_due" in sent[0]
    assert str(asked.id).encode() in sent[0]


def test_without_redis_the_turn_is_due_all_the_same(
    front: EntryPoint, redis_is_away: None
) -> None:
    chat = steps.open_chat(front)
    steps.say(chat, "Opening hours?")

    assert chat.contact.turn_due_at is not None
    asks(chat)
    jobs.answer(contact_id=chat.id)
    assert said_by(chat, "bot") == [GREETING, HOURS]


def test_a_turn_costs_no_more_queries(
    front: EntryPoint, waiting: Chat, counted: Counted
) -> None:
    chat = steps.open_chat(front)

    with_bot = counted(lambda: steps.say(chat, "Hello"))

    assert with_bot == counted(lambda: steps.say(waiting, "Hello"))


def test_an_answer_bears_a_client_id_of_its_turn(asked: Chat) -> None:
    work()

    rows = Message.objects.filter(contact=asked.id, sender_kind=SenderKind.BOT)
    assert [row.client_id for row in rows.order_by("seq")] == ["greeting", "turn-2-1"]

"""Sockets store what came in together in one transaction; nobody notices."""

from __future__ import annotations

import asyncio
import json
from contextlib import ExitStack
from dataclasses import replace
from queue import Queue
from threading import Event
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection

from contacts.batching import LARGEST, writer
from contacts.models import Message
from contacts.services.drafts import CUSTOMER, Draft, agent_sender
from contacts.services.refusals import ContactEnded, UnknownContact
from core import nearby
from core.errors import TooMany
from core.threads import close_connections
from core.unthreaded import Lines, lines
from tests import sockets, steps
from tests.holding import holding

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

    from pytest_django import Settings

    from agents.models import Agent
    from queues.models import EntryPoint
    from tests.steps import Chat

Answer = Message | BaseException
T = TypeVar("T")


@pytest.fixture(autouse=True)
def connections_are_closed(db: None) -> Iterator[None]:
    yield
    close_connections()


def line(chat: Chat, client_id: str) -> Draft:
    """Return something that the customer of the chat says."""
    return Draft(chat.id, CUSTOMER, f"Line {client_id}", client_id)


def broken(chat: Chat) -> Draft:
    """Return a line that no database takes."""
    return replace(line(chat, "broken"), event_reason=cast("str", None))


@pytest.fixture(
    autouse=True,
    params=[pytest.param("the loop", marks=pytest.mark.postgresql), "threads"],
)
def who_asks(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    """What holds where the loop asks PostgreSQL holds where threads do."""
    if request.param == "threads":
        monkeypatch.setattr(Lines, "open", lambda lines: None)
    else:
        # Who is not counted yet would be left to threads.
        settings.MESSAGES_PER_MINUTE = 0


def run(talk: Coroutine[Any, Any, T]) -> T:
    """Run this while the loop is served by PostgreSQL."""

    async def with_lines() -> T:
        await lines().opened()
        try:
            return await talk
        finally:
            await lines().close()

    return asyncio.run(with_lines())


async def store_all(*drafts: Draft) -> list[Answer]:
    return await asyncio.gather(*map(writer().store, drafts), return_exceptions=True)


def store(*drafts: Draft) -> list[Answer]:
    """Have the writer store drafts that come at once; return what became of each."""
    return run(store_all(*drafts))


def stored(chat: Chat) -> list[tuple[int, str | None]]:
    rows = Message.objects.filter(contact=chat.id, kind="text").order_by("seq")
    return list(rows.values_list("seq", "client_id"))


class Letters:
    """What the process tells others; it is held up until `let_go`."""

    def __init__(self) -> None:
        self.sent: list[list[str]] = []
        self.error: Exception | None = None
        self.let_go = Event()
        self._heard: Queue[str] = Queue()

    def hear(self, events: str) -> None:
        for client_id in lines_in(events):
            self._heard.put(client_id)

    async def tell_others(self, events: str, notes: object) -> None:
        await asyncio.to_thread(self.let_go.wait)
        self.sent.append(lines_in(events))
        if self.error is not None:
            raise self.error

    async def heard_here(self, number: int) -> None:
        for _ in range(number):
            await asyncio.to_thread(self._heard.get, timeout=60)


def lines_in(events: str) -> list[str]:
    """Return the client_id of each line that is told."""
    return [json.loads(e)["message"]["client_id"] for e in events.split("\n")[1::2]]


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> Iterator[Letters]:
    letters = Letters()
    nearby.hear(letters.hear)
    monkeypatch.setattr(nearby, "tell_others_unthreaded", letters.tell_others)
    yield letters
    letters.let_go.set()
    nearby.hear_no_more(letters.hear)


def test_what_comes_at_once_is_stored_in_its_order(direct: EntryPoint) -> None:
    chats = [steps.open_chat(direct) for _ in range(5)]
    each = LARGEST // 2
    drafts = [line(chat, f"{n}") for n in range(each) for chat in chats]

    answers = store(*drafts)

    order = [(n + 1, f"{n}") for n in range(each)]
    assert [stored(chat) for chat in chats] == [order] * 5
    assert {chat.contact.last_seq for chat in chats} == {each}
    assert [cast("Message", a).client_id for a in answers] == [
        draft.client_id for draft in drafts
    ]


def test_nobody_waits_while_other_processes_are_told_of_somebody_else(
    waiting: Chat, letters: Letters
) -> None:
    async def talk() -> list[Answer]:
        first = writer().store(line(waiting, "1"))
        await letters.heard_here(1)
        others = [writer().store(line(waiting, client_id)) for client_id in "23"]
        await letters.heard_here(2)
        assert not first.done()
        letters.let_go.set()
        return await asyncio.gather(first, *others, return_exceptions=True)

    answers = run(talk())

    assert [cast("Message", answer).seq for answer in answers] == [1, 2, 3]
    assert letters.sent == [["1"], ["2", "3"]]


def test_who_said_what_others_cannot_be_told_has_an_answer(
    waiting: Chat, letters: Letters
) -> None:
    letters.error = ValueError("nobody can be told this")
    letters.let_go.set()

    answers = store(line(waiting, "1"), line(waiting, "2"))

    assert [cast("Message", answer).seq for answer in answers] == [1, 2]


def test_a_repeat_beside_what_it_repeats_is_stored_once(waiting: Chat) -> None:
    first, again = store(line(waiting, "one"), line(waiting, "one"))

    assert stored(waiting) == [(1, "one")]
    assert first == again


def test_a_repeat_of_something_stored_hurts_nobody_else(
    waiting: Chat, direct: EntryPoint
) -> None:
    other = steps.open_chat(direct)
    [first] = store(line(waiting, "one"))

    answers = store(line(other, "x"), line(waiting, "one"), line(waiting, "two"))

    assert answers[1] == first
    assert stored(waiting) == [(1, "one"), (2, "two")]
    assert stored(other) == [(1, "x")]


def test_the_same_id_of_another_sender_is_no_repeat(
    alice: Agent, talking: Chat
) -> None:
    hers = replace(line(talking, "one"), sender=agent_sender(alice))

    store(line(talking, "one"), hers)

    assert stored(talking) == [(2, "one"), (3, "one")]


def test_a_repeat_after_the_end_is_answered_with_what_was_stored(
    alice: Agent, talking: Chat
) -> None:
    [first] = store(line(talking, "one"))
    steps.end(alice, talking)

    again, more = store(line(talking, "one"), line(talking, "two"))

    assert again == first
    assert isinstance(more, ContactEnded)


def test_a_refused_line_hurts_nobody_else(ended: Chat, direct: EntryPoint) -> None:
    other = steps.open_chat(direct)

    refusal, message = store(line(ended, "late"), line(other, "x"))

    assert isinstance(refusal, ContactEnded)
    assert isinstance(message, Message)
    assert stored(ended) == []


def test_a_line_for_a_contact_that_is_not_there_hurts_nobody_else(
    waiting: Chat,
) -> None:
    lost = replace(line(waiting, "lost"), contact_id=uuid4())

    refusal, message = store(lost, line(waiting, "one"))

    assert isinstance(refusal, UnknownContact)
    assert isinstance(message, Message)


def test_a_line_that_cannot_be_stored_hurts_nobody_else(
    waiting: Chat, direct: EntryPoint
) -> None:
    other = steps.open_chat(direct)

    answers = store(
        line(waiting, "one"), broken(waiting), line(other, "x"), line(waiting, "two")
    )

    assert [type(answer) for answer in answers] == [
        Message,
        IntegrityError,
        Message,
        Message,
    ]
    assert stored(waiting) == [(1, "one"), (2, "two")]
    assert stored(other) == [(1, "x")]


def test_each_customer_has_a_limit_of_their_own(
    waiting: Chat, direct: EntryPoint, settings: Settings
) -> None:
    settings.MESSAGES_PER_MINUTE = 2
    other = steps.open_chat(direct)
    said = ("one", "one", "two", "three")

    *answers, last = store(*(line(waiting, i) for i in said), line(other, "x"))

    assert isinstance(answers.pop(), TooMany)
    assert stored(waiting) == [(1, "one"), (2, "two")]
    assert isinstance(last, Message)


def test_what_is_refused_does_not_count(ended: Chat, settings: Settings) -> None:
    settings.MESSAGES_PER_MINUTE = 1

    answers = [*store(line(ended, "one")), *store(line(ended, "two"))]

    assert [type(answer) for answer in answers] == [ContactEnded, ContactEnded]


def test_the_writer_goes_on_when_nobody_waits_any_more(waiting: Chat) -> None:
    one, two = line(waiting, "one"), line(waiting, "two")

    async def leave() -> None:
        task = writer().store(one)
        await asyncio.sleep(0)  # the draft is in the writer's hands
        task.cancel()
        await writer().store(two)

    run(leave())

    assert stored(waiting) == [(1, "one"), (2, "two")]


@pytest.mark.postgresql
def test_lines_are_stored_while_the_database_comes_back(waiting: Chat) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [of_the_test] = cursor.fetchone()

    def end_all_others() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database()"
                " AND pid NOT IN (pg_backend_pid(), %s)",
                [of_the_test],
            )
        connection.close()

    async def talk() -> list[Answer]:
        first = await store_all(line(waiting, "1"))
        await asyncio.to_thread(end_all_others)
        return first + await store_all(line(waiting, "2"), line(waiting, "3"))

    answers = run(talk())

    assert [cast("Message", answer).seq for answer in answers] == [1, 2, 3]


@pytest.mark.postgresql
def test_a_line_that_is_stored_by_the_loop_is_counted(
    waiting: Chat, settings: Settings
) -> None:
    settings.MESSAGES_PER_MINUTE = 30

    async def talk() -> list[Answer]:
        said: list[Answer] = []
        for n in range(40):
            said += await store_all(line(waiting, f"{n}"))
        return said

    answers = run(talk())

    assert sum(isinstance(answer, TooMany) for answer in answers) == 10
    assert len(stored(waiting)) == 30


# --- somebody else holds a contact ----------------------------------------------
@pytest.fixture
def held(waiting: Chat) -> Iterator[Callable[[], None]]:
    """Somebody holds Dora's contact until this is called."""
    with ExitStack() as stack:
        stack.enter_context(holding(waiting.id))
        yield stack.close


@pytest.mark.postgresql
def test_a_locked_contact_keeps_only_its_own_people_waiting(
    waiting: Chat, direct: EntryPoint, held: Callable[[], None]
) -> None:
    other = steps.open_chat(direct)
    mine, others = line(waiting, "one"), line(other, "x")

    async def go_on_beside() -> None:
        first = writer().store(mine)
        await writer().store(others)
        await writer().store(replace(others, client_id="y"))
        assert not first.done()
        held()
        await first

    run(go_on_beside())

    assert stored(waiting) == [(1, "one")]
    assert stored(other) == [(1, "x"), (2, "y")]


@pytest.mark.postgresql
def test_the_lines_of_a_locked_contact_keep_their_order(
    waiting: Chat, direct: EntryPoint, held: Callable[[], None]
) -> None:
    other = steps.open_chat(direct)
    drafts = [line(waiting, f"{n}") for n in range(4)]
    others = line(other, "x")

    async def in_two_goes() -> None:
        early = asyncio.create_task(store_all(*drafts[:2]))
        await writer().store(others)
        late = asyncio.create_task(store_all(*drafts[2:]))
        await writer().store(replace(others, client_id="y"))
        held()
        await early
        await late

    run(in_two_goes())

    assert stored(waiting) == [(n + 1, f"{n}") for n in range(4)]


@pytest.mark.postgresql
def test_what_is_said_on_one_socket_in_another_chat_does_not_wait(
    alice: Agent, direct: EntryPoint
) -> None:
    first, second = (steps.connected(alice, direct) for _ in range(2))
    with sockets.desk_of(alice) as desk:
        with holding(first.id):
            for number, chat in enumerate((first, second)):
                desk.send("send", contact=chat.id, client_id=f"{number}", text="Hello")
            heard = [desk.read_until("ack")["client_id"]]
        heard.append(desk.read_until("ack")["client_id"])

    assert heard == ["1", "0"]


def test_a_line_is_answered_once(alice: Agent, direct: EntryPoint) -> None:
    chat = steps.connected(alice, direct)
    with sockets.desk_of(alice) as desk:
        desk.send("send", contact=chat.id, client_id="1", text="Hello")
        kinds = desk.heard_kinds()

    assert kinds.count("ack") == 1
    assert "error" not in kinds

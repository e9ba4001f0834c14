"""What is stored by one statement is what the service says in plain words."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Thread
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from contacts import events
from contacts.models import Contact, Message
from contacts.services import at_once, conversation
from contacts.services.at_once_postgresql import ROUTINE
from contacts.services.at_once_sqlite import INSERT
from contacts.services.drafts import CUSTOMER, Draft, Sender, agent_sender
from core import clock, nearby, redis
from core.unthreaded import lines
from tests.factories import (
    AssignmentFactory,
    ContactFactory,
    CustomerFactory,
    MessageFactory,
)
from tests.holding import holding

if TYPE_CHECKING:
    from pytest_django import Settings

    from agents.models import Agent, Organisation
    from contacts.models import Customer
    from contacts.services.conversation import Refusal
    from queues.models import Queue
    from tests.steps import Chat

    Append = Callable[..., list[Message | Refusal]]

MANY = 10_000  # cards due, of other tests too
CHATS = ["talking", "shared", "waiting", "ended", "assisted", "mailed", "unknown"]
TEXTS = ["Hello", "Grüße", "7", "12 apples", "4111 1111", "1111 1111", "My number: 4"]
TEXTS += ["4111 1111 1111 1111", "me@example.com", "Call 555 0100 77", "12345 78"]
said = st.tuples(
    st.sampled_from(CHATS),
    st.sampled_from(["customer", "alice", "bob"]),
    st.sampled_from(TEXTS),
    st.sampled_from(["a", "b", "c", "d", None]),
)
programs = st.lists(st.lists(said, min_size=1, max_size=6), min_size=1, max_size=3)
Program = list[list[tuple[str, str, str, str | None]]]
# What chance may miss.
EMAILS = ["card", "email"]
IN_PARTS: Program = [
    [("talking", "customer", "4111 1111", "a")],
    [("talking", "customer", "1111 1111", "b")],
]
REPEATED: Program = [
    [("talking", "customer", "Hello", "a"), ("shared", "alice", "Hello", "a")],
    [("talking", "customer", "Hello", "a"), ("ended", "customer", "Hello", "b")],
]


@dataclass
class World:
    """A set of contacts, and who speaks there."""

    contacts: dict[str, UUID]
    senders: dict[str, Sender]

    def draft(self, chat: str, sender: str, text: str, client_id: str | None) -> Draft:
        return Draft(self.contacts[chat], self.senders[sender], text, client_id)

    def named(self, text: str) -> str:
        """Return a text with the names of the contacts in place of their ids."""
        for name, contact_id in self.contacts.items():
            text = text.replace(str(contact_id), name)
        return text


@dataclass
class People:
    acme: Organisation
    support: Queue
    customers: Sequence[Customer]
    alice: Agent
    bob: Agent

    def world(self, began: datetime) -> World:
        with_people = {"state": "connected", "connected_at": began}
        talking = self._contact(**with_people)
        shared = self._contact(**with_people)
        contacts = {
            "talking": talking,
            "shared": shared,
            "waiting": self._contact(customer=self.customers[1]),
            "ended": self._contact(ended=True, opened_at=began),
            "assisted": self._contact(state="bot", queue=None, enqueued_at=None),
            "mailed": self._contact(channel="email", **with_people),
        }
        for contact, agent, role in [
            (talking, self.alice, "primary"),
            (shared, self.bob, "primary"),
            (shared, self.alice, "consulted"),
            (contacts["mailed"], self.alice, "primary"),
        ]:
            AssignmentFactory.create(
                contact=contact, agent=agent, role=role, connected=True
            )
        ids = {name: contact.pk for name, contact in contacts.items()}
        people = {"alice": agent_sender(self.alice), "bob": agent_sender(self.bob)}
        return World({**ids, "unknown": uuid4()}, {"customer": CUSTOMER, **people})

    def _contact(self, **values: Any) -> Contact:
        values = {"customer": self.customers[0], "queue": self.support, **values}
        return ContactFactory.create(organisation=self.acme, **values)


@pytest.fixture
def people(
    acme: Organisation, support: Queue, dora: Customer, alice: Agent, bob: Agent
) -> People:
    nobody = CustomerFactory.create(organisation=acme, name="")
    return People(acme, support, [dora, nobody], alice, bob)


Read = Callable[[], list[str]]


@pytest.fixture
def frames(db: None) -> Iterator[Read]:
    """Return the frames that have left until now, with their addresses."""
    channel = nearby.channel("of the test")
    with redis.client().pubsub() as subscription:  # type: ignore[no-untyped-call]
        subscription.subscribe(channel)
        subscription.get_message(timeout=None)

        def read() -> list[str]:
            redis.client().publish(channel, "end")
            lines: list[str] = []
            while (text := subscription.get_message(timeout=None)["data"]) != b"end":
                lines += text.decode().split("\n")
            return list(map(_with_addresses_in_order, lines[::2], lines[1::2]))

        yield read


@pytest.fixture
def nobody_is_counted(settings: Settings) -> None:
    """The service that stores lines does not count them; an event loop does."""
    settings.MESSAGES_PER_MINUTE = 0


def _with_addresses_in_order(head: str, frame: str) -> str:
    addresses, _, skip = head.partition("|")
    return f"{' '.join(sorted(addresses.split()))}|{skip} {frame}"


def told(answer: Message | Refusal) -> Any:
    if isinstance(answer, Message):
        return answer.seq, answer.text, answer.sender_name, answer.sender_key
    return answer.code, answer.detail


def play(
    world: World, program: Program, append: Append, began: datetime, held: str
) -> list[Any]:
    """Have a program said; return the answers."""
    answers = []
    for number, batch in enumerate(program):
        drafts = [world.draft(*one) for one in batch]
        with ExitStack() as stack:
            if held and number == 0:
                stack.enter_context(holding(world.contacts[held]))
            now = began + timedelta(seconds=number)
            found = append(drafts, now=now, skip_locked=True)
        answers.append([told(answer) for answer in found])
    return answers


def append_unthreaded(
    drafts: Sequence[Draft], *, now: datetime, skip_locked: bool
) -> list[Message | Refusal]:
    """Do as `append` does; an event loop stores what it can."""

    async def store() -> at_once.Stored:
        await lines().opened()
        try:
            stored = await at_once.store_unthreaded(drafts, now=now)
            await stored.letters.send_unthreaded()
        finally:
            await lines().close()
        return stored

    stored = asyncio.run(store())
    if stored.left:
        stored.left()
    found: dict[int, Any] = stored.answers
    rest = [draft for place, draft in enumerate(drafts) if place not in found]
    others = iter(conversation.append(rest, now=now, skip_locked=skip_locked))
    return [found[n] if n in found else next(others) for n in range(len(drafts))]


LINE = ["seq", "rev", "client_id", "sender_kind", "sender_agent", "sender_name"]
LINE += ["sender_key", "kind", "text", "event_code", "event_name", "event_reason"]
LINE += ["event_opens_at", "masked", "buttons", "sources", "files", "mail"]
LINE += ["mail_error", "created_at"]
PLACE = ["last_seq", "version", "last_message_at", "masked_messages"]
PLACE += ["dropped_messages", "turn_due_at"]


COMPARED = ("contact", "id", "state", "unread", "last_seq", "last_message", "version")


def compared(line: str) -> str:
    """Return a frame with its addresses; of states without the ids and times of shares,
    which no two worlds have in common."""
    head, _, text = line.partition("| ")
    frame = json.loads(text)
    for name in {"card", "contact"} & {frame["type"]}:
        state = frame[name]
        frame[name] = {key: state[key] for key in COMPARED if key in state}
    return f"{head} {json.dumps(frame)}"


def kept(world: World, frames: Read) -> dict[str, Any]:
    """Return all that is left of what was said in a world."""
    rows = Contact.objects.in_bulk(world.contacts.values())
    due = map(world.named, redis.recall(events.CARDS_DUE, at_most=MANY))
    return {
        "lines": {
            name: list(rows[pk].messages.order_by("seq").values_list(*LINE))
            for name, pk in world.contacts.items()
            if pk in rows
        },
        "places": {
            name: [getattr(rows[pk], column) for column in PLACE]
            for name, pk in world.contacts.items()
            if pk in rows
        },
        "frames": sorted(map(compared, map(world.named, frames()))),
        "cards": sorted(due),
    }


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    program=programs,
    before=st.sampled_from(["", "Hello", "4111 1111"]),
    policy=st.sampled_from(["redact", "redact", "drop"]),
    detectors=st.sampled_from([["card"], [], ["card", "email"]]),
    held=st.sampled_from(["", "talking", "waiting"]),
)
@example(IN_PARTS, "Hello", "redact", ["card"], "")
@example(IN_PARTS, "", "drop", ["card"], "")
@example([[("talking", "customer", "1111 1111", "a")]], "4111 1111", "drop", [], "")
@example([[("talking", "alice", "me@example.com", "a")]], "", "redact", EMAILS, "")
@example(REPEATED, "", "redact", ["card"], "talking")
def test_one_statement_does_what_the_service_says(
    people: People,
    frames: Read,
    nobody_is_counted: None,
    program: Program,
    before: str,
    policy: str,
    detectors: list[str],
    held: str,
) -> None:
    people.acme.sensitive_data_policy = policy
    people.acme.sensitive_data_detectors = detectors
    people.acme.save()
    began = clock.now()
    seen = []
    ways: list[Append] = [conversation.append, conversation.append_at_once]
    if connection.vendor == "postgresql":
        ways.append(append_unthreaded)
    for append in ways:
        world = people.world(began)
        if before:
            MessageFactory.create(
                contact_id=world.contacts["talking"],
                seq=1,
                text=before,
                created_at=began,
            )
            Contact.objects.filter(pk=world.contacts["talking"]).update(last_seq=1)
        is_held = held if connection.vendor == "postgresql" else ""
        frames()
        redis.recall(events.CARDS_DUE, at_most=MANY)  # what others have left
        answers = play(world, program, append, began, is_held)
        seen.append((answers, kept(world, frames)))

    by_the_service, *at_once = seen
    assert at_once == [by_the_service] * len(at_once)


def columns(statement: str) -> set[str]:
    """Return the columns of messages that a statement stores."""
    found = re.search(r"INSERT INTO contacts_message \((.*?)\)", statement, re.DOTALL)
    assert found is not None
    return {name.strip() for name in found[1].split(",")}


@pytest.mark.parametrize("statement", [ROUTINE.read_text(), INSERT], ids=["", "SQLite"])
def test_every_column_of_a_line_is_stored(statement: str) -> None:
    fields = Message._meta.concrete_fields

    assert columns(statement) | {"id"} == {field.column for field in fields}


def test_the_statement_stores_what_people_say(talking: Chat) -> None:
    drafts = [Draft(talking.id, CUSTOMER, "Hello", f"{n}") for n in range(3)]

    found = at_once.store(drafts, now=clock.now(), skip_locked=True)

    assert [told(answer)[:2] for answer in found.values()] == [
        (2, "Hello"),
        (3, "Hello"),
        (4, "Hello"),
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"text": "My card: 4111 1111 1111 1111"},
        {"client_id": "stored before"},
        {"attachments": (uuid4(),)},
    ],
)
def test_what_is_not_plain_takes_the_ordinary_path(
    talking: Chat, change: dict[str, Any]
) -> None:
    first = Draft(talking.id, CUSTOMER, "Hello", "stored before")
    conversation.append([first], now=clock.now())
    drafts = (
        [replace(first, client_id="new", **change)]
        if "client_id" not in change
        else [first]
    )

    found = at_once.store(drafts, now=clock.now(), skip_locked=True)

    assert found == {}
    assert Message.objects.filter(contact=talking.id, kind="text").count() == 1


@pytest.mark.postgresql
def test_the_statements_are_planned_once(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proconfig FROM pg_proc WHERE proname = 'contacts_store_lines'"
        )
        [(chosen,)] = cursor.fetchall()
    assert {"plan_cache_mode=force_generic_plan", "jit=off"} <= set(chosen)


@pytest.mark.postgresql
def test_a_long_conversation_is_not_looked_through(talking: Chat) -> None:
    """A number may go on from the sender's last line, which is near the end."""
    contact = Contact.objects.get(pk=talking.id)
    for seq in range(2, 402):
        sender_key = "agent.1" if seq % 2 else "customer"
        MessageFactory.create(
            contact=contact, seq=seq, sender_key=sender_key, text="Hm"
        )
    Contact.objects.filter(pk=contact.pk).update(last_seq=401)

    before = lines_read()
    found = at_once.store(
        [Draft(talking.id, CUSTOMER, "12 apples", "a")],
        now=clock.now(),
        skip_locked=True,
    )

    assert told(found[0])[1] == "12 apples"
    assert lines_read() - before <= 2  # the agent's last one, and the customer's


@pytest.mark.postgresql
def test_who_left_while_others_waited_has_no_say_and_hears_nothing(
    people: People, frames: Read
) -> None:
    """They leave under the contact's lock, and nothing of its row changes."""
    world = people.world(clock.now())
    contact = world.contacts["shared"]
    drafts = [
        world.draft("shared", "alice", "Am I still here?", "a"),
        world.draft("shared", "customer", "Hello", "b"),
    ]
    answers: list[Any] = []

    def speak() -> None:
        answers.extend(
            conversation.append_at_once(drafts, now=clock.now(), skip_locked=False)
        )
        connection.close()

    speaker = Thread(target=speak)
    with transaction.atomic():
        row = Contact.objects.select_for_update(no_key=True).get(pk=contact)
        row.assignments.filter(agent=people.alice).update(
            state="left", ended_at=clock.now()
        )
        speaker.start()
        wait_until_somebody_waits()
    speaker.join()

    assert [told(answer)[0] for answer in answers] == ["not_yours", 1]
    [line] = frames()
    heard_by, _, frame = line.partition("| ")
    assert heard_by.split() == sorted([f"customer.{contact}", people.bob.address])
    assert json.loads(frame)["message"]["text"] == "Hello"


def lines_read() -> int:
    """Return how many lines this transaction has read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables"
            " WHERE relname = 'contacts_message'"
        )
        [number] = cursor.fetchone()
    return int(number)


def wait_until_somebody_waits() -> None:
    with connection.cursor() as cursor:
        waiting = 0
        while not waiting:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            [waiting] = cursor.fetchone()

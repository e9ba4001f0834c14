"""What a supervisor does about a contact that is stuck (4.1, contract 3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contacts.models import Contact, ContactEvent, QueueVisit
from tests import steps
from tests.contacts.floor import can_take, holder_of, open_other, shares_of, state_of
from tests.factories import QueueFactory
from tests.steps import API, client_for, customer_of, for_agents, refuses

if TYPE_CHECKING:
    from agents.models import Agent, Organisation, Team
    from queues.models import EntryPoint, Queue
    from tests.clockwork import Clockwork
    from tests.steps import Chat
    from wrapup.models import WrapUpCode


@pytest.fixture
def sales(acme: Organisation, front_line: Team) -> Queue:
    return QueueFactory.create(organisation=acme, name="Sales", teams=[front_line])


def do(who: Agent, what: str, chat: Chat, **body: Any) -> Any:
    body = {"reason": "Stuck"} | body
    return client_for(who).post(for_agents(chat, what), body)


def events_of(chat: Chat) -> list[tuple[str, str | None]]:
    """Return (code, name) of the events of the conversation."""
    lines = [line["event"] for line in steps.lines_of(chat)]
    return [(event["code"], event["name"]) for event in lines if event]


# --- requeue ------------------------------------------------------------------------
def test_a_chat_is_taken_from_its_agent_and_waits_again(
    sam: Agent, alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.connected(alice, direct)
    enqueued_at = chat.contact.enqueued_at
    steps.go_idle(alice)
    clockwork.moves(seconds=60)

    answer = do(sam, "requeue", chat).json()

    assert answer["state"] == "queued"
    assert shares_of(chat) == [("Alice", "left")]
    assert chat.contact.enqueued_at == enqueued_at
    assert chat.contact.visit_started_at == clockwork.now
    assert not steps.cards_of(alice)
    assert events_of(chat)[1:] == [("agent_left", "Alice"), ("queued", "Support")]


def test_the_next_agent_gets_it_at_once(
    sam: Agent, alice: Agent, bob: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.connected(alice, direct)
    clockwork.moves(seconds=1)
    steps.go_available(bob)
    clockwork.moves(seconds=1)

    do(sam, "requeue", chat)

    # Alice's share has ended just now, so that Bob was available longer.
    assert shares_of(chat) == [("Alice", "left"), ("Bob", "offered")]
    steps.accept(bob, chat)
    assert events_of(chat)[-1] == ("agent_joined", "Bob")


def test_an_outstanding_card_goes_and_its_agent_is_not_to_blame(
    sam: Agent, alice: Agent, direct: EntryPoint, sales: Queue, clockwork: Clockwork
) -> None:
    chat = steps.offered(alice, direct)
    clockwork.moves(seconds=5)

    answer = do(sam, "requeue", chat, queue=sales.pk).json()

    assert shares_of(chat) == [("Alice", "withdrawn"), ("Alice", "offered")]
    assert state_of(alice) == "available"
    assert answer["queue"] == {"id": sales.pk, "name": "Sales"}
    assert not steps.lines_of(chat)


def test_another_queue_is_another_visit(
    sam: Agent, direct: EntryPoint, sales: Queue, clockwork: Clockwork
) -> None:
    sales.max_time_in_queue = 60
    sales.save(update_fields=["max_time_in_queue"])
    chat = steps.open_chat(direct)
    clockwork.moves(seconds=60)

    do(sam, "requeue", chat, queue=sales.pk)

    visits = QueueVisit.objects.filter(contact=chat.id).order_by("entered_at")
    assert [(visit.queue.name, visit.outcome) for visit in visits] == [
        ("Support", "moved"),
        ("Sales", ""),
    ]
    clockwork.passes(seconds=60)
    assert chat.contact.ended_reason == "queue_timeout"


def test_those_behind_a_moved_chat_hear_of_their_new_place(
    sam: Agent, direct: EntryPoint, support: Queue, sales: Queue, clockwork: Clockwork
) -> None:
    first = steps.open_chat(direct)
    clockwork.moves(seconds=1)
    steps.open_chat(direct)
    clockwork.sweeps()

    do(sam, "requeue", first, queue=sales.pk)

    assert queues_told() == {support.pk, sales.pk}


def queues_told() -> set[int]:
    """Return the queues whose customers the next sweep tells their place."""
    from contacts import events
    from core import redis

    return {int(each) for each in redis.recall(events.POSITIONS_DUE, at_most=100)}


@pytest.mark.parametrize("reach", ["foreign", "inactive", "unknown"])
def test_a_queue_that_is_no_choice_is_refused(
    sam: Agent,
    alice: Agent,
    direct: EntryPoint,
    sales: Queue,
    help_queue: Queue,
    reach: str,
) -> None:
    chat = steps.connected(alice, direct)
    sales.is_active = False
    sales.save(update_fields=["is_active"])
    queue_id = {"foreign": help_queue.pk, "inactive": sales.pk, "unknown": 10**6}[reach]

    response = do(sam, "requeue", chat, queue=queue_id)

    refuses(response, 400, "invalid", errors=["queue"])
    assert shares_of(chat) == [("Alice", "connected")]
    assert events_of(chat) == [("agent_joined", "Alice")]


def test_a_call_can_be_requeued_too(
    sam: Agent, ada: Agent, alice: Agent, support: Queue, clockwork: Clockwork
) -> None:
    can_take(alice, voice=1)
    steps.go_available(alice)
    call = open_other(ada, "voice", support)
    client_for(alice).post(f"{API}/contacts/{call.pk}/accept/")
    clockwork.moves(seconds=1)

    client_for(ada).post(f"{API}/contacts/{call.pk}/requeue/", {"reason": "Stuck"})

    assert shares_of(call) == [("Alice", "left"), ("Alice", "offered")]


# --- close --------------------------------------------------------------------------
def test_closing_ends_the_chat_for_everybody(
    sam: Agent, alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.connected(alice, direct)
    clockwork.moves(seconds=60)

    answer = do(sam, "close", chat).json()

    assert (answer["state"], answer["ended_reason"]) == ("ended", "closed")
    assert chat.contact.closed_at == clockwork.now
    assert shares_of(chat) == [("Alice", "left")]
    assert not steps.cards_of(alice)
    lines = steps.lines_of(chat)
    assert [line["event"]["code"] for line in lines] == [
        "agent_joined",
        "agent_left",
        "contact_ended",
    ]
    assert lines[-1]["event"]["reason"] == "closed"


def test_the_slot_of_a_closed_chat_goes_to_the_next_at_once(
    sam: Agent, alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    can_take(alice, chat=1)
    chat = steps.connected(alice, direct)
    waits = steps.open_chat(direct)

    do(sam, "close", chat)

    assert holder_of(waits) == "Alice"


@pytest.mark.parametrize("story", ["waiting", "offered"])
def test_closing_works_before_anybody_has_answered(
    sam: Agent,
    alice: Agent,
    direct: EntryPoint,
    story: str,
    clockwork: Clockwork,
) -> None:
    if story == "offered":
        steps.go_available(alice)
    chat = steps.open_chat(direct)

    do(sam, "close", chat)

    assert chat.contact.ended_reason == "closed"
    assert QueueVisit.objects.get(contact=chat.id).outcome == "ended"
    assert {state for _, state in shares_of(chat)} <= {"withdrawn"}


def test_somebody_elses_wrap_up_is_not_touched(
    sam: Agent, alice: Agent, direct: EntryPoint, resolved: WrapUpCode
) -> None:
    chat = steps.in_wrap_up(alice, direct)

    response = do(sam, "close", chat)

    refuses(response, 409, "contact_ended")
    steps.wrap_up(alice, chat, resolved)
    assert shares_of(chat) == [("Alice", "completed")]


# --- once is enough -----------------------------------------------------------------
def test_a_repeated_requeue_leaves_the_next_agent_the_card(
    sam: Agent, alice: Agent, bob: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.connected(alice, direct)
    steps.go_idle(alice)
    do(sam, "requeue", chat)
    clockwork.moves(seconds=1)
    steps.go_available(bob)

    response = do(sam, "requeue", chat)

    assert (response.status_code, response.json()["state"]) == (200, "offered")
    assert shares_of(chat) == [("Alice", "left"), ("Bob", "offered")]
    assert ContactEvent.objects.filter(code="requeued").count() == 1


def test_a_requeue_from_the_next_agent_is_a_new_one(
    sam: Agent, alice: Agent, bob: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.connected(alice, direct)
    steps.go_idle(alice)
    do(sam, "requeue", chat)
    clockwork.moves(seconds=1)
    steps.go_available(bob)
    steps.accept(bob, chat)
    steps.go_idle(bob)

    do(sam, "requeue", chat)

    assert shares_of(chat) == [("Alice", "left"), ("Bob", "left")]
    assert chat.contact.state == "queued"


@pytest.mark.parametrize("change", ["reason", "queue", "who"])
def test_another_requeue_is_no_repeat(
    sam: Agent, ada: Agent, direct: EntryPoint, sales: Queue, change: str
) -> None:
    chat = steps.open_chat(direct)
    do(sam, "requeue", chat)
    other: dict[str, Any] = {"reason": "Again", "queue": sales.pk}
    body = {change: other[change]} if change in other else {}

    response = do(ada if change == "who" else sam, "requeue", chat, **body)

    assert response.status_code == 200
    assert ContactEvent.objects.filter(code="requeued").count() == 2


def test_a_repeated_close_answers_as_the_first(
    sam: Agent, alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.connected(alice, direct)
    first = do(sam, "close", chat)
    clockwork.moves(seconds=1)

    second = do(sam, "close", chat)

    assert (second.status_code, second.json()) == (200, first.json())
    assert ContactEvent.objects.filter(code="closed").count() == 1


@pytest.mark.parametrize("change", ["reason", "who"])
def test_another_close_is_too_late(
    sam: Agent, ada: Agent, direct: EntryPoint, change: str
) -> None:
    chat = steps.open_chat(direct)
    do(sam, "close", chat)

    response = do(
        ada if change == "who" else sam,
        "close",
        chat,
        reason="Again" if change == "reason" else "Stuck",
    )

    refuses(response, 409, "contact_ended")
    assert ContactEvent.objects.filter(code="closed").count() == 1


# --- who, what, why -----------------------------------------------------------------
@pytest.mark.parametrize("what", ["requeue", "close"])
def test_the_reason_and_who_gave_it_are_on_record(
    sam: Agent, alice: Agent, direct: EntryPoint, what: str
) -> None:
    chat = steps.connected(alice, direct)

    do(sam, what, chat, reason="Alice has gone home")

    event = ContactEvent.objects.get(code={"close": "closed"}.get(what, "requeued"))
    assert event.actor == sam
    assert event.details["reason"] == "Alice has gone home"


@pytest.mark.parametrize("what", ["requeue", "close"])
@pytest.mark.parametrize("reason", ["", None, "x" * 201])
def test_a_reason_is_needed(
    sam: Agent, alice: Agent, direct: EntryPoint, what: str, reason: str | None
) -> None:
    chat = steps.connected(alice, direct)

    response = do(sam, what, chat, reason=reason)

    refuses(response, 400, "invalid", errors=["reason"])
    assert shares_of(chat) == [("Alice", "connected")]


@pytest.mark.parametrize("what", ["requeue", "close", "routing"])
@pytest.mark.parametrize(
    ("who", "status", "code"),
    [
        ("alice", 403, "forbidden"),
        ("bob", 404, "not_found"),
        ("gina", 404, "not_found"),
        ("greta", 404, "not_found"),
    ],
)
def test_only_those_who_oversee_the_contact(
    request: pytest.FixtureRequest,
    alice: Agent,
    direct: EntryPoint,
    what: str,
    who: str,
    status: int,
    code: str,
) -> None:
    chat = steps.connected(alice, direct)
    person: Agent = request.getfixturevalue(who)

    if what == "routing":
        response = client_for(person).get(for_agents(chat, what))
    else:
        response = do(person, what, chat)

    refuses(response, status, code)
    assert chat.contact.state == "connected"
    assert shares_of(chat) == [("Alice", "connected")]


@pytest.mark.parametrize("what", ["requeue", "close"])
def test_the_customer_cannot(alice: Agent, direct: EntryPoint, what: str) -> None:
    chat = steps.connected(alice, direct)

    response = customer_of(chat).post(for_agents(chat, what), {"reason": "Me"})

    refuses(response, 401, "bad_token")
    assert chat.contact.state == "connected"


@pytest.mark.parametrize("what", ["requeue", "close"])
def test_what_is_over_stays_over(
    ada: Agent, alice: Agent, direct: EntryPoint, what: str
) -> None:
    chat = steps.completed(alice, direct)
    ended_at = chat.contact.ended_at

    response = do(ada, what, chat)

    refuses(response, 409, "contact_ended")
    assert Contact.objects.get().ended_at == ended_at

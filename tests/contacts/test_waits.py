"""How long and how many may wait: deadlines, overflow, full queues (4.1, 4.4, 4.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from rest_framework.test import APIClient

from contacts.models import Contact, Message, QueueVisit
from tests import steps
from tests.contacts.floor import can_take, holder_of, open_other, shares_of
from tests.factories import EntryPointFactory, QueueFactory
from tests.steps import API, client_for, refuses

if TYPE_CHECKING:
    from agents.models import Agent, Organisation, Team
    from queues.models import EntryPoint, Queue
    from tests.clockwork import Clockwork
    from tests.steps import Chat


@pytest.fixture
def overflow(acme: Organisation, front_line: Team) -> Queue:
    return QueueFactory.create(organisation=acme, name="Overflow")


def limit(queue: Queue, **values: object) -> None:
    for name, value in values.items():
        setattr(queue, name, value)
    queue.save(update_fields=list(values))


def visits_of(chat: Chat) -> list[tuple[str, str]]:
    """Return (queue, outcome) of the chat's stays."""
    visits = QueueVisit.objects.filter(contact=chat.id).order_by("entered_at", "pk")
    return list(visits.values_list("queue__name", "outcome"))


# --- the longest wait ---------------------------------------------------------------
def test_without_a_limit_a_chat_waits_on(
    direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.open_chat(direct)

    clockwork.passes(seconds=7 * 24 * 3600)

    assert chat.contact.state == "queued"


def test_whoever_waits_too_long_is_told_that_the_chat_is_over(
    support: Queue, direct: EntryPoint, clockwork: Clockwork
) -> None:
    limit(support, max_time_in_queue=60)
    chat = steps.open_chat(direct)

    clockwork.passes(seconds=59)
    assert chat.contact.state == "queued"
    clockwork.passes(seconds=1)

    contact = chat.contact
    assert (contact.state, contact.ended_reason) == ("ended", "queue_timeout")
    assert contact.ended_at == contact.closed_at == clockwork.now
    assert visits_of(chat) == [("Support", "timed_out")]
    [line] = steps.lines_of(chat)
    assert line["event"] == {
        "code": "contact_ended",
        "name": None,
        "reason": "queue_timeout",
    }


def test_where_there_is_an_overflow_queue_the_chat_goes_there(
    support: Queue, overflow: Queue, direct: EntryPoint, clockwork: Clockwork
) -> None:
    limit(support, max_time_in_queue=60, overflow_queue=overflow)
    chat = steps.open_chat(direct)
    enqueued_at = chat.contact.enqueued_at

    clockwork.passes(seconds=60)

    contact = chat.contact
    assert (contact.state, contact.queue) == ("queued", overflow)
    assert contact.enqueued_at == enqueued_at
    assert contact.visit_started_at == clockwork.now
    assert contact.wait_deadline is None
    assert visits_of(chat) == [("Support", "timed_out"), ("Overflow", "")]
    assert not Message.objects.exists()


def test_the_overflow_queues_agents_get_it_at_once(
    front_line: Team,
    alice: Agent,
    support: Queue,
    overflow: Queue,
    direct: EntryPoint,
    clockwork: Clockwork,
) -> None:
    support.distribution.all().delete()
    overflow.distribution.create(team=front_line)
    limit(support, max_time_in_queue=60, overflow_queue=overflow)
    steps.go_available(alice)
    chat = steps.open_chat(direct)
    assert holder_of(chat) is None

    clockwork.passes(seconds=60)

    assert holder_of(chat) == "Alice"


def test_the_overflow_queue_has_a_limit_of_its_own(
    support: Queue, overflow: Queue, direct: EntryPoint, clockwork: Clockwork
) -> None:
    limit(support, max_time_in_queue=60, overflow_queue=overflow)
    limit(overflow, max_time_in_queue=30)
    chat = steps.open_chat(direct)
    clockwork.passes(seconds=60)

    clockwork.passes(seconds=29)
    assert chat.contact.state == "queued"
    clockwork.passes(seconds=1)

    assert chat.contact.ended_reason == "queue_timeout"
    assert visits_of(chat) == [("Support", "timed_out"), ("Overflow", "timed_out")]


def test_a_ring_that_is_there_is_walked_once(
    support: Queue, overflow: Queue, direct: EntryPoint, clockwork: Clockwork
) -> None:
    limit(support, max_time_in_queue=60, overflow_queue=overflow)
    limit(overflow, max_time_in_queue=30, overflow_queue=support)
    chat = steps.open_chat(direct)

    clockwork.passes(seconds=60)
    clockwork.passes(seconds=30)

    assert chat.contact.ended_reason == "queue_timeout"
    assert visits_of(chat) == [("Support", "timed_out"), ("Overflow", "timed_out")]


def test_an_overflow_queue_that_takes_no_contacts_is_none(
    support: Queue, overflow: Queue, direct: EntryPoint, clockwork: Clockwork
) -> None:
    limit(support, max_time_in_queue=60, overflow_queue=overflow)
    limit(overflow, is_active=False)
    chat = steps.open_chat(direct)

    clockwork.passes(seconds=60)

    assert chat.contact.ended_reason == "queue_timeout"


def test_an_outstanding_card_outlasts_the_limit(
    alice: Agent, support: Queue, direct: EntryPoint, clockwork: Clockwork
) -> None:
    limit(support, max_time_in_queue=20)
    chat = steps.offered(alice, direct)
    clockwork.passes(seconds=25)
    assert chat.contact.state == "offered"

    steps.accept(alice, chat)
    clockwork.passes(seconds=60)

    assert chat.contact.state == "connected"


def test_a_missed_offer_past_the_limit_is_the_end(
    alice: Agent, support: Queue, direct: EntryPoint, clockwork: Clockwork
) -> None:
    limit(support, max_time_in_queue=20)
    chat = steps.offered(alice, direct)

    clockwork.passes(seconds=35)

    assert shares_of(chat) == [("Alice", "rona")]
    assert chat.contact.ended_reason == "queue_timeout"


def test_a_limit_set_while_people_wait_counts_for_them(
    support: Queue, ada: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.open_chat(direct)
    clockwork.moves(seconds=30)

    response = client_for(ada).patch(
        f"{API}/queues/{support.pk}/", {"max_time_in_queue": 60}
    )

    assert response.status_code == 200, response.content
    clockwork.passes(seconds=29)
    assert chat.contact.state == "queued"
    clockwork.passes(seconds=1)
    assert chat.contact.ended_reason == "queue_timeout"


def test_a_limit_taken_away_while_people_wait_lets_them_wait(
    support: Queue, ada: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    limit(support, max_time_in_queue=60)
    chat = steps.open_chat(direct)

    client_for(ada).patch(f"{API}/queues/{support.pk}/", {"max_time_in_queue": None})
    clockwork.passes(seconds=3600)

    assert chat.contact.state == "queued"


# --- full queues --------------------------------------------------------------------
def knocks(entry_point: EntryPoint) -> Any:
    return APIClient().post(f"{API}/chat/contacts/", {"entry_point": entry_point.key})


def test_a_full_queue_refuses_more(
    support: Queue, direct: EntryPoint, clockwork: Clockwork
) -> None:
    limit(support, max_waiting=2)
    for _ in range(2):
        steps.open_chat(direct)

    response = knocks(direct)

    refuses(response, 409, "queue_full")
    assert Contact.objects.count() == 2
    answer = APIClient().get(f"{API}/chat/entry-points/{direct.key}/").json()
    assert (answer["open"], answer["closed_reason"]) == (False, "queue_full")


def test_who_has_a_card_out_waits_still(
    alice: Agent, support: Queue, direct: EntryPoint, clockwork: Clockwork
) -> None:
    limit(support, max_waiting=1)
    steps.offered(alice, direct)

    refuses(knocks(direct), 409, "queue_full")


@pytest.mark.parametrize("way", ["accept", "leave", "time out"])
def test_when_somebody_leaves_the_line_there_is_room_again(
    alice: Agent, support: Queue, direct: EntryPoint, clockwork: Clockwork, way: str
) -> None:
    limit(support, max_waiting=1, max_time_in_queue=10)
    chat = steps.open_chat(direct)
    if way == "accept":
        steps.go_available(alice)
        steps.accept(alice, chat)
    elif way == "leave":
        steps.leave(chat)
    else:
        clockwork.passes(seconds=10)

    assert steps.open_chat(direct).contact.state in {"queued", "offered"}


def test_no_waiting_at_all_is_possible(
    alice: Agent, support: Queue, direct: EntryPoint
) -> None:
    limit(support, max_waiting=0)
    steps.go_available(alice)

    refuses(knocks(direct), 409, "queue_full")


def test_a_full_queue_refuses_other_channels_too(
    ada: Agent, support: Queue, direct: EntryPoint
) -> None:
    limit(support, max_waiting=1)
    steps.open_chat(direct)

    response = client_for(ada).post(
        f"{API}/contacts/", {"channel": "voice", "queue": support.pk, "customer": {}}
    )

    refuses(response, 409, "queue_full")
    assert Contact.objects.count() == 1


def test_whoever_is_in_the_line_already_is_never_refused(
    alice: Agent, support: Queue, direct: EntryPoint, clockwork: Clockwork
) -> None:
    limit(support, max_waiting=2)
    can_take(alice, chat=1)
    missed = steps.offered(alice, direct)
    steps.open_chat(direct)

    clockwork.passes(seconds=35)

    assert missed.contact.state == "queued"


# --- closed -------------------------------------------------------------------------
@pytest.mark.parametrize("what", ["queue", "entry point"])
def test_what_was_deactivated_takes_no_new_contacts(
    support: Queue, direct: EntryPoint, what: str
) -> None:
    row = support if what == "queue" else direct
    row.is_active = False
    row.save(update_fields=["is_active"])

    response = knocks(direct)

    refuses(response, 409, "closed")
    assert not Contact.objects.exists()


def test_the_place_in_the_line_is_counted_over_cards_and_priorities(
    acme: Organisation,
    alice: Agent,
    support: Queue,
    direct: EntryPoint,
    clockwork: Clockwork,
) -> None:
    can_take(alice, chat=1)
    urgent = EntryPointFactory.create(
        organisation=acme, key="urgent", queue=support, priority=9
    )
    chats = [steps.offered(alice, direct)]
    for page in (direct, direct, urgent):
        clockwork.moves(seconds=1)
        chats.append(steps.open_chat(page))

    assert [place_of(chat) for chat in chats] == [2, 3, 4, 1]


def place_of(chat: Chat) -> int | None:
    answer = steps.customer_of(chat).get(steps.for_customers(chat)).json()
    place: int | None = answer["queue_position"]
    return place


def test_a_voice_call_takes_a_place_in_the_line_too(
    ada: Agent, support: Queue, direct: EntryPoint, clockwork: Clockwork
) -> None:
    open_other(ada, "voice", support)
    clockwork.moves(seconds=1)

    assert place_of(steps.open_chat(direct)) == 2

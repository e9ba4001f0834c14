"""What becomes of those who wait when their queue closes (D29)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from contacts import jobs
from contacts.models import Contact, ContactEvent, QueueVisit
from core import clock
from tests import steps
from tests.assistants.steps import asks
from tests.contacts.races import by, race
from tests.contacts.test_hours import monday
from tests.factories import HoursFactory, QueueFactory
from tests.steps import API, client_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.models import Agent, Organisation
    from queues.models import EntryPoint, Hours, Queue
    from tests.clockwork import Clockwork
    from tests.steps import Chat

EVERY_DAY = [{"day": day, "from": "09:00", "to": "17:00"} for day in range(7)]


@pytest.fixture
def hours(acme: Organisation, support: Queue, clockwork: Clockwork) -> Hours:
    """Support is open from nine to five and releases who waits then; it is 16:59."""
    support.hours = HoursFactory.create(organisation=acme, weekly=EVERY_DAY)
    support.at_closing = "release"
    support.save(update_fields=["hours", "at_closing"])
    clockwork.moves_to(monday(16, 59))
    return support.hours


@pytest.fixture
def waiting(direct: EntryPoint, hours: Hours) -> Chat:
    return steps.open_chat(direct)


def stand(chat: Chat) -> tuple[str, str]:
    return chat.contact.state, chat.contact.ended_reason


GONE = ("ended", "closed")


# --- released, or served --------------------------------------------------------------
def test_who_waits_is_released_with_a_message(
    waiting: Chat, clockwork: Clockwork
) -> None:
    clockwork.passes(seconds=59)
    assert stand(waiting) == ("queued", "")

    clockwork.passes(seconds=1)

    contact = waiting.contact
    assert stand(waiting) == GONE
    assert contact.ended_at == contact.closed_at == clockwork.now
    [visit] = QueueVisit.objects.filter(contact=contact)
    assert (visit.outcome, visit.left_at) == ("ended", clockwork.now)
    [line] = steps.lines_of(waiting)
    opens_at = line["event"].pop("opens_at")
    assert line["event"] == {"code": "contact_ended", "name": None, "reason": "closed"}
    assert datetime.fromisoformat(opens_at) == monday(9) + timedelta(days=1)
    assert line["text"].startswith("The chat has ended because we are closed now.")
    assert "We open again on Tuesday, " in line["text"]
    event = ContactEvent.objects.get(contact=contact, code="closed")
    assert (event.actor, event.details) == (None, {"reason": "The queue has closed."})


def test_to_release_twice_is_harmless(waiting: Chat, clockwork: Clockwork) -> None:
    clockwork.passes(seconds=60)
    clockwork.passes(seconds=1)

    assert len(steps.lines_of(waiting)) == 1


def test_a_queue_serves_who_waits_unless_it_says_otherwise(
    waiting: Chat,
    support: Queue,
    hours: Hours,
    direct: EntryPoint,
    clockwork: Clockwork,
) -> None:
    support.at_closing = "serve"
    support.save(update_fields=["at_closing"])
    served = steps.open_chat(direct)

    clockwork.passes(seconds=3600)

    assert stand(served) == ("queued", "")


def test_a_conversation_is_never_cut(
    alice: Agent, direct: EntryPoint, hours: Hours, clockwork: Clockwork
) -> None:
    chat = steps.connected(alice, direct)

    clockwork.passes(seconds=61)

    assert stand(chat) == ("connected", "")
    steps.say(chat, "Still here?")
    steps.say(alice, "Yes.", to=chat)


def test_a_chat_with_the_assistant_goes_on(
    front: EntryPoint, hours: Hours, clockwork: Clockwork
) -> None:
    chat = steps.open_chat(front)

    clockwork.passes(seconds=61)

    asks(chat, "Opening hours")
    assert stand(chat) == ("bot", "")


def test_other_channels_wait_for_the_morning(
    ada: Agent, support: Queue, hours: Hours, clockwork: Clockwork
) -> None:
    body = {"channel": "email", "queue": support.pk, "customer": {"name": "Dora"}}
    client_for(ada).post(f"{API}/contacts/", body, format="json")

    clockwork.passes(seconds=61)

    assert Contact.objects.get().state == "queued"


def test_customers_of_other_queues_wait_on(
    acme: Organisation, waiting: Chat, direct: EntryPoint, clockwork: Clockwork
) -> None:
    direct.queue = QueueFactory.create(organisation=acme)
    direct.save(update_fields=["queue"])
    other = steps.open_chat(direct)

    clockwork.passes(seconds=60)

    assert (stand(waiting), stand(other)) == (GONE, ("queued", ""))


# --- offered at closing time ----------------------------------------------------------
def test_an_offer_in_progress_may_be_accepted(
    alice: Agent, waiting: Chat, clockwork: Clockwork
) -> None:
    clockwork.moves(seconds=50)
    steps.go_available(alice)
    assert stand(waiting) == ("offered", "")

    clockwork.passes(seconds=15)
    steps.accept(alice, waiting)
    clockwork.passes(seconds=60)

    assert stand(waiting) == ("connected", "")


@pytest.mark.parametrize("how", ["declined", "missed"])
def test_an_offer_that_comes_back_is_offered_to_nobody_else(
    alice: Agent, bob: Agent, waiting: Chat, clockwork: Clockwork, how: str
) -> None:
    clockwork.moves(seconds=50)
    steps.go_available(alice)
    clockwork.passes(seconds=15)
    steps.go_available(bob)

    if how == "declined":
        steps.decline(alice, waiting)
        clockwork.sweeps()
    else:
        clockwork.passes(seconds=600)

    assert stand(waiting) == GONE
    assert [share.agent for share in waiting.contact.assignments.all()] == [alice]


# --- who comes in while it is closed -------------------------------------------------
@pytest.fixture
def closed(hours: Hours, clockwork: Clockwork) -> None:
    clockwork.moves_to(monday(18))


def test_what_people_transfer_waits_until_it_has_been_open(
    acme: Organisation,
    alice: Agent,
    support: Queue,
    direct: EntryPoint,
    closed: None,
    clockwork: Clockwork,
) -> None:
    direct.queue = QueueFactory.create(organisation=acme, teams=list(alice.teams.all()))
    direct.save(update_fields=["queue"])
    chat = steps.connected(alice, direct)
    steps.transfer(alice, chat, to=support)

    clockwork.sweeps()

    assert stand(chat) == ("queued", "")
    assert chat.contact.release_at == monday(17) + timedelta(days=1)


def test_after_a_night_without_sweeps_nobody_is_released(
    waiting: Chat, clockwork: Clockwork
) -> None:
    clockwork.moves_to(monday(10) + timedelta(days=1))

    jobs.release_waiting(clockwork.now)

    assert stand(waiting) == ("queued", "")
    assert waiting.contact.release_at == monday(17) + timedelta(days=1)


# --- changed settings ---------------------------------------------------------------
def change(ada: Agent, row: Any, what: str, **values: object) -> None:
    address = f"{API}/{what}/{row.pk}/"
    answer = client_for(ada).patch(address, values, format="json")
    assert answer.status_code == 200, answer.content


def test_longer_hours_are_in_force_at_once(
    ada: Agent, waiting: Chat, hours: Hours, clockwork: Clockwork
) -> None:
    week = [row | {"to": "18:00"} for row in EVERY_DAY]
    change(ada, hours, "hours", weekly=week)

    clockwork.passes(seconds=60)
    assert stand(waiting) == ("queued", "")
    clockwork.passes(seconds=3600)
    assert stand(waiting) == GONE


def test_hours_that_ended_a_while_ago_release_at_once(
    ada: Agent, direct: EntryPoint, hours: Hours, clockwork: Clockwork
) -> None:
    clockwork.moves_to(monday(16, 30))
    chat = steps.open_chat(direct)
    clockwork.moves_to(monday(16, 45))
    week = [row | {"to": "16:40"} for row in EVERY_DAY]

    change(ada, hours, "hours", weekly=week)
    clockwork.sweeps()

    assert stand(chat) == GONE


def test_a_new_name_moves_nobody(ada: Agent, waiting: Chat, hours: Hours) -> None:
    change(ada, hours, "hours", name="Renamed")

    assert waiting.contact.release_at == monday(17)


@pytest.mark.parametrize(
    ("values", "is_released"),
    [({"at_closing": "serve"}, False), ({"hours": None}, False), ({}, True)],
)
def test_a_queue_changes_its_mind(
    ada: Agent,
    waiting: Chat,
    support: Queue,
    clockwork: Clockwork,
    values: dict[str, object],
    is_released: bool,
) -> None:
    change(ada, support, "queues", **values)

    clockwork.passes(seconds=60)

    assert stand(waiting) == (GONE if is_released else ("queued", ""))


def test_a_queue_that_begins_to_release_does_so_for_who_waits_already(
    ada: Agent, direct: EntryPoint, support: Queue, hours: Hours, clockwork: Clockwork
) -> None:
    change(ada, support, "queues", at_closing="serve")
    chat = steps.open_chat(direct)
    change(ada, support, "queues", at_closing="release")

    clockwork.passes(seconds=60)

    assert stand(chat) == GONE


# --- at once ------------------------------------------------------------------------
def releasing() -> int:
    return jobs.release_waiting(clock.now())


@pytest.fixture
def at_closing_time(
    alice: Agent, waiting: Chat, clockwork: Clockwork
) -> Callable[[], int]:
    """Alice rings at closing time; the offer comes back as she accepts."""
    clockwork.moves(seconds=50)
    steps.go_available(alice)
    clockwork.moves(seconds=15)
    return by(alice, waiting, "accept")


@pytest.mark.postgresql
def test_the_accept_before_the_release(
    waiting: Chat, at_closing_time: Callable[[], int]
) -> None:
    answers = race(at_closing_time, releasing)

    assert answers[0] == 200
    assert stand(waiting) == ("connected", "")


@pytest.mark.postgresql
def test_the_release_before_the_accept(
    alice: Agent,
    waiting: Chat,
    at_closing_time: Callable[[], int],
) -> None:
    steps.decline(alice, waiting)

    answers = race(releasing, at_closing_time)

    assert answers == (1, 409)
    assert stand(waiting) == GONE


def test_the_closing_time_is_that_of_the_zone(
    direct: EntryPoint, hours: Hours, clockwork: Clockwork
) -> None:
    hours.timezone = "Asia/Kolkata"
    hours.save(update_fields=["timezone"])
    there = monday(12).astimezone(ZoneInfo("Asia/Kolkata"))
    clockwork.moves_to(there.replace(hour=12).astimezone(UTC))

    chat = steps.open_chat(direct)

    closing = there.replace(hour=17, minute=0)
    assert chat.contact.release_at == closing

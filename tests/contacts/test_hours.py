"""Queues have opening hours: outside them nobody opens a chat (D29)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from rest_framework.test import APIClient

from contacts.models import Contact
from queues.models import Hours
from tests import steps
from tests.assistants.steps import asks, escalate, events_of, said_by
from tests.contacts.test_entry_points import look_at
from tests.factories import HoursFactory, IntentFactory, QueueFactory
from tests.steps import API, client_for, refuses

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from queues.models import Assistant, EntryPoint, Queue
    from tests.clockwork import Clockwork
    from tests.stage import Counted


def monday(hour: int, minute: int = 0) -> datetime:
    """Return a time of the second Monday from now, in UTC."""
    now = datetime.now(UTC)
    day = now + timedelta(days=14 - now.weekday())
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


@pytest.fixture
def hours(acme: Organisation, support: Queue, clockwork: Clockwork) -> Hours:
    """Support is open on weekdays from nine to five (UTC); it is Monday, eight."""
    support.hours = HoursFactory.create(organisation=acme, name="Office")
    support.save(update_fields=["hours"])
    clockwork.moves_to(monday(8))
    return support.hours


def iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def try_to_open(entry_point: EntryPoint) -> Any:
    body = {"entry_point": entry_point.key}
    address = steps.somewhere()
    return APIClient().post(
        f"{API}/chat/contacts/", body, format="json", REMOTE_ADDR=address
    )


# --- at the door ------------------------------------------------------------------
def test_outside_hours_the_chat_is_closed(direct: EntryPoint, hours: Hours) -> None:
    answer = look_at("direct")
    refused = try_to_open(direct)

    assert answer["open"] is False
    assert answer["closed_reason"] == "outside_hours"
    assert answer["opens_at"] == iso(monday(9))
    refuses(refused, 409, "closed")
    assert "We open again on Monday, " in refused.json()["detail"]
    assert "at 09:00 (UTC)." in refused.json()["detail"]
    assert not Contact.objects.exists()


def test_within_hours_it_is_open(
    direct: EntryPoint, hours: Hours, clockwork: Clockwork
) -> None:
    clockwork.moves_to(monday(9))

    answer = look_at("direct")

    assert (answer["open"], answer["closed_reason"], answer["opens_at"]) == (
        True,
        None,
        None,
    )
    assert steps.open_chat(direct).contact.state == "queued"
    clockwork.moves_to(monday(17))
    refuses(try_to_open(direct), 409, "closed")


def test_who_never_opens_again_names_no_time(direct: EntryPoint, hours: Hours) -> None:
    hours.weekly = []
    hours.save(update_fields=["weekly"])

    assert look_at("direct")["opens_at"] is None
    assert try_to_open(direct).json()["detail"] == "We are closed at the moment."


def test_what_is_not_active_is_closed_for_that_reason(
    direct: EntryPoint, hours: Hours, support: Queue
) -> None:
    support.is_active = False
    support.save(update_fields=["is_active"])

    answer = look_at("direct")

    assert (answer["closed_reason"], answer["opens_at"]) == ("inactive", None)


def test_outside_hours_nobody_hears_that_it_is_full(
    direct: EntryPoint, hours: Hours, support: Queue, clockwork: Clockwork
) -> None:
    support.max_waiting = 0
    support.save(update_fields=["max_waiting"])

    assert look_at("direct")["closed_reason"] == "outside_hours"
    clockwork.moves_to(monday(10))
    assert look_at("direct")["closed_reason"] == "queue_full"


def test_hours_cost_no_query(
    direct: EntryPoint, hours: Hours, support: Queue, counted: Counted
) -> None:
    closed = counted(lambda: look_at("direct"))
    support.hours = None
    support.save(update_fields=["hours"])

    assert counted(lambda: look_at("direct")) == closed


def test_other_channels_come_in_at_any_time(
    ada: Agent, hours: Hours, support: Queue
) -> None:
    body = {"channel": "email", "queue": support.pk, "customer": {"name": "Dora"}}

    made = client_for(ada).post(f"{API}/contacts/", body, format="json")

    assert made.status_code == 201, made.content


# --- with an assistant ------------------------------------------------------------
@pytest.fixture
def answering(front: EntryPoint, hours: Hours) -> EntryPoint:
    front.assistant_outside_hours = True
    front.save(update_fields=["assistant_outside_hours"])
    return front


def test_an_assistant_answers_only_where_it_may(
    front: EntryPoint, hours: Hours
) -> None:
    assert look_at("front")["closed_reason"] == "outside_hours"
    refuses(try_to_open(front), 409, "closed")


def test_without_an_assistant_the_switch_does_nothing(
    direct: EntryPoint, hours: Hours
) -> None:
    direct.assistant_outside_hours = True
    direct.save(update_fields=["assistant_outside_hours"])

    refuses(try_to_open(direct), 409, "closed")


def test_the_assistant_answers_and_nobody_can_be_asked_for(
    answering: EntryPoint, clockwork: Clockwork
) -> None:
    assert (look_at("front")["open"], look_at("front")["opens_at"]) == (True, None)
    chat = steps.open_chat(answering)
    asks(chat, "Opening hours")

    refused = escalate(chat)

    refuses(refused, 409, "closed")
    assert "at 09:00 (UTC)." in refused.json()["detail"]
    assert (chat.contact.state, chat.contact.handover_reason) == ("bot", "")
    assert events_of(chat) == []
    clockwork.moves_to(monday(9))
    assert escalate(chat).status_code == 200
    assert chat.contact.state == "queued"


def test_a_chat_from_before_cannot_be_handed_over_after_closing(
    front: EntryPoint, hours: Hours, clockwork: Clockwork
) -> None:
    clockwork.moves_to(monday(16, 59))
    chat = steps.open_chat(front)
    clockwork.moves_to(monday(17))

    refuses(escalate(chat), 409, "closed")


def nobody(chat: steps.Chat) -> str:
    line = said_by(chat, "bot")[-1]
    assert line.startswith("Nobody is here to take over")
    assert "at 09:00 (UTC)." in line
    return line


def test_an_assistant_that_hands_over_says_that_nobody_is_there(
    answering: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.open_chat(answering)

    asks(chat, "A person")

    nobody(chat)
    assert "One moment, please." not in said_by(chat, "bot")
    assert (chat.contact.state, chat.contact.turn_due_at) == ("bot", None)
    assert events_of(chat) == []
    asks(chat, "Opening hours")
    assert said_by(chat, "bot")[-1] == "We are open from nine to five."
    clockwork.moves_to(monday(9))
    asks(chat, "A person")
    assert chat.contact.state == "queued"
    assert chat.contact.handover_reason == "asked"


def test_misses_are_counted_anew_after_it(answering: EntryPoint) -> None:
    chat = steps.open_chat(answering)

    asks(chat, "Xyzzy", "Plugh")
    nobody(chat)
    asks(chat, "Foo")

    assert said_by(chat, "bot")[-1] == "I did not understand that."
    asks(chat, "Bar")
    nobody(chat)
    assert (chat.contact.state, chat.contact.handover_reason) == ("bot", "")


def test_an_assistant_that_fails_keeps_the_chat(
    answering: EntryPoint, robot: Assistant
) -> None:
    chat = steps.open_chat(answering)
    Contact.objects.filter(pk=chat.id).update(assistant=None)

    asks(chat, "Hello?")

    nobody(chat)
    assert (chat.contact.state, chat.contact.turn_due_at) == ("bot", None)


def test_the_hours_are_those_of_the_queue_it_goes_to(
    answering: EntryPoint, acme: Organisation, robot: Assistant
) -> None:
    always = QueueFactory.create(organisation=acme, name="Always")
    IntentFactory.create(
        assistant=robot, phrases=["emergency"], action="escalate", queue=always
    )
    chat = steps.open_chat(answering)

    asks(chat, "Emergency")

    assert (chat.contact.state, chat.contact.queue) == ("queued", always)


# --- inside the house --------------------------------------------------------------
def test_people_may_transfer_to_a_queue_that_is_closed(
    acme: Organisation, alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    never = QueueFactory.create(
        organisation=acme, hours=HoursFactory.create(organisation=acme, weekly=[])
    )
    chat = steps.connected(alice, direct)

    steps.transfer(alice, chat, to=never)

    assert (chat.contact.state, chat.contact.queue) == ("queued", never)


def test_nobody_overflows_into_a_queue_that_is_closed(
    acme: Organisation, direct: EntryPoint, support: Queue, clockwork: Clockwork
) -> None:
    never = HoursFactory.create(organisation=acme, weekly=[])
    support.max_time_in_queue = 60
    support.overflow_queue = QueueFactory.create(organisation=acme, hours=never)
    support.save(update_fields=["max_time_in_queue", "overflow_queue"])
    chat = steps.open_chat(direct)

    clockwork.passes(seconds=61)

    assert (chat.contact.state, chat.contact.ended_reason) == ("ended", "queue_timeout")


# --- configuration ------------------------------------------------------------------
def test_hours_in_use_stay(ada: Agent, hours: Hours) -> None:
    refused = client_for(ada).delete(f"{API}/hours/{hours.pk}/")

    refuses(refused, 409, "in_use")
    assert "queue Support" in refused.json()["detail"]
    assert Hours.objects.filter(pk=hours.pk).exists()


def test_a_queue_takes_only_hours_of_its_own_organisation(
    ada: Agent, support: Queue, globex: Organisation
) -> None:
    theirs = HoursFactory.create(organisation=globex)
    address = f"{API}/queues/{support.pk}/"

    refused = client_for(ada).patch(address, {"hours": theirs.pk}, format="json")

    refuses(refused, 400, "invalid", errors=["hours"])
    support.refresh_from_db()
    assert support.hours is None


def test_a_queue_gets_hours_and_loses_them(
    ada: Agent, direct: EntryPoint, hours: Hours, support: Queue
) -> None:
    client, address = client_for(ada), f"{API}/queues/{support.pk}/"

    assert client.get(address).json()["hours"] == hours.pk
    client.patch(address, {"hours": None}, format="json")

    assert look_at("direct")["open"] is True

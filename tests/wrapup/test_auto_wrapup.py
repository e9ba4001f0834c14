"""Wrap-up that finishes by itself, and chats that end by themselves (4.7)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from contacts.models import Assignment, Message
from tests import steps
from tests.contacts.floor import (
    can_take,
    holder_of,
    open_other,
    shares_of,
    state_of,
)
from tests.steps import API, client_for, for_agents, refuses
from wrapup.models import WrapUp

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from queues.models import EntryPoint, Queue
    from tests.clockwork import Clockwork
    from wrapup.models import WrapUpCode


@pytest.fixture
def one_minute(acme: Organisation) -> None:
    """Wrap-up finishes by itself after 60 s."""
    acme.auto_wrapup_seconds = 60
    acme.save(update_fields=["auto_wrapup_seconds"])


# --- automatic wrap-up ----------------------------------------------------------------
def test_by_default_a_wrap_up_waits_for_its_agent(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.in_wrap_up(alice, direct)

    clockwork.passes(seconds=24 * 3600)

    assert shares_of(chat) == [("Alice", "wrapup")]
    [card] = steps.cards_of(alice)
    assert card["wrapup_deadline"] is None


@pytest.mark.usefixtures("one_minute")
def test_at_its_deadline_the_default_code_is_taken(
    alice: Agent, direct: EntryPoint, resolved: WrapUpCode, clockwork: Clockwork
) -> None:
    chat = steps.in_wrap_up(alice, direct)
    [card] = steps.cards_of(alice)
    assert datetime.fromisoformat(card["wrapup_deadline"]) == clockwork.now + timedelta(
        seconds=60
    )

    clockwork.passes(seconds=59.9)
    assert shares_of(chat) == [("Alice", "wrapup")]
    clockwork.passes(seconds=0.1)

    assert shares_of(chat) == [("Alice", "completed")]
    wrap_up = WrapUp.objects.get()
    assert (wrap_up.code, wrap_up.auto, wrap_up.note) == (resolved, True, "")
    assert chat.contact.closed_at == clockwork.now
    assert state_of(alice) == "available"
    assert alice.available_since == clockwork.now
    assert not steps.cards_of(alice)


@pytest.mark.usefixtures("one_minute")
def test_the_note_that_was_being_written_is_stored(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.in_wrap_up(alice, direct)
    client_for(alice).patch(
        for_agents(chat, "wrap-up"), {"note": "Sold two"}, format="json"
    )

    clockwork.passes(seconds=60)

    wrap_up = WrapUp.objects.get()
    assert (wrap_up.auto, wrap_up.note) == (True, "Sold two")


@pytest.mark.usefixtures("one_minute")
def test_the_slot_goes_to_the_next_at_once(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    can_take(alice, chat=1)
    steps.in_wrap_up(alice, direct)
    waits = steps.open_chat(direct)

    clockwork.passes(seconds=60)

    assert holder_of(waits) == "Alice"


@pytest.mark.usefixtures("one_minute")
def test_the_agents_own_choice_is_not_replaced(
    alice: Agent, direct: EntryPoint, escalated: WrapUpCode, clockwork: Clockwork
) -> None:
    chat = steps.in_wrap_up(alice, direct)
    clockwork.moves(seconds=60)
    steps.wrap_up(alice, chat, escalated, "Asked for a manager")

    clockwork.sweeps()

    wrap_up = WrapUp.objects.get()
    assert (wrap_up.code, wrap_up.auto) == (escalated, False)


@pytest.mark.usefixtures("one_minute")
def test_a_choice_after_the_deadline_is_too_late(
    alice: Agent, direct: EntryPoint, escalated: WrapUpCode, clockwork: Clockwork
) -> None:
    chat = steps.in_wrap_up(alice, direct)
    clockwork.passes(seconds=60)

    response = client_for(alice).post(
        for_agents(chat, "wrap-up"), {"wrapup_code": escalated.pk}
    )

    refuses(response, 409, "already_done")
    assert WrapUp.objects.get().auto


@pytest.mark.usefixtures("one_minute")
def test_a_transferred_chat_lives_on_while_its_first_agent_is_done(
    alice: Agent, bob: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.connected(alice, direct)
    steps.go_available(bob)
    client_for(alice).post(
        for_agents(chat, "transfer"), {"destination_type": "agent", "to": bob.pk}
    )
    steps.accept(bob, chat)

    clockwork.passes(seconds=60)

    assert shares_of(chat) == [("Alice", "completed"), ("Bob", "connected")]
    assert chat.contact.closed_at is None


def test_a_deadline_set_meanwhile_counts_from_the_wrap_ups_start(
    ada: Agent, alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.in_wrap_up(alice, direct)
    clockwork.moves(seconds=30)

    client_for(ada).patch(f"{API}/organisation/", {"auto_wrapup_seconds": 60})
    clockwork.passes(seconds=29)
    assert shares_of(chat) == [("Alice", "wrapup")]
    clockwork.passes(seconds=1)

    assert shares_of(chat) == [("Alice", "completed")]


@pytest.mark.usefixtures("one_minute")
def test_a_deadline_taken_away_meanwhile_is_none(
    ada: Agent, alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.in_wrap_up(alice, direct)

    client_for(ada).patch(f"{API}/organisation/", {"auto_wrapup_seconds": None})
    clockwork.passes(seconds=600)

    assert shares_of(chat) == [("Alice", "wrapup")]


@pytest.mark.usefixtures("one_minute")
def test_many_deadlines_of_an_outage_are_met_by_one_sweep(
    alice: Agent, bob: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    for agent in (alice, bob):
        for _ in range(3):
            steps.in_wrap_up(agent, direct)
        steps.go_idle(agent)

    clockwork.passes(seconds=3600)

    assert set(Assignment.objects.values_list("state", flat=True)) == {"completed"}


# --- customers who say nothing --------------------------------------------------------
@pytest.fixture
def five_minutes(acme: Organisation) -> None:
    """A chat in which nobody says anything for 300 s ends."""
    acme.customer_inactivity_seconds = 300
    acme.save(update_fields=["customer_inactivity_seconds"])


def test_by_default_silence_ends_nothing(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.connected(alice, direct)

    clockwork.passes(seconds=24 * 3600)

    assert chat.contact.state == "connected"


@pytest.mark.usefixtures("five_minutes")
def test_a_silent_chat_ends_as_if_the_customer_had_left(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.connected(alice, direct)

    clockwork.passes(seconds=299)
    assert chat.contact.state == "connected"
    clockwork.passes(seconds=1)

    assert chat.contact.ended_reason == "inactivity"
    assert chat.contact.closed_at is None
    [card] = steps.cards_of(alice)
    assert (card["state"], card["controls"]) == ("connected", ["end"])
    last = steps.lines_of(chat)[-1]["event"]
    assert last == {"code": "contact_ended", "name": None, "reason": "inactivity"}
    steps.end(alice, chat)


@pytest.mark.usefixtures("five_minutes")
@pytest.mark.parametrize("channel", ["voice", "email", "social"])
def test_only_chats_can_be_silent(
    ada: Agent, alice: Agent, support: Queue, clockwork: Clockwork, channel: str
) -> None:
    can_take(alice, chat=1, **{channel: 1})
    steps.go_available(alice)
    contact = open_other(ada, channel, support)
    client_for(alice).post(f"{API}/contacts/{contact.pk}/accept/")

    clockwork.passes(seconds=3600)

    contact.refresh_from_db()
    assert contact.state == "connected"


@pytest.mark.usefixtures("five_minutes")
@pytest.mark.parametrize("who", ["customer", "agent"])
def test_each_word_begins_the_time_anew(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork, who: str
) -> None:
    chat = steps.connected(alice, direct)
    clockwork.passes(seconds=200)

    if who == "customer":
        steps.say(chat, "One moment")
    else:
        steps.say(alice, "Are you there?", to=chat)
    clockwork.passes(seconds=299)
    assert chat.contact.state == "connected"
    clockwork.passes(seconds=1)

    assert chat.contact.ended_reason == "inactivity"


@pytest.mark.usefixtures("five_minutes")
def test_whoever_waits_may_be_silent(direct: EntryPoint, clockwork: Clockwork) -> None:
    chat = steps.open_chat(direct)
    steps.say(chat, "Anybody there?")

    clockwork.passes(seconds=3600)

    assert chat.contact.state == "queued"


@pytest.mark.usefixtures("five_minutes")
def test_a_chat_ends_once(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    steps.connected(alice, direct)
    clockwork.passes(seconds=300)
    lines = Message.objects.count()

    clockwork.passes(seconds=300)

    assert Message.objects.count() == lines

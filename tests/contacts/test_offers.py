"""Offers: when they blink, when they are over, and who may still accept (D2, E1)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from contacts.models import Assignment, ContactEvent, Message
from tests import steps
from tests.steps import client_for, for_agents, refuses

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from queues.models import EntryPoint
    from tests.clockwork import Clockwork
    from tests.steps import Chat


def share_of(chat: Chat) -> Assignment:
    """Return the newest share of the chat."""
    return Assignment.objects.filter(contact=chat.id).latest("pk")


def assert_nothing_happened(chat: Chat) -> None:
    assert chat.contact.state == "offered"
    assert share_of(chat).state == "offered"
    assert not Message.objects.exists()
    assert not ContactEvent.objects.exclude(code__in=["opened", "offered"]).exists()


# --- the deadlines ----------------------------------------------------------------
def test_the_server_says_when_a_card_blinks_and_when_it_is_over(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    steps.offered(alice, direct)

    [card] = steps.cards_of(alice)
    assert datetime.fromisoformat(card["offered_at"]) == clockwork.now
    assert datetime.fromisoformat(card["blink_at"]) == clockwork.now + timedelta(
        seconds=30
    )
    assert datetime.fromisoformat(card["rona_at"]) == clockwork.now + timedelta(
        seconds=35
    )


def test_the_organisation_sets_both_times(
    acme: Organisation, alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    acme.acceptance_timeout = 6000
    acme.blink_duration = 60
    acme.save(update_fields=["acceptance_timeout", "blink_duration"])

    share = share_of(steps.offered(alice, direct))

    assert share.blink_at == clockwork.now + timedelta(seconds=6000)
    assert share.rona_at == clockwork.now + timedelta(seconds=6060)


def test_new_times_are_those_of_the_next_offer(
    acme: Organisation, alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    first = steps.offered(alice, direct)
    acme.acceptance_timeout = 10
    acme.blink_duration = 0
    acme.save(update_fields=["acceptance_timeout", "blink_duration"])

    second = steps.open_chat(direct)

    assert share_of(first).rona_at == clockwork.now + timedelta(seconds=35)
    assert share_of(second).blink_at == clockwork.now + timedelta(seconds=10)
    assert share_of(second).rona_at == clockwork.now + timedelta(seconds=10)


@pytest.mark.parametrize("seconds", [0, 29.9, 30, 34.999999])
def test_until_the_last_moment_accepting_works(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork, seconds: float
) -> None:
    chat = steps.offered(alice, direct)
    clockwork.passes(seconds=seconds)

    card = steps.accept(alice, chat)

    assert card["state"] == "connected"
    assert chat.contact.connected_at == clockwork.now


@pytest.mark.parametrize("command", ["accept", "decline"])
@pytest.mark.parametrize("seconds", [35, 35.000001, 3600])
def test_from_the_deadline_on_it_is_too_late_even_before_a_sweep(
    alice: Agent,
    direct: EntryPoint,
    clockwork: Clockwork,
    command: str,
    seconds: float,
) -> None:
    chat = steps.offered(alice, direct)
    clockwork.moves(seconds=seconds)

    response = client_for(alice).post(for_agents(chat, command))

    refuses(response, 409, "offer_expired")
    assert_nothing_happened(chat)


@pytest.mark.parametrize("command", ["accept", "decline"])
def test_after_the_sweep_the_offer_is_gone(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork, command: str
) -> None:
    chat = steps.offered(alice, direct)
    clockwork.passes(seconds=35)

    response = client_for(alice).post(for_agents(chat, command))

    refuses(response, 409, "offer_gone")
    assert chat.contact.state == "queued"
    assert share_of(chat).state == "rona"


def test_a_card_outlives_the_acceptance_time_on_every_desk(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    steps.offered(alice, direct)

    clockwork.passes(seconds=34)

    assert [card["state"] for card in steps.cards_of(alice)] == ["offered"]
    alice.refresh_from_db()
    assert alice.state == "available"


# --- declining --------------------------------------------------------------------
def test_declining_leaves_the_agent_available_and_offers_to_the_next(
    alice: Agent, bob: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    steps.go_available(alice)
    clockwork.moves(seconds=1)
    steps.go_available(bob)
    chat = steps.open_chat(direct)

    steps.decline(alice, chat)

    alice.refresh_from_db()
    assert alice.state == "available"
    assert not steps.cards_of(alice)
    assert [card["contact"] for card in steps.cards_of(bob)] == [str(chat.id)]


def test_declining_twice_is_declining_once(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.offered(alice, direct)
    steps.decline(alice, chat)

    steps.decline(alice, chat)

    assert ContactEvent.objects.filter(code="declined").count() == 1
    assert chat.contact.state == "queued"


def test_what_was_accepted_cannot_be_declined(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.connected(alice, direct)

    response = client_for(alice).post(for_agents(chat, "decline"))

    refuses(response, 409, "wrong_state")
    assert share_of(chat).state == "connected"
    assert chat.contact.state == "connected"


# --- the customer leaves (E3, E4) -------------------------------------------------
def test_a_customer_who_leaves_takes_the_card_away_and_nobody_is_to_blame(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.offered(alice, direct)
    clockwork.moves(seconds=10)

    steps.leave(chat)
    clockwork.passes(seconds=60)

    assert chat.contact.state == "ended"
    assert chat.contact.ended_reason == "abandoned"
    assert chat.contact.closed_at is not None
    assert share_of(chat).state == "withdrawn"
    alice.refresh_from_db()
    assert alice.state == "available"
    assert not steps.cards_of(alice)
    assert not ContactEvent.objects.filter(code="rona").exists()


def test_a_customer_who_leaves_in_the_line_has_abandoned(
    direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.open_chat(direct)

    steps.leave(chat)

    assert chat.contact.ended_reason == "abandoned"
    assert chat.contact.queue_visits.get().outcome == "abandoned"


def test_the_slot_of_a_withdrawn_card_goes_to_the_next_at_once(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    steps.go_available(alice)
    chats = [steps.open_chat(direct) for _ in range(4)]
    assert chats[3].contact.state == "queued"

    steps.leave(chats[0])

    assert chats[3].contact.state == "offered"

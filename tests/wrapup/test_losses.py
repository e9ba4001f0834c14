"""An agent is lost: what becomes of their contacts (4.1, 4.2, E21)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from agents.models import AgentState
from agents.services import states
from contacts.models import Assignment
from contacts.services import availability
from tests import sockets, steps
from tests.contacts.floor import shares_of, state_of
from tests.steps import API, client_for, for_agents
from wrapup.models import WrapUp
from wrapup.services import losses, wrapups

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from queues.models import EntryPoint
    from tests.clockwork import Clockwork
    from tests.steps import Chat
    from wrapup.models import WrapUpCode

from tests.wrapup.losing import events_of, is_lost


def test_a_chat_goes_back_to_its_queue_and_the_customer_is_told(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.connected(alice, direct)
    enqueued_at = chat.contact.enqueued_at

    is_lost(alice, clockwork)

    contact = chat.contact
    assert contact.state == "queued"
    assert contact.enqueued_at == enqueued_at
    assert contact.visit_started_at == clockwork.now
    assert shares_of(chat) == [("Alice", "left")]
    assert events_of(chat)[1:] == [("agent_left", "Alice"), ("queued", "Support")]


def test_the_next_agent_goes_on_with_it(
    alice: Agent, bob: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.connected(alice, direct)
    steps.say(chat, "Hello?")
    steps.go_available(bob)

    is_lost(alice, clockwork)

    assert shares_of(chat) == [("Alice", "left"), ("Bob", "offered")]
    steps.accept(bob, chat)
    texts = [
        line["text"]
        for line in client_for(bob).get(for_agents(chat, "messages")).json()
    ]
    assert "Hello?" in texts


def test_a_card_goes_back_as_if_it_were_declined(
    acme: Organisation,
    alice: Agent,
    bob: Agent,
    direct: EntryPoint,
    clockwork: Clockwork,
) -> None:
    acme.acceptance_timeout = 600
    acme.save(update_fields=["acceptance_timeout"])
    chat = steps.offered(alice, direct)
    clockwork.moves(seconds=1)
    steps.go_available(bob)

    is_lost(alice, clockwork)

    assert shares_of(chat) == [("Alice", "declined"), ("Bob", "offered")]
    assert not steps.lines_of(chat)


def test_a_wrap_up_is_finished_with_the_default_code(
    alice: Agent, direct: EntryPoint, resolved: WrapUpCode, clockwork: Clockwork
) -> None:
    chat = steps.in_wrap_up(alice, direct)

    is_lost(alice, clockwork)

    wrap_up = WrapUp.objects.get(assignment__contact=chat.id)
    assert (wrap_up.code, wrap_up.auto) == (resolved, True)
    assert shares_of(chat) == [("Alice", "completed")]
    assert chat.contact.closed_at == clockwork.now


def test_a_chat_that_the_customer_left_is_finished_too(
    alice: Agent, direct: EntryPoint, resolved: WrapUpCode, clockwork: Clockwork
) -> None:
    chat = steps.connected(alice, direct)
    steps.leave(chat)
    lines = steps.texts_of(chat)

    is_lost(alice, clockwork)

    assert shares_of(chat) == [("Alice", "completed")]
    assert WrapUp.objects.get().auto
    assert chat.contact.ended_reason == "customer_left"
    assert chat.contact.closed_at is not None
    assert steps.texts_of(chat) == lines


def test_all_of_them_at_once(
    acme: Organisation, alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    acme.acceptance_timeout = 600
    acme.save(update_fields=["acceptance_timeout"])
    ended = steps.in_wrap_up(alice, direct)
    talking = steps.connected(alice, direct)
    offered = steps.offered(alice, direct)

    is_lost(alice, clockwork)

    assert not Assignment.objects.filter(
        state__in=["offered", "connected", "wrapup"]
    ).exists()
    assert ended.contact.closed_at is not None
    assert {talking.contact.state, offered.contact.state} == {"queued"}


def test_a_lost_owner_leaves_the_chat_to_the_consulted_agent(
    alice: Agent, bob: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = conference(alice, bob, direct)

    is_lost(alice, clockwork)

    assert chat.contact.state == "connected"
    share = Assignment.objects.get(contact=chat.id, agent=bob)
    assert (share.state, share.role) == ("connected", "primary")
    assert events_of(chat)[-1] == ("agent_left", "Alice")
    steps.end(bob, chat)


def test_a_lost_consulted_agent_leaves_the_chat_to_its_owner(
    alice: Agent, bob: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = conference(alice, bob, direct)

    is_lost(bob, clockwork)

    assert shares_of(chat) == [("Alice", "connected"), ("Bob", "left")]
    assert events_of(chat)[-1] == ("agent_left", "Bob")
    steps.end(alice, chat)


def conference(alice: Agent, bob: Agent, direct: EntryPoint) -> Chat:
    chat = steps.connected(alice, direct)
    steps.go_available(bob)
    response = client_for(alice).post(for_agents(chat, "conference"), {"agent": bob.pk})
    assert response.status_code == 200, response.content
    steps.accept(bob, chat)
    return chat


def test_the_desk_of_a_lost_agent_is_closed(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    # A socket of a process that died somewhere else; this one is still open.
    with sockets.desk_of(alice) as desk:
        losses.lose(agent_id=alice.pk, reason="connection lost", now=clockwork.now)

        assert desk.close_code() == 4401


def test_the_desk_hears_that_its_cards_are_lost(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.connected(alice, direct)

    with sockets.desk_of(alice) as desk, sockets.page_of(chat) as page:
        losses.lose(agent_id=alice.pk, reason="connection lost", now=clockwork.now)
        assert desk.close_code() == 4401
        frames = page.heard()

    assert "message" in {frame["type"] for frame in frames}
    contact = [frame["contact"] for frame in frames if frame["type"] == "contact"][-1]
    assert contact["state"] == "queued"


def test_losing_twice_is_losing_once(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.connected(alice, direct)
    is_lost(alice, clockwork)
    lines = steps.texts_of(chat)

    losses.lose(agent_id=alice.pk, reason="connection lost", now=clockwork.now)

    assert steps.texts_of(chat) == lines
    assert shares_of(chat) == [("Alice", "left")]


def test_a_loss_that_a_crash_cut_short_is_finished_by_the_next_sweep(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.connected(alice, direct)
    ended = steps.in_wrap_up(alice, direct)
    states.set_state(agent_id=alice.pk, state=AgentState.OFFLINE, now=clockwork.now)

    clockwork.sweeps()

    assert chat.contact.state == "queued"
    assert shares_of(ended) == [("Alice", "completed")]


def test_who_comes_back_while_a_loss_is_finished_stays_and_keeps_the_rest(
    alice: Agent,
    direct: EntryPoint,
    clockwork: Clockwork,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chats = [steps.in_wrap_up(alice, direct), steps.in_wrap_up(alice, direct)]
    states.set_state(agent_id=alice.pk, state=AgentState.OFFLINE, now=clockwork.now)
    complete = wrapups.complete_automatically

    def then_she_signs_in(*args: Any, **values: Any) -> None:
        complete(*args, **values)
        availability.sign_in(agent_id=alice.pk, now=clockwork.now)

    monkeypatch.setattr(wrapups, "complete_automatically", then_she_signs_in)
    clockwork.sweeps()

    assert state_of(alice) == "idle"
    assert [shares_of(chat) for chat in chats] == [
        [("Alice", "completed")],
        [("Alice", "wrapup")],
    ]


def test_who_was_deactivated_is_lost_at_the_next_sweep(
    ada: Agent, alice: Agent, bob: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.connected(alice, direct)
    steps.go_available(bob)

    response = client_for(ada).patch(f"{API}/agents/{alice.pk}/", {"is_active": False})
    clockwork.sweeps()

    assert response.status_code == 200
    assert shares_of(chat) == [("Alice", "left"), ("Bob", "offered")]


def test_whoever_is_back_in_time_finds_all_as_it_was(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chats = [
        steps.in_wrap_up(alice, direct),
        steps.connected(alice, direct),
    ]
    cards = [card["assignment"] for card in steps.cards_of(alice)]
    clockwork.runs(seconds=119)

    assert [card["assignment"] for card in steps.cards_of(alice)] == cards
    clockwork.runs(seconds=119)

    assert state_of(alice) == "available"
    assert [shares_of(chat) for chat in chats] == [
        [("Alice", "wrapup")],
        [("Alice", "connected")],
    ]


def test_one_who_cannot_be_given_up_keeps_nobody_else(
    alice: Agent,
    bob: Agent,
    direct: EntryPoint,
    clockwork: Clockwork,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for agent in (alice, bob):
        steps.go_available(agent)
    lose = losses.lose

    def fails_for_alice(*, agent_id: int, **values: Any) -> None:
        assert agent_id != alice.pk, "a fault of ours"
        lose(agent_id=agent_id, **values)

    monkeypatch.setattr(losses, "lose", fails_for_alice)

    clockwork.runs(seconds=120)

    assert (state_of(alice), state_of(bob)) == ("available", "offline")

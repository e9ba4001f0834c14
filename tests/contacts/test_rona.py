"""Ring On No Answer: the offer passes, the agent is set aside (D1-D3, D23-D24, E10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from agents.models import AgentState, StateLog
from agents.services import states
from contacts.models import Assignment, ContactEvent
from contacts.services import offers
from tests import steps
from tests.factories import MultimediaProfileFactory, QueueFactory
from tests.steps import API, client_for

if TYPE_CHECKING:
    from agents.models import Agent, IdleCode, Organisation, Team
    from queues.models import EntryPoint, Queue
    from tests.clockwork import Clockwork
    from tests.steps import Chat


def shares_of(chat: Chat) -> list[tuple[str, str]]:
    """Return (agent, state) of the chat's shares, in their order."""
    rows = Assignment.objects.filter(contact=chat.id).order_by("pk")
    return list(rows.values_list("agent__display_name", "state"))


def state_of(agent: Agent) -> str:
    agent.refresh_from_db()
    return agent.state


def offered_to(agent: Agent) -> list[str]:
    cards = steps.cards_of(agent)
    return [card["contact"] for card in cards if card["state"] == "offered"]


# --- an offer passes --------------------------------------------------------------
def test_the_system_puts_the_agent_into_rona_and_the_chat_back(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.offered(alice, direct)
    enqueued_at = chat.contact.enqueued_at

    clockwork.passes(seconds=35)

    assert state_of(alice) == "rona"
    assert alice.state_since == clockwork.now
    assert alice.available_since is None
    assert not steps.cards_of(alice)
    assert shares_of(chat) == [("Alice", "rona")]
    assert chat.contact.state == "queued"
    assert chat.contact.enqueued_at == enqueued_at
    row = StateLog.objects.get(agent=alice, until_at=None)
    assert (row.state, row.changed_by) == ("rona", None)


def test_the_customer_hears_nothing_of_it(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.offered(alice, direct)

    clockwork.passes(seconds=35)

    assert not steps.lines_of(chat)


def test_the_next_agent_gets_the_chat_at_once(
    alice: Agent, bob: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.offered(alice, direct)
    steps.go_available(bob)

    clockwork.passes(seconds=35)

    assert shares_of(chat) == [("Alice", "rona"), ("Bob", "offered")]
    assert state_of(bob) == "available"
    steps.accept(bob, chat)


def test_the_chat_keeps_its_place_before_those_who_came_later(
    alice: Agent, bob: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    only_one_chat_for(alice)
    only_one_chat_for(bob)
    first = steps.offered(alice, direct)
    clockwork.moves(seconds=1)
    later = steps.open_chat(direct)
    clockwork.passes(seconds=35)

    steps.go_available(bob)

    assert first.contact.state == "offered"
    assert later.contact.state == "queued"


def only_one_chat_for(agent: Agent) -> None:
    agent.multimedia_profile = MultimediaProfileFactory.create(
        organisation=agent.organisation, chat=1
    )
    agent.save(update_fields=["multimedia_profile"])


def test_an_offer_passes_once_however_often_the_sweep_runs(
    alice: Agent, bob: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.offered(alice, direct)
    steps.go_available(bob)

    for _ in range(3):
        clockwork.passes(seconds=35)

    assert shares_of(chat) == [("Alice", "rona"), ("Bob", "rona")]
    assert ContactEvent.objects.filter(code="rona").count() == 2
    assert StateLog.objects.filter(state="rona").count() == 2


def test_an_accepted_offer_does_not_pass(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.connected(alice, direct)

    clockwork.passes(seconds=3600)

    assert state_of(alice) == "available"
    assert shares_of(chat) == [("Alice", "connected")]


# --- in RONA ------------------------------------------------------------------------
def test_in_rona_nothing_of_any_channel_comes(
    ada: Agent, alice: Agent, direct: EntryPoint, support: Queue, clockwork: Clockwork
) -> None:
    alice.multimedia_profile = MultimediaProfileFactory.create(
        organisation=alice.organisation, voice=1, chat=5, email=5, social=5
    )
    alice.save(update_fields=["multimedia_profile"])
    steps.offered(alice, direct)
    clockwork.passes(seconds=35)

    for channel in ("voice", "email", "social"):
        response = client_for(ada).post(
            f"{API}/contacts/",
            {"channel": channel, "queue": support.pk, "customer": {"name": "Dora"}},
        )
        assert response.status_code == 201
    steps.open_chat(direct)
    clockwork.sweeps()

    assert not steps.cards_of(alice)


def test_rona_lasts_until_the_agent_ends_it(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    steps.offered(alice, direct)
    clockwork.passes(seconds=35)

    clockwork.runs(seconds=60)

    assert state_of(alice) == "rona"


def test_out_of_rona_the_same_chat_is_offered_again(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.offered(alice, direct)
    clockwork.passes(seconds=35)
    clockwork.moves(seconds=1)

    steps.go_available(alice)

    assert shares_of(chat) == [("Alice", "rona"), ("Alice", "offered")]


def test_idle_ends_rona_too(
    alice: Agent, break_code: IdleCode, direct: EntryPoint, clockwork: Clockwork
) -> None:
    steps.offered(alice, direct)
    clockwork.passes(seconds=35)

    steps.go_idle(alice)

    assert (alice.state, alice.idle_code) == ("idle", break_code)


def test_when_all_were_in_rona_the_oldest_comes_first(
    alice: Agent, bob: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    for agent in (alice, bob):
        only_one_chat_for(agent)
        steps.go_available(agent)
    chats = []
    for _ in range(3):
        chats.append(steps.open_chat(direct))
        clockwork.moves(seconds=1)
    clockwork.passes(seconds=35)
    assert [chat.contact.state for chat in chats] == ["queued"] * 3

    steps.go_available(bob)

    assert [chat.contact.state for chat in chats] == ["offered", "queued", "queued"]


# --- the agent's other contacts (D24) -----------------------------------------------
def test_chats_in_hand_stay_and_other_cards_go(
    alice: Agent, bob: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    in_hand = steps.connected(alice, direct)
    missed = steps.open_chat(direct)
    clockwork.moves(seconds=10)
    other = steps.open_chat(direct)
    steps.go_available(bob)

    clockwork.passes(seconds=25)

    assert state_of(alice) == "rona"
    assert shares_of(in_hand) == [("Alice", "connected")]
    assert shares_of(missed) == [("Alice", "rona"), ("Bob", "offered")]
    assert shares_of(other) == [("Alice", "withdrawn"), ("Bob", "offered")]
    assert state_of(bob) == "available"


def test_a_withdrawn_card_excludes_nobody(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    steps.offered(alice, direct)
    clockwork.moves(seconds=10)
    other = steps.open_chat(direct)
    clockwork.passes(seconds=25)
    clockwork.moves(seconds=1)

    steps.go_available(alice)

    assert shares_of(other) == [("Alice", "withdrawn"), ("Alice", "offered")]


def test_in_rona_the_agent_still_talks_and_ends(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    in_hand = steps.connected(alice, direct)
    steps.open_chat(direct)
    clockwork.passes(seconds=35)

    steps.say(alice, "Still here", to=in_hand)
    card = steps.end(alice, in_hand)

    assert card["state"] == "wrapup"
    assert state_of(alice) == "rona"


# --- going idle with a card outstanding (D23) ---------------------------------------
def test_going_idle_gives_the_card_back_and_is_not_rona(
    alice: Agent, bob: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.offered(alice, direct)
    steps.go_available(bob)
    enqueued_at = chat.contact.enqueued_at
    clockwork.moves(seconds=5)

    steps.go_idle(alice)
    clockwork.passes(seconds=20)

    assert state_of(alice) == "idle"
    assert shares_of(chat) == [("Alice", "declined"), ("Bob", "offered")]
    assert chat.contact.enqueued_at == enqueued_at


def test_a_supervisor_who_makes_idle_gives_the_card_back(
    sam: Agent, alice: Agent, bob: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.offered(alice, direct)
    steps.go_available(bob)

    response = client_for(sam).put(
        f"{API}/people/{alice.pk}/state/", {"state": "idle", "reason": "Fire drill"}
    )

    assert response.status_code == 200
    assert shares_of(chat) == [("Alice", "declined"), ("Bob", "offered")]


# --- who gets it again (E10) --------------------------------------------------------
def test_a_declined_chat_comes_back_after_a_minute(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.offered(alice, direct)
    steps.decline(alice, chat)

    clockwork.passes(seconds=59.9)
    assert shares_of(chat) == [("Alice", "declined")]
    clockwork.passes(seconds=0.1)

    assert shares_of(chat) == [("Alice", "declined"), ("Alice", "offered")]


def test_a_declined_chat_comes_back_when_available_is_selected_anew(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.offered(alice, direct)
    steps.decline(alice, chat)
    steps.go_available(alice)
    clockwork.sweeps()
    assert shares_of(chat) == [("Alice", "declined")]
    clockwork.moves(seconds=1)
    steps.go_idle(alice)
    clockwork.moves(seconds=1)

    steps.go_available(alice)

    assert shares_of(chat) == [("Alice", "declined"), ("Alice", "offered")]


def test_a_card_given_back_by_going_idle_comes_back_with_available(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.offered(alice, direct)
    clockwork.moves(seconds=1)
    steps.go_idle(alice)
    clockwork.moves(seconds=1)

    steps.go_available(alice)

    assert shares_of(chat) == [("Alice", "declined"), ("Alice", "offered")]


def test_others_get_other_chats_while_one_is_excluded(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    declined = steps.offered(alice, direct)
    steps.decline(alice, declined)

    other = steps.open_chat(direct)

    assert shares_of(declined) == [("Alice", "declined")]
    assert shares_of(other) == [("Alice", "offered")]


# --- after a crash between two steps --------------------------------------------------
@pytest.mark.parametrize(
    ("state", "outcome"), [("rona", "withdrawn"), ("idle", "declined")]
)
def test_a_card_left_behind_by_a_crash_is_taken_back_by_the_sweep(
    alice: Agent,
    bob: Agent,
    break_code: IdleCode,
    direct: EntryPoint,
    clockwork: Clockwork,
    state: str,
    outcome: str,
) -> None:
    chat = steps.offered(alice, direct)
    steps.go_available(bob)
    # The first step of two: the process dies before it takes the cards back.
    if state == "rona":
        with transaction.atomic():
            states.send_to_rona(agent_ids=[alice.pk], now=clockwork.now)
    else:
        states.set_state(
            agent_id=alice.pk,
            state=AgentState.IDLE,
            idle_code=break_code,
            now=clockwork.now,
        )

    clockwork.sweeps()

    assert shares_of(chat) == [("Alice", outcome), ("Bob", "offered")]


def test_a_card_that_came_after_the_agents_return_is_not_taken_back(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    # The second step of going idle comes late: Alice is back and has a new card.
    chat = steps.offered(alice, direct)

    offers.withdraw_all(agent_ids=[alice.pk], now=clockwork.now)

    assert shares_of(chat) == [("Alice", "offered")]


# --- several at once ----------------------------------------------------------------
def test_many_offers_that_pass_at_one_instant(
    acme: Organisation,
    front_line: Team,
    alice: Agent,
    bob: Agent,
    carol: Agent,
    direct: EntryPoint,
    clockwork: Clockwork,
) -> None:
    for agent in (alice, bob, carol):
        steps.go_available(agent)
    chats = [steps.open_chat(direct) for _ in range(9)]
    assert {chat.contact.state for chat in chats} == {"offered"}

    clockwork.passes(seconds=35)

    assert {state_of(agent) for agent in (alice, bob, carol)} == {"rona"}
    assert {chat.contact.state for chat in chats} == {"queued"}
    assert Assignment.objects.filter(state="rona").count() == 9


def test_one_organisations_timers_leave_the_other_alone(
    alice: Agent,
    gina: Agent,
    direct: EntryPoint,
    help_queue: Queue,
    globex: Organisation,
    clockwork: Clockwork,
) -> None:
    globex.acceptance_timeout = 100
    globex.save(update_fields=["acceptance_timeout"])
    QueueFactory.create(organisation=globex)
    globex_page = globex.entry_points.create(key="globex", queue=help_queue)
    steps.offered(alice, direct)
    theirs = steps.offered(gina, globex_page)

    clockwork.passes(seconds=35)

    assert state_of(alice) == "rona"
    assert state_of(gina) == "available"
    assert shares_of(theirs) == [("Gina", "offered")]

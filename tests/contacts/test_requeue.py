"""Who is served first, and by whom: the order of contacts and of agents (4.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contacts.models import Contact
from contacts.services import availability
from tests import steps
from tests.contacts.floor import can_take, holder_of, open_other
from tests.factories import (
    AgentFactory,
    ContactFactory,
    EntryPointFactory,
    MultimediaProfileFactory,
    QueueFactory,
)

if TYPE_CHECKING:
    from agents.models import Agent, Organisation, Team
    from contacts.models import Customer
    from queues.models import EntryPoint, Queue
    from tests.clockwork import Clockwork
    from tests.steps import Chat
    from wrapup.models import WrapUpCode


@pytest.fixture
def gold(acme: Organisation, front_line: Team) -> EntryPoint:
    """A page whose queue comes before Support."""
    queue = QueueFactory.create(
        organisation=acme, name="Gold", priority=5, teams=[front_line]
    )
    return EntryPointFactory.create(organisation=acme, key="gold", queue=queue)


# --- the order of contacts ----------------------------------------------------------
def test_the_first_come_is_first_served(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    can_take(alice, chat=1)
    chats = [one_after_another(direct, clockwork) for _ in range(3)]

    steps.go_available(alice)

    assert [chat.contact.state for chat in chats] == ["offered", "queued", "queued"]


def one_after_another(entry_point: EntryPoint, clockwork: Clockwork) -> Chat:
    chat = steps.open_chat(entry_point)
    clockwork.moves(seconds=1)
    return chat


def test_the_higher_priority_goes_before_the_longer_wait(
    alice: Agent, direct: EntryPoint, gold: EntryPoint, clockwork: Clockwork
) -> None:
    can_take(alice, chat=1)
    ordinary = one_after_another(direct, clockwork)
    golden = one_after_another(gold, clockwork)

    steps.go_available(alice)

    assert golden.contact.state == "offered"
    assert ordinary.contact.state == "queued"


def test_the_entry_points_priority_goes_before_its_queues(
    acme: Organisation,
    alice: Agent,
    support: Queue,
    gold: EntryPoint,
    clockwork: Clockwork,
) -> None:
    can_take(alice, chat=1)
    urgent = EntryPointFactory.create(
        organisation=acme, key="urgent", queue=support, priority=9
    )
    golden = one_after_another(gold, clockwork)
    first = one_after_another(urgent, clockwork)

    steps.go_available(alice)

    assert first.contact.state == "offered"
    assert golden.contact.state == "queued"


def test_a_missed_chat_is_before_all_that_came_after_it(
    alice: Agent, bob: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    can_take(alice, chat=1)
    can_take(bob, chat=1)
    first = steps.offered(alice, direct)
    clockwork.moves(seconds=1)
    second = one_after_another(direct, clockwork)
    clockwork.passes(seconds=40)

    steps.go_available(bob)

    assert holder_of(first) == "Bob"
    assert holder_of(second) is None


def test_a_chat_that_only_others_may_take_does_not_hold_up_the_next(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    can_take(alice, chat=1)
    first = steps.offered(alice, direct)
    clockwork.moves(seconds=1)
    second = one_after_another(direct, clockwork)

    steps.decline(alice, first)

    assert holder_of(first) is None
    assert holder_of(second) == "Alice"


def test_a_channel_nobody_can_take_does_not_hold_up_the_others(
    ada: Agent, alice: Agent, direct: EntryPoint, support: Queue, clockwork: Clockwork
) -> None:
    mails = [open_other(ada, "email", support) for _ in range(60)]
    clockwork.moves(seconds=1)
    chat = one_after_another(direct, clockwork)

    steps.go_available(alice)

    assert holder_of(chat) == "Alice"
    assert {holder_of(mail) for mail in mails} == {None}


def test_a_line_longer_than_one_batch_is_served_in_order(
    acme: Organisation,
    front_line: Team,
    support: Queue,
    dora: Customer,
    clockwork: Clockwork,
) -> None:
    profile = MultimediaProfileFactory.create(organisation=acme, email=5)
    for _ in range(11):
        agent = AgentFactory.create(
            organisation=acme, teams=[front_line], multimedia_profile=profile
        )
        availability.set_state(agent=agent, state="available", now=clockwork.now)
    mails = []
    for _ in range(70):
        clockwork.moves(seconds=1)
        mails.append(
            ContactFactory.create(
                organisation=acme, queue=support, customer=dora, channel="email"
            )
        )

    clockwork.sweeps()

    states = [Contact.objects.get(pk=mail.pk).state for mail in mails]
    assert states == ["offered"] * 55 + ["queued"] * 15


# --- the order of agents ------------------------------------------------------------
def test_the_agent_available_longest_gets_the_chat(
    alice: Agent, bob: Agent, carol: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    for agent in (bob, carol, alice):
        steps.go_available(agent)
        clockwork.moves(seconds=1)

    chats = [one_after_another(direct, clockwork) for _ in range(3)]

    # A card does not end anybody's turn: Bob was available longest all along.
    assert [holder_of(chat) for chat in chats] == ["Bob", "Bob", "Bob"]


def test_a_tie_goes_to_who_has_less_in_hand(
    alice: Agent, bob: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    steps.go_available(alice)
    steps.go_available(bob)

    chats = [steps.open_chat(direct) for _ in range(4)]

    assert [holder_of(chat) for chat in chats] == ["Alice", "Bob", "Alice", "Bob"]


def test_the_clock_starts_anew_when_a_share_ends(
    alice: Agent,
    bob: Agent,
    direct: EntryPoint,
    resolved: WrapUpCode,
    clockwork: Clockwork,
) -> None:
    chat = steps.connected(alice, direct)
    clockwork.moves(seconds=1)
    steps.go_available(bob)
    clockwork.moves(seconds=1)
    steps.end(alice, chat)
    assert alice_would_be_next(direct)

    clockwork.moves(seconds=1)
    steps.wrap_up(alice, chat, resolved)

    alice.refresh_from_db()
    assert alice.available_since == clockwork.now
    assert holder_of(steps.open_chat(direct)) == "Bob"


def alice_would_be_next(direct: EntryPoint) -> bool:
    """Whether the next chat goes to Alice; it leaves again."""
    chat = steps.open_chat(direct)
    is_hers = holder_of(chat) == "Alice"
    steps.leave(chat)
    return is_hers


@pytest.mark.parametrize("way", ["decline", "leave"])
def test_a_card_that_goes_does_not_cost_the_agents_turn(
    alice: Agent, bob: Agent, direct: EntryPoint, clockwork: Clockwork, way: str
) -> None:
    chat = steps.offered(alice, direct)
    clockwork.moves(seconds=1)
    steps.go_available(bob)
    clockwork.moves(seconds=1)

    if way == "decline":
        steps.decline(alice, chat)
    else:
        steps.leave(chat)

    assert holder_of(steps.open_chat(direct)) == "Alice"


def test_idle_and_back_is_the_end_of_the_line(
    alice: Agent, bob: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    for agent in (alice, bob):
        steps.go_available(agent)
        clockwork.moves(seconds=1)

    steps.go_idle(alice)
    clockwork.moves(seconds=1)
    steps.go_available(alice)

    assert holder_of(steps.open_chat(direct)) == "Bob"


# --- routed at once -----------------------------------------------------------------
def test_becoming_available_brings_as_many_as_there_are_slots(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chats = [one_after_another(direct, clockwork) for _ in range(5)]

    steps.go_available(alice)

    assert [holder_of(chat) for chat in chats] == ["Alice"] * 3 + [None] * 2


def test_a_wrap_up_brings_the_next(
    alice: Agent, direct: EntryPoint, resolved: WrapUpCode, clockwork: Clockwork
) -> None:
    can_take(alice, chat=1)
    chat = steps.in_wrap_up(alice, direct)
    clockwork.moves(seconds=1)
    waits = steps.open_chat(direct)
    clockwork.sweeps()
    assert holder_of(waits) is None

    steps.wrap_up(alice, chat, resolved)

    assert holder_of(waits) == "Alice"


def test_an_offer_and_a_chat_fill_two_slots(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    can_take(alice, chat=2)
    steps.connected(alice, direct)
    steps.open_chat(direct)

    third = steps.open_chat(direct)
    clockwork.sweeps()

    assert holder_of(third) is None


@pytest.mark.parametrize("state", ["offline", "idle"])
def test_only_the_available_get_contacts(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork, state: str
) -> None:
    if state == "idle":
        steps.go_idle(alice)

    chat = steps.open_chat(direct)
    clockwork.sweeps()

    assert holder_of(chat) is None
    assert not steps.cards_of(alice)

"""Two commands at once, in both orders: one consistent outcome (domain 3 and 4).

What `test_handover_race_table.py` says of more pairs in fewer words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agents.models import AgentState
from contacts.models import ContactState
from tests import steps
from tests.contacts.races import (
    by,
    by_customer,
    by_the_clock,
    events,
    live,
    race,
    state_of,
    to,
)

if TYPE_CHECKING:
    from agents.models import Agent
    from tests.steps import Chat

pytestmark = pytest.mark.postgresql


@pytest.fixture
def asked(alice: Agent, bob: Agent, talking: Chat) -> Chat:
    """Alice's chat, to which Bob is invited."""
    steps.go_available(bob)
    steps.invite(alice, talking, bob)
    return talking


@pytest.fixture
def joined(bob: Agent, asked: Chat) -> Chat:
    """Alice's chat, which Bob has joined."""
    steps.accept(bob, asked)
    return asked


@pytest.fixture
def transferred(alice: Agent, bob: Agent, talking: Chat) -> Chat:
    """Alice's chat, transferred to Bob, who has not answered."""
    steps.go_available(bob)
    steps.transfer(alice, talking, to=bob)
    return talking


# --- accept against cancel ------------------------------------------------------
def test_the_join_before_the_cancel(alice: Agent, bob: Agent, asked: Chat) -> None:
    answers = race(by(bob, asked, "accept"), by(alice, asked, "conference/cancel"))

    assert answers == (200, 409)
    assert events(asked) == ["Bob has joined the chat"]
    assert (live(alice), live(bob)) == (1, 1)


def test_the_cancel_before_the_join(alice: Agent, bob: Agent, asked: Chat) -> None:
    answers = race(by(alice, asked, "conference/cancel"), by(bob, asked, "accept"))

    assert answers == (200, 409)
    assert events(asked) == []
    assert (live(alice), live(bob)) == (1, 0)
    assert state_of(bob) == AgentState.AVAILABLE


# --- exit against end, drop against exit (E12) ----------------------------------
def test_the_exit_before_the_end(alice: Agent, bob: Agent, joined: Chat) -> None:
    answers = race(
        by(bob, joined, "conference/exit"), by(alice, joined, "conference/end")
    )

    assert answers == (204, 409)
    assert events(joined) == ["Bob has joined the chat", "Bob has left the chat"]
    assert joined.contact.state == ContactState.CONNECTED
    assert (live(alice), live(bob)) == (1, 0)


def test_the_end_before_the_exit(alice: Agent, bob: Agent, joined: Chat) -> None:
    answers = race(
        by(alice, joined, "conference/end"), by(bob, joined, "conference/exit")
    )

    assert answers == (200, 204)
    assert events(joined) == [
        "Bob has joined the chat",
        "Bob has left the chat",
        "Alice has left the chat",
        "The chat has ended",
    ]
    assert (live(alice), live(bob)) == (1, 0)


@pytest.mark.parametrize("drops_first", [True, False])
def test_the_drop_and_the_exit(
    alice: Agent, bob: Agent, joined: Chat, drops_first: bool
) -> None:
    drop = by(alice, joined, "conference/drop")
    leave = by(bob, joined, "conference/exit")

    answers = race(drop, leave) if drops_first else race(leave, drop)

    assert answers == ((200, 204) if drops_first else (204, 409))
    assert events(joined) == ["Bob has joined the chat", "Bob has left the chat"]
    assert (live(alice), live(bob)) == (1, 0)


@pytest.mark.parametrize("exits_first", [True, False])
def test_the_exit_and_the_ordinary_end(
    alice: Agent, bob: Agent, joined: Chat, exits_first: bool
) -> None:
    leave, end = by(bob, joined, "conference/exit"), by(alice, joined, "end")

    answers = race(leave, end) if exits_first else race(end, leave)

    assert answers == ((204, 200) if exits_first else (409, 204))
    gone = ["Alice has left the chat", "The chat has ended"] if exits_first else []
    expected = ["Bob has joined the chat", "Bob has left the chat", *gone]
    assert events(joined) == expected
    assert (live(alice), live(bob)) == (1, 0)


# --- the customer leaves against transfer, join and end -------------------------
def test_the_leaving_before_the_transfer(
    alice: Agent, bob: Agent, talking: Chat
) -> None:
    steps.go_available(bob)

    answers = race(by_customer(talking), by(alice, talking, "transfer", **to(bob)))

    assert answers == (204, 409)
    assert events(talking) == ["The customer has left the chat", "The chat has ended"]
    assert (live(alice), live(bob)) == (1, 0)


def test_the_transfer_before_the_leaving(
    alice: Agent, bob: Agent, talking: Chat
) -> None:
    steps.go_available(bob)

    answers = race(by(alice, talking, "transfer", **to(bob)), by_customer(talking))

    assert answers == (200, 204)
    assert events(talking) == [
        "Alice has left the chat",
        "The customer has left the chat",
        "The chat has ended",
    ]
    assert (live(alice), live(bob)) == (1, 0)
    assert state_of(bob) == AgentState.AVAILABLE


@pytest.mark.parametrize("joins_first", [True, False])
def test_the_join_and_the_leaving(
    alice: Agent, bob: Agent, asked: Chat, joins_first: bool
) -> None:
    join, leave = by(bob, asked, "accept"), by_customer(asked)

    answers = race(join, leave) if joins_first else race(leave, join)

    assert answers == ((200, 204) if joins_first else (204, 409))
    came = ["Bob has joined the chat"] if joins_first else []
    gone = ["The customer has left the chat", "The chat has ended"]
    assert events(asked) == [*came, *gone]
    assert (live(alice), live(bob)) == (1, 0)
    assert state_of(bob) == AgentState.AVAILABLE


@pytest.mark.parametrize("leaves_first", [True, False])
def test_the_leaving_and_the_end_of_a_conference(
    alice: Agent, bob: Agent, joined: Chat, leaves_first: bool
) -> None:
    leave, end = by_customer(joined), by(alice, joined, "conference/end")

    answers = race(leave, end) if leaves_first else race(end, leave)

    assert answers == ((204, 200) if leaves_first else (200, 204))
    assert len([text for text in events(joined) if "customer" in text]) == leaves_first
    assert (live(alice), live(bob)) == (1, 0)


# --- the clock against accept ---------------------------------------------------
def test_the_acceptance_of_a_transfer_before_rona(
    bob: Agent, transferred: Chat
) -> None:
    answers = race(by(bob, transferred, "accept"), by_the_clock)

    assert answers == (200, 0)
    assert events(transferred) == ["Alice has left the chat", "Bob has joined the chat"]
    assert (live(bob), state_of(bob)) == (1, AgentState.AVAILABLE)


def test_rona_before_the_acceptance_of_a_transfer(
    bob: Agent, transferred: Chat
) -> None:
    answers = race(by_the_clock, by(bob, transferred, "accept"))

    assert answers == (1, 409)
    assert events(transferred) == [
        "Alice has left the chat",
        "The agent has left the chat",
        "The chat has ended",
    ]
    assert (live(bob), state_of(bob)) == (0, AgentState.RONA)


def test_rona_of_an_invitation_before_its_cancel(
    alice: Agent, bob: Agent, carol: Agent, asked: Chat
) -> None:
    steps.go_available(carol)

    answers = race(by_the_clock, by(alice, asked, "conference/cancel"))

    assert answers == (1, 200)
    assert events(asked) == []
    assert (live(alice), live(bob), live(carol)) == (1, 0, 0)
    assert (state_of(bob), state_of(carol)) == (AgentState.RONA, AgentState.AVAILABLE)


def test_the_cancel_of_an_invitation_before_rona(
    alice: Agent, bob: Agent, asked: Chat
) -> None:
    answers = race(by(alice, asked, "conference/cancel"), by_the_clock)

    assert answers == (200, 0)
    assert (live(alice), live(bob)) == (1, 0)
    assert state_of(bob) == AgentState.AVAILABLE


# --- two at once ----------------------------------------------------------------
def test_two_transfers(alice: Agent, bob: Agent, carol: Agent, talking: Chat) -> None:
    for colleague in (bob, carol):
        steps.go_available(colleague)

    answers = race(
        by(alice, talking, "transfer", **to(carol)),
        by(alice, talking, "transfer", **to(bob)),
    )

    assert answers == (200, 409)
    assert events(talking) == ["Alice has left the chat"]
    assert (live(alice), live(bob), live(carol)) == (1, 0, 1)


def test_the_same_transfer_twice(alice: Agent, bob: Agent, talking: Chat) -> None:
    steps.go_available(bob)
    transfer = by(alice, talking, "transfer", **to(bob))

    answers = race(transfer, by(alice, talking, "transfer", **to(bob)))

    assert answers == (200, 200)
    assert events(talking) == ["Alice has left the chat"]
    assert (live(alice), live(bob)) == (1, 1)


@pytest.mark.parametrize("transfers_first", [True, False])
def test_a_transfer_and_the_join_of_who_was_invited(
    alice: Agent, bob: Agent, carol: Agent, asked: Chat, transfers_first: bool
) -> None:
    steps.go_available(carol)
    transfer, join = by(alice, asked, "transfer", **to(carol)), by(bob, asked, "accept")

    answers = race(transfer, join) if transfers_first else race(join, transfer)

    assert answers == (200, 409)
    happened = (
        "Alice has left the chat" if transfers_first else "Bob has joined the chat"
    )
    assert events(asked) == [happened]
    expected = (1, 0, 1) if transfers_first else (1, 1, 0)
    assert (live(alice), live(bob), live(carol)) == expected

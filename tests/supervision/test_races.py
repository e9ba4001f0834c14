"""Those who come unasked, and somebody else, at once and in both orders: one
consistent outcome, no slot lost, nobody left watching."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agents.models import Role
from contacts.models import ContactState
from tests import cast, steps
from tests.contacts.floor import shares_of
from tests.contacts.races import (
    by,
    by_customer,
    by_the_clock,
    events,
    live,
    race,
    to,
)
from tests.journeys import invariants
from tests.steps import client_for, for_agents
from tests.supervision.watchers import ends_of, watch, watched_by

if TYPE_CHECKING:
    from agents.models import Agent, Organisation, Team
    from queues.models import EntryPoint
    from tests.contacts.races import Command
    from tests.steps import Chat

pytestmark = pytest.mark.postgresql

LEFT = "Alice has left the chat"
JOINED = "Sam has joined the chat"
ENDED = "The chat has ended"


@pytest.fixture
def talking(alice: Agent, direct: EntryPoint) -> Chat:
    return steps.connected(alice, direct, customer={"name": "Dora"})


@pytest.fixture
def tia(acme: Organisation, front_line: Team) -> Agent:
    """Another supervisor of the team."""
    return cast.person("Tia", acme, role=Role.SUPERVISOR, teams=[front_line])


def taking(who: Agent, chat: Chat) -> Command:
    return by(who, chat, "take-over", reason="She asked for me")


def stopping(who: Agent, chat: Chat) -> Command:
    client, url = client_for(who), for_agents(chat, "watch")
    return lambda: client.delete(url).status_code


# --- take over ------------------------------------------------------------------
def test_the_end_before_the_take_over(sam: Agent, alice: Agent, talking: Chat) -> None:
    assert race(by(alice, talking, "end"), taking(sam, talking)) == (200, 409)

    assert events(talking) == [LEFT, ENDED]
    assert (live(alice), live(sam)) == (1, 0)  # Alice wraps up
    invariants.check_always()


def test_the_take_over_before_the_end(sam: Agent, alice: Agent, talking: Chat) -> None:
    assert race(taking(sam, talking), by(alice, talking, "end")) == (200, 409)

    assert events(talking) == [LEFT, JOINED]
    assert (live(alice), live(sam)) == (0, 1)
    assert talking.contact.state == ContactState.CONNECTED
    invariants.check_always()


@pytest.mark.parametrize("gives_first", [True, False])
def test_the_take_over_and_the_transfer(
    sam: Agent, alice: Agent, bob: Agent, talking: Chat, gives_first: bool
) -> None:
    steps.go_available(bob)
    give, take = by(alice, talking, "transfer", **to(bob)), taking(sam, talking)

    assert race(*((give, take) if gives_first else (take, give))) == (200, 409)

    assert events(talking) == ([LEFT] if gives_first else [LEFT, JOINED])
    assert (live(alice), live(bob), live(sam)) == (
        (1, 1, 0) if gives_first else (0, 0, 1)
    )
    invariants.check_always()


@pytest.mark.parametrize("rings_first", [True, False])
def test_the_take_over_and_an_invitation_that_passes(
    sam: Agent, alice: Agent, bob: Agent, talking: Chat, rings_first: bool
) -> None:
    steps.go_available(bob)
    steps.invite(alice, talking, bob)
    take = taking(sam, talking)

    answers = race(*((by_the_clock, take) if rings_first else (take, by_the_clock)))

    assert answers == ((1, 200) if rings_first else (200, 0))
    bobs = "rona" if rings_first else "withdrawn"
    assert shares_of(talking) == [
        ("Alice", "left"),
        ("Bob", bobs),
        ("Sam", "connected"),
    ]
    invariants.check_always()


def test_two_take_overs(sam: Agent, tia: Agent, alice: Agent, talking: Chat) -> None:
    assert race(taking(sam, talking), taking(tia, talking)) == (200, 409)

    assert events(talking) == [LEFT, JOINED]
    assert (live(alice), live(sam), live(tia)) == (0, 1, 0)
    invariants.check_always()


@pytest.mark.parametrize("leaves_first", [True, False])
def test_the_take_over_and_the_customer(
    sam: Agent, talking: Chat, leaves_first: bool
) -> None:
    leave, take = by_customer(talking), taking(sam, talking)

    answers = race(*((leave, take) if leaves_first else (take, leave)))

    assert answers == ((204, 409) if leaves_first else (200, 204))
    assert live(sam) == (0 if leaves_first else 1)
    invariants.check_always()


# --- barge in -------------------------------------------------------------------
@pytest.mark.parametrize("ends_first", [True, False])
def test_the_barge_and_the_end(
    sam: Agent, alice: Agent, talking: Chat, ends_first: bool
) -> None:
    end, barge = by(alice, talking, "end"), by(sam, talking, "barge")

    answers = race(*((end, barge) if ends_first else (barge, end)))

    assert answers == (200, 409)  # in a conference, End Conference ends it
    assert events(talking) == ([LEFT, ENDED] if ends_first else [JOINED])
    assert live(sam) == (0 if ends_first else 1)
    invariants.check_always()


@pytest.mark.parametrize("joins_first", [True, False])
def test_the_barge_and_the_colleague_who_was_asked(
    sam: Agent, alice: Agent, bob: Agent, talking: Chat, joins_first: bool
) -> None:
    steps.go_available(bob)
    steps.invite(alice, talking, bob)
    join, barge = by(bob, talking, "accept"), by(sam, talking, "barge")

    assert race(*((join, barge) if joins_first else (barge, join))) == (200, 409)

    came = "Bob has joined the chat" if joins_first else JOINED
    assert events(talking) == [came]
    assert live(bob) + live(sam) == 1
    invariants.check_always()


# --- watch ----------------------------------------------------------------------
def test_two_watchers(sam: Agent, tia: Agent, talking: Chat) -> None:
    watching = [by(who, talking, "watch", mode="monitor") for who in (sam, tia)]

    assert race(*watching) == (200, 409)

    assert watched_by(talking) == "Sam"


@pytest.mark.parametrize("ends_first", [True, False])
def test_the_watch_and_the_end(
    sam: Agent, alice: Agent, talking: Chat, ends_first: bool
) -> None:
    end = by(alice, talking, "end")
    begin = by(sam, talking, "watch", mode="monitor")

    answers = race(*((end, begin) if ends_first else (begin, end)))

    assert answers == ((200, 409) if ends_first else (200, 200))
    assert watched_by(talking) is None
    assert ends_of(talking) == ([] if ends_first else [("Sam", "over")])


def test_the_stop_and_the_transfer_end_it_once(
    sam: Agent, alice: Agent, bob: Agent, talking: Chat
) -> None:
    steps.go_available(bob)
    watch(sam, talking)

    answers = race(by(alice, talking, "transfer", **to(bob)), stopping(sam, talking))

    assert answers == (200, 204)
    assert watched_by(talking) is None
    assert ends_of(talking) == [("Sam", "over")]

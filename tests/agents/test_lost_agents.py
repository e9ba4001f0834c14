"""Who is silent for longer than the recovery time is signed out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import OperationalError

from agents.models import StateLog
from agents.services import presence
from tests import steps
from tests.agents.servers import Server
from tests.contacts.floor import state_of
from tests.steps import API, client_for

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from queues.models import EntryPoint
    from tests.clockwork import Clockwork


# --- the agent is lost --------------------------------------------------------------
def test_who_is_silent_for_the_recovery_time_is_offline(
    alice: Agent, clockwork: Clockwork
) -> None:
    steps.go_available(alice)

    clockwork.runs(seconds=119)
    assert state_of(alice) == "available"
    clockwork.runs(seconds=1)

    assert state_of(alice) == "offline"
    row = StateLog.objects.get(agent=alice, until_at=None)
    assert (row.state, row.changed_by, row.reason) == (
        *("offline", None, "connection lost"),
    )


@pytest.mark.parametrize("seconds", [1, 600])
def test_the_organisation_sets_the_recovery_time(
    acme: Organisation, alice: Agent, clockwork: Clockwork, seconds: int
) -> None:
    acme.agent_recovery_seconds = seconds
    acme.save(update_fields=["agent_recovery_seconds"])
    clockwork.sweeps()
    steps.go_available(alice)

    clockwork.runs(seconds=seconds - 0.1)
    assert state_of(alice) == "available"
    clockwork.runs(seconds=0.1)

    assert state_of(alice) == "offline"


@pytest.mark.parametrize("state", ["available", "idle"])
def test_every_state_but_offline_can_be_lost(
    alice: Agent, clockwork: Clockwork, state: str
) -> None:
    steps.choose(alice, state)

    clockwork.runs(seconds=120)

    assert state_of(alice) == "offline"


def test_in_rona_too(alice: Agent, direct: EntryPoint, clockwork: Clockwork) -> None:
    steps.offered(alice, direct)
    clockwork.runs(seconds=35)
    assert state_of(alice) == "rona"

    clockwork.runs(seconds=85)

    assert state_of(alice) == "offline"


def test_who_asks_now_and_then_is_there(alice: Agent, clockwork: Clockwork) -> None:
    # An agent who works over REST alone.
    client = client_for(alice)
    client.put(f"{API}/me/state/", {"state": "available"})

    for _ in range(4):
        clockwork.runs(seconds=110)
        client.get(f"{API}/me/")

    assert state_of(alice) == "available"


def test_an_open_desk_that_says_nothing_is_there(
    alice: Agent, clockwork: Clockwork, server: Server
) -> None:
    steps.go_available(alice)
    server.opens(alice.address)

    server.runs(seconds=300)

    assert state_of(alice) == "available"


def test_the_recovery_time_counts_from_the_last_desks_end(
    alice: Agent, clockwork: Clockwork, server: Server
) -> None:
    steps.go_available(alice)
    close_first = server.opens(alice.address)
    close_second = server.opens(alice.address)
    server.runs(seconds=60)
    close_first()
    server.runs(seconds=130)
    assert state_of(alice) == "available"

    close_second()
    clockwork.runs(seconds=119)
    assert state_of(alice) == "available"
    clockwork.runs(seconds=1)

    assert state_of(alice) == "offline"


def test_a_server_that_dies_takes_its_agents_along_after_the_recovery_time(
    alice: Agent, clockwork: Clockwork, server: Server
) -> None:
    steps.go_available(alice)
    server.opens(alice.address)
    server.runs(seconds=60)

    clockwork.runs(seconds=119)
    assert state_of(alice) == "available"
    clockwork.runs(seconds=1)

    assert state_of(alice) == "offline"


def test_who_comes_back_while_the_sweep_is_busy_is_not_lost(
    alice: Agent, clockwork: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps.go_available(alice)
    clockwork.runs(seconds=115)
    client, lost_agents = client_for(alice), presence.lost_agents

    def then_she_calls(**values: object) -> object:
        lost = lost_agents(**values)  # type: ignore[arg-type]
        client.get(f"{API}/me/")
        return lost

    monkeypatch.setattr(presence, "lost_agents", then_she_calls)
    clockwork.runs(seconds=5)

    assert state_of(alice) == "available"


def test_who_is_offline_is_not_lost_again(alice: Agent, clockwork: Clockwork) -> None:
    client_for(alice).get(f"{API}/me/")

    clockwork.runs(seconds=300)

    assert not StateLog.objects.exists()


def test_administrators_and_programs_are_never_lost(
    ada: Agent, clockwork: Clockwork
) -> None:
    client_for(ada).get(f"{API}/me/")

    clockwork.runs(seconds=300)

    assert state_of(ada) == "offline"
    assert not StateLog.objects.exists()


# --- while nobody watches -----------------------------------------------------------
def test_after_a_time_without_sweeps_everybody_has_the_whole_recovery_time(
    alice: Agent, clockwork: Clockwork
) -> None:
    steps.go_available(alice)
    clockwork.runs(seconds=60)

    clockwork.passes(seconds=600)
    assert state_of(alice) == "available"
    clockwork.runs(seconds=119)
    assert state_of(alice) == "available"
    clockwork.runs(seconds=1)

    assert state_of(alice) == "offline"


def test_after_a_time_in_which_nothing_could_be_stored_too(
    alice: Agent,
    server: Server,
    clockwork: Clockwork,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps.go_available(alice)
    server.opens(alice.address)
    clockwork.runs(seconds=5)

    def fails(**values: object) -> int:
        raise OperationalError("the disk is full")

    with monkeypatch.context() as fault:
        fault.setattr(presence, "close_stale_sockets", fails)
        clockwork.runs(seconds=300)

    clockwork.runs(seconds=119)

    assert state_of(alice) == "available"


def test_a_pause_of_ten_seconds_is_no_such_time(
    alice: Agent, clockwork: Clockwork
) -> None:
    clockwork.sweeps()
    steps.go_available(alice)

    for _ in range(12):
        clockwork.passes(seconds=10)

    assert state_of(alice) == "offline"


def test_after_the_clock_was_set_back_everybody_has_the_whole_recovery_time(
    alice: Agent, clockwork: Clockwork
) -> None:
    clockwork.runs(seconds=60)
    clockwork.moves(seconds=-7200)
    steps.go_available(alice)
    client_for(alice).get(f"{API}/me/")

    clockwork.runs(seconds=119)
    assert state_of(alice) == "available"
    clockwork.runs(seconds=1)

    assert state_of(alice) == "offline"


def test_the_first_sweep_of_all_gives_nobody_up(
    alice: Agent, clockwork: Clockwork
) -> None:
    steps.go_available(alice)
    clockwork.moves(seconds=3600)

    clockwork.sweeps()

    assert state_of(alice) == "available"


def test_without_redis_nobody_is_given_up(
    alice: Agent, clockwork: Clockwork, request: pytest.FixtureRequest
) -> None:
    steps.go_available(alice)
    clockwork.sweeps()
    request.getfixturevalue("redis_is_away")

    clockwork.runs(seconds=300)

    assert state_of(alice) == "available"

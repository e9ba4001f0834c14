"""Who does nothing at an open desk is signed out, where the organisation wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agents.models import StateLog
from tests import sockets, steps
from tests.agents.servers import Server
from tests.contacts.floor import state_of
from tests.steps import API, client_for

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from queues.models import EntryPoint
    from tests.clockwork import Clockwork


@pytest.fixture
def two_minutes(acme: Organisation) -> None:
    """Who does nothing for two minutes is signed out."""
    acme.desk_inactivity_seconds = 120
    acme.save(update_fields=["desk_inactivity_seconds"])


@pytest.mark.usefixtures("two_minutes")
def test_a_desk_on_which_nothing_is_done_is_signed_out(
    alice: Agent, clockwork: Clockwork, server: Server
) -> None:
    steps.go_available(alice)
    server.opens(alice.address)

    server.runs(seconds=119)
    assert state_of(alice) == "available"
    server.runs(seconds=1)

    assert state_of(alice) == "offline"
    row = StateLog.objects.get(agent=alice, until_at=None)
    assert (row.changed_by, row.reason) == (None, "inactivity")


@pytest.mark.usefixtures("two_minutes")
def test_its_sockets_and_its_sessions_end(alice: Agent, clockwork: Clockwork) -> None:
    version = alice.session_version

    with sockets.desk_of(alice) as desk:
        clockwork.passes(seconds=120)
        assert desk.close_code() == 4401

    assert state_of(alice) == "offline"
    assert alice.session_version == version + 1


@pytest.mark.usefixtures("two_minutes")
def test_whoever_does_something_stays(
    alice: Agent, clockwork: Clockwork, server: Server
) -> None:
    steps.go_available(alice)
    server.opens(alice.address)
    server.runs(seconds=60)

    steps.go_idle(alice)
    server.runs(seconds=119)
    assert state_of(alice) == "idle"
    server.refreshes(acted=[alice.address])
    server.runs(seconds=119)

    assert state_of(alice) == "idle"


@pytest.mark.usefixtures("two_minutes")
def test_looking_is_not_doing(alice: Agent, clockwork: Clockwork) -> None:
    steps.go_available(alice)
    client = client_for(alice)

    for _ in range(4):
        clockwork.runs(seconds=30)
        client.get(f"{API}/me/")

    assert state_of(alice) == "offline"


@pytest.mark.usefixtures("two_minutes")
@pytest.mark.parametrize("story", ["connected", "in_wrap_up"])
def test_whoever_has_a_contact_in_hand_stays(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork, server: Server, story: str
) -> None:
    getattr(steps, story)(alice, direct)
    server.opens(alice.address)

    server.runs(seconds=180)

    assert state_of(alice) == "available"


@pytest.mark.usefixtures("two_minutes")
def test_the_end_of_a_contact_begins_the_time_anew(
    acme: Organisation,
    alice: Agent,
    direct: EntryPoint,
    clockwork: Clockwork,
    server: Server,
) -> None:
    acme.auto_wrapup_seconds = 180
    acme.save(update_fields=["auto_wrapup_seconds"])
    steps.in_wrap_up(alice, direct)
    server.opens(alice.address)

    server.runs(seconds=299)
    assert state_of(alice) == "available"
    server.runs(seconds=1)

    assert state_of(alice) == "offline"


def test_by_default_nobody_is_signed_out_for_doing_nothing(
    alice: Agent, clockwork: Clockwork, server: Server
) -> None:
    steps.go_available(alice)
    server.opens(alice.address)

    server.runs(seconds=300)

    assert state_of(alice) == "available"

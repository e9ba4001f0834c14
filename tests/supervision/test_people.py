"""Supervisors see who works, and change states with a reason (contract 3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from agents.models import StateLog
from contacts.services import availability
from core.errors import WrongState
from supervision.services import people
from tests import steps
from tests.cast import person
from tests.contacts.floor import state_of
from tests.factories import TeamFactory
from tests.steps import API, client_for, refuses

if TYPE_CHECKING:
    from agents.models import Agent, IdleCode, Organisation
    from queues.models import EntryPoint
    from tests.clockwork import Clockwork


def people_for(who: Agent) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = client_for(who).get(f"{API}/people/").json()
    return rows


def change(who: Agent, whom: Agent, **body: Any) -> Any:
    body = {"state": "idle", "reason": "Fire drill"} | body
    return client_for(who).put(f"{API}/people/{whom.pk}/state/", body)


@pytest.fixture
def olga(acme: Organisation) -> Agent:
    """An agent of another team."""
    return person("Olga", acme, teams=[TeamFactory.create(organisation=acme)])


# --- who works ----------------------------------------------------------------------
def test_a_supervisor_sees_the_own_teams(
    sam: Agent, alice: Agent, bob: Agent, olga: Agent, ada: Agent, gina: Agent
) -> None:
    assert [row["display_name"] for row in people_for(sam)] == ["Alice", "Bob", "Sam"]


def test_an_administrator_sees_everybody_who_takes_contacts(
    ada: Agent, alice: Agent, sam: Agent, olga: Agent, gina: Agent
) -> None:
    names = [row["display_name"] for row in people_for(ada)]

    assert names == ["Alice", "Olga", "Sam"]


def test_each_is_shown_with_state_and_contacts_in_hand(
    sam: Agent,
    alice: Agent,
    break_code: IdleCode,
    direct: EntryPoint,
    clockwork: Clockwork,
) -> None:
    steps.connected(alice, direct)
    steps.in_wrap_up(alice, direct)
    clockwork.moves(seconds=10)
    steps.go_idle(alice)

    row = people_for(sam)[0]

    assert row == {
        "id": alice.pk,
        "display_name": "Alice",
        "role": "agent",
        "state": "idle",
        "idle_code": {"id": break_code.pk, "name": "Break"},
        "state_since": clockwork.now.isoformat().replace("+00:00", "Z"),
        "live": {"voice": 0, "chat": 2, "email": 0, "social": 0},
        "slots": {"voice": 0, "chat": 3, "email": 0, "social": 0},
    }


def test_who_was_deactivated_is_not_listed(sam: Agent, alice: Agent) -> None:
    type(alice).objects.filter(pk=alice.pk).update(is_active=False)

    assert [row["display_name"] for row in people_for(sam)] == ["Sam"]


def test_agents_see_nobody(alice: Agent) -> None:
    refuses(client_for(alice).get(f"{API}/people/"), 403, "forbidden")


# --- changing a state ---------------------------------------------------------------
def test_the_change_is_logged_with_who_and_why(
    sam: Agent, alice: Agent, meeting: IdleCode, clockwork: Clockwork
) -> None:
    steps.go_available(alice)
    clockwork.moves(seconds=10)

    answer = change(sam, alice, idle_code=meeting.pk).json()

    assert answer["state"] == "idle"
    assert answer["idle_code"]["name"] == "Meeting"
    row = StateLog.objects.get(agent=alice, until_at=None)
    assert (row.state, row.idle_code) == ("idle", "Meeting")
    assert (row.changed_by, row.reason) == (sam, "Fire drill")
    assert row.from_at == clockwork.now


def test_a_supervisor_brings_an_agent_out_of_rona(
    sam: Agent, alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.offered(alice, direct)
    clockwork.passes(seconds=35)
    clockwork.moves(seconds=1)

    change(sam, alice, state="available")

    assert state_of(alice) == "available"
    assert chat.contact.state == "offered"


@pytest.mark.parametrize("state", ["available", "idle"])
def test_nobody_signs_in_for_somebody_else(
    sam: Agent, alice: Agent, state: str
) -> None:
    response = change(sam, alice, state=state)

    refuses(response, 409, "wrong_state")
    assert state_of(alice) == "offline"
    assert not StateLog.objects.exists()


def test_who_signs_out_meanwhile_stays_offline(
    sam: Agent,
    alice: Agent,
    clockwork: Clockwork,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Alice signs out between the look at her state and the change.
    steps.go_available(alice)
    change_of_state = availability.set_state

    def after_signing_out(**values: Any) -> Agent:
        client_for(alice).post(f"{API}/me/sign-out/")
        return change_of_state(**values)

    monkeypatch.setattr(availability, "set_state", after_signing_out)

    with pytest.raises(WrongState):
        people.set_state_of(
            agent=alice, actor=sam, state="available", reason="x", now=clockwork.now
        )

    assert state_of(alice) == "offline"


@pytest.mark.parametrize("state", ["rona", "offline", "", None])
def test_no_other_state_can_be_chosen(
    sam: Agent, alice: Agent, state: str | None
) -> None:
    steps.go_available(alice)

    refuses(change(sam, alice, state=state), 400, "invalid", errors=["state"])

    assert state_of(alice) == "available"


@pytest.mark.parametrize("reason", ["", None, "x" * 201])
def test_a_reason_is_needed(sam: Agent, alice: Agent, reason: str | None) -> None:
    steps.go_available(alice)

    refuses(change(sam, alice, reason=reason), 400, "invalid", errors=["reason"])

    assert state_of(alice) == "available"


def test_a_code_of_another_organisation_is_none(
    sam: Agent, alice: Agent, globex: Organisation
) -> None:
    steps.go_available(alice)
    foreign = globex.idle_codes.get(name="Meeting")

    response = change(sam, alice, idle_code=foreign.pk)

    refuses(response, 400, "invalid", errors=["idle_code"])
    assert state_of(alice) == "available"


@pytest.mark.parametrize("whom", ["olga", "ada", "gina"])
def test_others_than_the_own_teams_do_not_exist_for_a_supervisor(
    sam: Agent, request: pytest.FixtureRequest, whom: str
) -> None:
    other: Agent = request.getfixturevalue(whom)

    refuses(change(sam, other), 404, "not_found")

    assert state_of(other) == "offline"


def test_an_administrator_reaches_every_team(ada: Agent, olga: Agent) -> None:
    steps.go_available(olga)

    assert change(ada, olga).status_code == 200
    assert state_of(olga) == "idle"


def test_agents_change_nobody(alice: Agent, bob: Agent) -> None:
    steps.go_available(bob)

    refuses(change(alice, bob), 403, "forbidden")

    assert state_of(bob) == "available"


def test_the_same_state_again_is_no_change(
    sam: Agent, alice: Agent, clockwork: Clockwork
) -> None:
    steps.go_available(alice)
    since = alice.available_since
    clockwork.moves(seconds=10)

    change(sam, alice, state="available")

    assert state_of(alice) == "available"
    assert alice.available_since == since
    assert StateLog.objects.count() == 1

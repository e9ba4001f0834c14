"""Agents' states: who may go where, and the log of it (domain 4.3)."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from agents.models import Agent, AgentState, StateLog
from agents.services import states
from contacts.services import availability
from tests import steps
from tests.factories import IdleCodeFactory
from tests.steps import API, client_for, refuses

if TYPE_CHECKING:
    from agents.models import IdleCode, Organisation
    from queues.models import EntryPoint
    from tests.clockwork import Clockwork
    from wrapup.models import WrapUpCode


def log_of(agent: Agent) -> list[StateLog]:
    return list(StateLog.objects.filter(agent=agent).order_by("from_at", "pk"))


def states_of(agent: Agent) -> list[str]:
    return [row.state for row in log_of(agent)]


def sign_out(agent: Agent) -> None:
    response = client_for(agent).post(f"{API}/me/sign-out/")
    assert response.status_code == 204, response.content
    agent.refresh_from_db()


def put(agent: Agent, state: AgentState, code: IdleCode) -> None:
    """Bring an agent into a state, as the system does."""
    agent.refresh_from_db()
    states.set_state(
        agent_id=agent.pk,
        state=state,
        idle_code=code if state == AgentState.IDLE else None,
        now=agent.state_since,
    )
    agent.refresh_from_db()


# --- what the agent may choose --------------------------------------------------
@pytest.mark.parametrize("before", list(AgentState))
@pytest.mark.parametrize("after", ["available", "idle"])
def test_an_agent_goes_from_any_state_to_available_and_idle(
    alice: Agent, break_code: IdleCode, before: AgentState, after: str
) -> None:
    put(alice, before, break_code)

    answer = steps.choose(alice, after)

    assert answer["state"] == alice.state == after
    assert (answer["idle_code"] is not None) == (after == "idle")


@pytest.mark.parametrize("before", list(AgentState))
@pytest.mark.parametrize("after", ["rona", "offline", "engaged", "", None, 1, ["idle"]])
def test_no_other_state_can_be_chosen(
    alice: Agent, break_code: IdleCode, before: AgentState, after: object
) -> None:
    put(alice, before, break_code)
    log = states_of(alice)

    response = client_for(alice).put(f"{API}/me/state/", {"state": after})

    refuses(response, 400, "invalid", errors=["state"])
    alice.refresh_from_db()
    assert alice.state == before
    assert states_of(alice) == log


def test_idle_without_a_code_takes_the_default(
    alice: Agent, break_code: IdleCode
) -> None:
    answer = steps.choose(alice, "idle")

    assert answer["idle_code"] == {"id": break_code.pk, "name": "Break"}


def test_idle_with_a_code_takes_it(alice: Agent, meeting: IdleCode) -> None:
    answer = steps.choose(alice, "idle", idle_code=meeting.pk)

    assert answer["idle_code"] == {"id": meeting.pk, "name": "Meeting"}
    assert [row.idle_code for row in log_of(alice)] == ["Meeting"]


def test_a_code_of_another_organisation_is_none(
    alice: Agent, globex: Organisation
) -> None:
    foreign = globex.idle_codes.get(name="Meeting")

    response = client_for(alice).put(
        f"{API}/me/state/", {"state": "idle", "idle_code": foreign.pk}
    )

    refuses(response, 400, "invalid", errors=["idle_code"])
    alice.refresh_from_db()
    assert alice.state == "offline"
    assert not states_of(alice)


def test_a_code_that_was_deactivated_is_none(alice: Agent, acme: Organisation) -> None:
    old = IdleCodeFactory.create(organisation=acme, name="Old", is_active=False)

    response = client_for(alice).put(
        f"{API}/me/state/", {"state": "idle", "idle_code": old.pk}
    )

    refuses(response, 400, "invalid", errors=["idle_code"])
    assert not states_of(alice)


def test_an_agent_may_idle_during_a_chat_and_its_wrap_up(
    alice: Agent, direct: EntryPoint
) -> None:
    chat = steps.connected(alice, direct)

    steps.go_idle(alice)
    steps.end(alice, chat)
    steps.choose(alice, "available")
    steps.choose(alice, "idle")

    assert [card["state"] for card in steps.cards_of(alice)] == ["wrapup"]


def test_who_takes_no_contacts_has_no_state(ada: Agent) -> None:
    response = client_for(ada).put(f"{API}/me/state/", {"state": "available"})

    refuses(response, 403, "forbidden")
    ada.refresh_from_db()
    assert ada.state == "offline"


# --- the log ----------------------------------------------------------------------
def test_every_change_is_a_row_and_the_rows_leave_no_gap(
    alice: Agent, meeting: IdleCode, clockwork: Clockwork
) -> None:
    for state, code in [
        ("idle", None),
        ("available", None),
        ("idle", meeting.pk),
        ("available", None),
    ]:
        clockwork.moves(seconds=10)
        steps.choose(alice, state, **({"idle_code": code} if code else {}))
    clockwork.moves(seconds=10)
    sign_out(alice)

    rows = log_of(alice)
    assert [(row.state, row.idle_code) for row in rows] == [
        ("idle", "Break"),
        ("available", ""),
        ("idle", "Meeting"),
        ("available", ""),
        ("offline", ""),
    ]
    for row, following in pairwise(rows):
        assert row.until_at == following.from_at
        assert row.from_at < following.from_at
    assert rows[-1].until_at is None
    assert rows[-1].from_at == alice.state_since == clockwork.now
    assert {row.changed_by for row in rows} == {alice}


@pytest.mark.parametrize("state", ["available", "idle"])
def test_choosing_the_same_again_changes_nothing(
    alice: Agent, clockwork: Clockwork, state: str
) -> None:
    first = steps.choose(alice, state)
    since = alice.available_since
    clockwork.moves(seconds=60)

    again = steps.choose(alice, state)

    assert again == first
    assert alice.available_since == since
    assert len(log_of(alice)) == 1


def test_another_idle_code_is_a_change(
    alice: Agent, meeting: IdleCode, clockwork: Clockwork
) -> None:
    steps.choose(alice, "idle")
    clockwork.moves(seconds=60)

    steps.choose(alice, "idle", idle_code=meeting.pk)

    assert [row.idle_code for row in log_of(alice)] == ["Break", "Meeting"]
    assert alice.state_since == clockwork.now


def test_the_log_keeps_the_name_an_idle_code_had(
    alice: Agent, meeting: IdleCode
) -> None:
    steps.choose(alice, "idle", idle_code=meeting.pk)

    meeting.name = "Training"
    meeting.save(update_fields=["name"])

    assert [row.idle_code for row in log_of(alice)] == ["Meeting"]


def test_time_never_runs_backwards_in_the_log(
    alice: Agent, clockwork: Clockwork
) -> None:
    # Two processes: the one that read the clock first may write last.
    early = clockwork.now
    clockwork.moves(seconds=1)
    steps.go_available(alice)

    availability.set_state(agent=alice, state="idle", now=early)

    first, second = log_of(alice)
    assert first.from_at <= second.from_at
    assert first.until_at == second.from_at


def test_a_row_of_the_log_is_never_changed_nor_deleted(alice: Agent) -> None:
    steps.go_available(alice)
    row = StateLog.objects.get()

    row.state = AgentState.OFFLINE
    with pytest.raises(TypeError, match="append-only"):
        row.save()
    with pytest.raises(TypeError, match="append-only"):
        row.delete()

    assert states_of(alice) == ["available"]


# --- signing out ------------------------------------------------------------------
@pytest.mark.parametrize(
    "before", [AgentState.AVAILABLE, AgentState.IDLE, AgentState.RONA]
)
def test_signing_out_makes_offline(
    alice: Agent, break_code: IdleCode, before: AgentState
) -> None:
    put(alice, before, break_code)

    sign_out(alice)

    assert alice.state == "offline"
    assert alice.idle_code is None
    assert alice.available_since is None


@pytest.mark.parametrize("story", ["offered", "connected", "in_wrap_up"])
def test_nobody_signs_out_with_a_contact_in_hand(
    alice: Agent, direct: EntryPoint, story: str
) -> None:
    getattr(steps, story)(alice, direct)
    cards = steps.cards_of(alice)

    response = client_for(alice).post(f"{API}/me/sign-out/")

    refuses(response, 409, "live_assignments")
    alice.refresh_from_db()
    assert alice.state == "available"
    assert states_of(alice) == ["available"]
    assert steps.cards_of(alice) == cards


def test_after_the_wrap_up_signing_out_works(
    alice: Agent, direct: EntryPoint, resolved: WrapUpCode
) -> None:
    chat = steps.in_wrap_up(alice, direct)

    steps.wrap_up(alice, chat, resolved)
    sign_out(alice)

    assert alice.state == "offline"


def test_signing_out_twice_is_harmless(alice: Agent) -> None:
    steps.go_available(alice)
    sign_out(alice)

    sign_out(alice)

    assert states_of(alice) == ["available", "offline"]


def test_a_token_outlives_signing_out(alice: Agent) -> None:
    client = client_for(alice)
    client.put(f"{API}/me/state/", {"state": "available"})

    client.post(f"{API}/me/sign-out/")

    answer = client.get(f"{API}/me/").json()
    assert answer["state"] == "offline"


# --- the first desk socket --------------------------------------------------------
def test_the_first_desk_makes_an_offline_agent_idle(
    alice: Agent, break_code: IdleCode, clockwork: Clockwork
) -> None:
    availability.sign_in(agent_id=alice.pk, now=clockwork.now)

    alice.refresh_from_db()
    assert (alice.state, alice.idle_code) == ("idle", break_code)
    assert states_of(alice) == ["idle"]


@pytest.mark.parametrize(
    "before", [AgentState.AVAILABLE, AgentState.IDLE, AgentState.RONA]
)
def test_another_desk_changes_nothing(
    alice: Agent, meeting: IdleCode, before: AgentState, clockwork: Clockwork
) -> None:
    put(alice, before, meeting)
    log = states_of(alice)

    availability.sign_in(agent_id=alice.pk, now=clockwork.now)

    alice.refresh_from_db()
    assert alice.state == before
    assert states_of(alice) == log


def test_an_administrators_desk_changes_nothing(
    ada: Agent, clockwork: Clockwork
) -> None:
    availability.sign_in(agent_id=ada.pk, now=clockwork.now)

    ada.refresh_from_db()
    assert ada.state == "offline"

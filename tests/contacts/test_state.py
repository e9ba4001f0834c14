"""An agent chooses a state (domain 4.3, D23, D24, E9, E10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from agents.models import Agent, StateLog
from contacts.models import Assignment
from tests import steps
from tests.factories import IdleCodeFactory
from tests.steps import API, client_for, refuses

if TYPE_CHECKING:
    from agents.models import IdleCode, Organisation
    from queues.models import EntryPoint
    from tests.stage import Later
    from tests.steps import Chat

AGENT = {
    "id",
    "key",
    "email",
    "display_name",
    "role",
    "teams",
    "multimedia_profile",
    "language",
    "is_active",
    "state",
    "idle_code",
    "state_since",
    "slots",
}


def put(agent: Agent, body: Any) -> Any:
    return client_for(agent).put(f"{API}/me/state/", body, format="json")


def log_of(agent: Agent) -> list[tuple[str, str]]:
    rows = StateLog.objects.filter(agent=agent).order_by("pk")
    return list(rows.values_list("state", "idle_code"))


def unchanged(agent: Agent) -> None:
    before = (agent.state, agent.idle_code_id, agent.state_since)
    agent.refresh_from_db()
    assert (agent.state, agent.idle_code_id, agent.state_since) == before
    assert log_of(agent) == []


# --- who one is ---------------------------------------------------------------
def test_one_sees_oneself(alice: Agent) -> None:
    me = client_for(alice).get(f"{API}/me/").json()

    assert me.keys() == AGENT
    assert me["id"] == alice.pk
    assert me["email"] == "alice@acme.example"
    assert (me["display_name"], me["role"]) == ("Alice", "agent")
    assert me["teams"] == [team.pk for team in alice.teams.all()]
    assert (me["state"], me["idle_code"]) == ("offline", None)
    assert me["state_since"].endswith("Z")
    assert me["multimedia_profile"] is None
    assert me["is_active"] is True


def test_administrators_see_themselves(ada: Agent, sam: Agent) -> None:
    for person, role in ((ada, "administrator"), (sam, "supervisor")):
        assert client_for(person).get(f"{API}/me/").json()["role"] == role


def test_the_codes_to_choose_from(
    acme: Organisation, globex: Organisation, alice: Agent
) -> None:
    IdleCodeFactory.create(organisation=acme, name="Lunch", is_active=False)

    codes = client_for(alice).get(f"{API}/me/idle-codes/").json()

    assert [(code["name"], code["is_default"]) for code in codes] == [
        ("Break", True),
        ("Meeting", False),
    ]
    assert codes[0].keys() == {"id", "name", "is_default"}


# --- choosing -----------------------------------------------------------------
def test_one_becomes_available(alice: Agent) -> None:
    response = put(alice, {"state": "available"})

    assert response.status_code == 200
    me = response.json()
    assert me.keys() == AGENT
    assert (me["state"], me["idle_code"]) == ("available", None)
    assert log_of(alice) == [("available", "")]


def test_one_goes_idle_with_a_reason(alice: Agent, meeting: IdleCode) -> None:
    me = put(alice, {"state": "idle", "idle_code": meeting.pk}).json()

    assert me["state"] == "idle"
    assert me["idle_code"] == {"id": meeting.pk, "name": "Meeting"}
    assert log_of(alice) == [("idle", "Meeting")]


@pytest.mark.parametrize("more", [{}, {"idle_code": None}])
def test_idle_without_a_reason_takes_the_default(
    alice: Agent, break_code: IdleCode, more: dict[str, None]
) -> None:
    me = put(alice, {"state": "idle", **more}).json()

    assert me["idle_code"] == {"id": break_code.pk, "name": "Break"}


def test_the_same_again_changes_nothing(
    alice: Agent, meeting: IdleCode, later: Later
) -> None:
    for body in (
        {"state": "available"},
        {"state": "idle", "idle_code": meeting.pk},
    ):
        first = put(alice, body).json()
        later(seconds=10)

        assert put(alice, body).json() == first
    assert len(log_of(alice)) == 2


def test_the_clock_of_the_longest_available_does_not_restart(
    alice: Agent, bob: Agent, direct: EntryPoint, later: Later
) -> None:
    steps.go_available(alice)
    later(seconds=1)
    steps.go_available(bob)
    later(seconds=1)
    steps.go_available(alice)

    chat = steps.open_chat(direct)

    assert Assignment.objects.get(contact=chat.id).agent == alice


def test_another_reason_is_another_stretch(
    alice: Agent, meeting: IdleCode, later: Later
) -> None:
    put(alice, {"state": "idle"})
    later(seconds=10)
    put(alice, {"state": "idle", "idle_code": meeting.pk})

    first, second = StateLog.objects.filter(agent=alice).order_by("pk")
    assert (first.idle_code, second.idle_code) == ("Break", "Meeting")
    assert first.until_at == second.from_at
    assert second.until_at is None
    assert second.changed_by == alice


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"state": "rona"}, "state"),
        ({"state": "offline"}, "state"),
        ({"state": "AVAILABLE"}, "state"),
        ({"state": "\ud800"}, "state"),
        ({"state": None}, "state"),
        ({"state": ["idle"]}, "state"),
        ({}, "state"),
        ({"state": "idle", "idle_code": "x"}, "idle_code"),
        ({"state": "idle", "idle_code": -1}, "idle_code"),
        ({"state": "idle", "idle_code": 10**9}, "idle_code"),
        ({"state": "idle", "idle_code": 10**40}, "idle_code"),
        ({"state": "idle", "idle_code": []}, "idle_code"),
        ([], "non_field_errors"),
        ("idle", "non_field_errors"),
        (None, "non_field_errors"),
    ],
)
def test_what_cannot_be_chosen_is_named(alice: Agent, body: object, field: str) -> None:
    client = client_for(alice)

    response = steps.put(client, f"{API}/me/state/", body)

    refuses(response, 400, "invalid", errors=[field])
    unchanged(alice)


def test_the_code_of_another_organisation_is_unknown(
    alice: Agent, globex: Organisation
) -> None:
    foreign = globex.idle_codes.get(name="Meeting")

    response = put(alice, {"state": "idle", "idle_code": foreign.pk})

    refuses(response, 400, "invalid", errors=["idle_code"])
    unchanged(alice)


def test_an_inactive_code_is_unknown(alice: Agent, meeting: IdleCode) -> None:
    meeting.is_active = False
    meeting.save(update_fields=["is_active"])

    response = put(alice, {"state": "idle", "idle_code": meeting.pk})

    refuses(response, 400, "invalid", errors=["idle_code"])
    unchanged(alice)


def test_who_takes_no_contacts_has_no_state(ada: Agent) -> None:
    refuses(put(ada, {"state": "available"}), 403, "forbidden")
    refuses(put(ada, {"state": "nonsense"}), 403, "forbidden")

    unchanged(ada)


# --- what it does to contacts ---------------------------------------------------
def test_the_oldest_waiting_chat_comes_first(alice: Agent, direct: EntryPoint) -> None:
    chats = [steps.open_chat(direct) for _ in range(4)]

    steps.go_available(alice)

    cards = steps.cards_of(alice)
    assert [card["contact"] for card in cards] == [str(chat.id) for chat in chats[:3]]
    assert chats[3].contact.state == "queued"


def test_nobody_gets_chats_who_is_idle_or_in_rona(
    alice: Agent, direct: EntryPoint
) -> None:
    steps.go_idle(alice)
    waiting = [steps.open_chat(direct)]
    Agent.objects.filter(pk=alice.pk).update(state="rona", idle_code=None)
    waiting.append(steps.open_chat(direct))

    assert [chat.contact.state for chat in waiting] == ["queued", "queued"]


def test_going_idle_gives_the_card_back(alice: Agent, offered: Chat) -> None:
    enqueued_at = offered.contact.enqueued_at

    steps.go_idle(alice)

    assert alice.state == "idle"
    share = Assignment.objects.get(contact=offered.id)
    assert (share.state, share.outcome) == ("declined", "declined")
    assert offered.contact.state == "queued"
    assert offered.contact.enqueued_at == enqueued_at
    assert steps.cards_of(alice) == []


def test_going_idle_keeps_what_is_in_hand(
    alice: Agent, talking: Chat, direct: EntryPoint
) -> None:
    wrapped = steps.in_wrap_up(alice, direct)

    steps.go_idle(alice)

    assert {card["contact"] for card in steps.cards_of(alice)} == {
        str(talking.id),
        str(wrapped.id),
    }
    steps.say(alice, "Still here", to=talking)


def test_out_of_rona_one_gets_the_missed_chat_again(
    alice: Agent, offered: Chat, later: Later
) -> None:
    Assignment.objects.update(state="rona", ended_at=later.now(), outcome="rona")
    offered_row = offered.contact
    offered_row.state = "queued"
    offered_row.save(update_fields=["state"])
    Agent.objects.filter(pk=alice.pk).update(
        state="rona", available_since=None, state_since=later.now()
    )

    steps.go_available(alice)

    assert offered.contact.state == "offered"

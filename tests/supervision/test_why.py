"""Why does this agent get the contact, and why do the others not? (contract 3.1)"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from queues.models import DistributionGroup
from tests import steps
from tests.cast import person
from tests.contacts.floor import can_take
from tests.factories import TeamFactory
from tests.steps import client_for, for_agents

if TYPE_CHECKING:
    from agents.models import Agent, IdleCode, Organisation
    from queues.models import EntryPoint, Queue
    from tests.clockwork import Clockwork
    from tests.steps import Chat


def why(who: Agent, chat: Chat) -> dict[str, Any]:
    response = client_for(who).get(for_agents(chat, "routing"))
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()
    return answer


def reasons(answer: dict[str, Any]) -> dict[str, str | None]:
    """Return {name: why not}."""
    return {row["agent"]["display_name"]: row["why_not"] for row in answer["agents"]}


def sentences(answer: dict[str, Any]) -> list[str]:
    return [row["detail"] for row in answer["agents"]]


def team(acme: Organisation, support: Queue, *, after: int) -> Any:
    row = TeamFactory.create(organisation=acme)
    DistributionGroup.objects.create(queue=support, team=row, after_seconds=after)
    return row


# --- waiting ------------------------------------------------------------------------
def test_for_a_waiting_chat_each_agent_has_a_reason(
    acme: Organisation,
    sam: Agent,
    alice: Agent,
    support: Queue,
    direct: EntryPoint,
    meeting: IdleCode,
    clockwork: Clockwork,
) -> None:
    later = person("Lena", acme, teams=[team(acme, support, after=20)])
    mails = person("Mila", acme, teams=[*support.teams.all()])
    other = person("Olga", acme, teams=[TeamFactory.create(organisation=acme)])
    full = person("Fay", acme, teams=[*support.teams.all()])
    person("Nils", acme, teams=[*support.teams.all()])
    can_take(mails, email=5)
    can_take(full, chat=1)
    for agent in (later, mails, other, full):
        steps.go_available(agent)
    steps.choose(sam, "idle", idle_code=meeting.pk)
    clockwork.moves(seconds=1)
    steps.open_chat(direct)  # Fay's
    missed = steps.open_chat(direct)
    clockwork.moves(seconds=1)
    steps.go_available(alice)
    steps.decline(alice, missed)
    clockwork.moves(seconds=6.5)

    answer = why(sam, missed)

    assert answer["state"] == "queued"
    assert answer["decided_at"] is None
    assert (
        answer["summary"] == "Nobody can take it now; it waits for the first who can."
    )
    assert sentences(answer) == [
        "Alice has missed or declined it, or has a share in it.",
        "Fay has no free slot.",
        "Lena joins the search in 13 s.",
        "Mila has a profile without chat slots.",
        "Nils is Offline.",
        "Olga is in no team that serves this queue.",
        "Sam is Idle (Meeting).",
    ]
    assert reasons(answer) == {
        "Alice": "missed",
        "Fay": "full",
        "Lena": "joins_later",
        "Mila": "no_slots",
        "Nils": "not_available",
        "Olga": "not_serving",
        "Sam": "not_available",
    }
    assert not any(row["chosen"] for row in answer["agents"])


def test_an_agent_in_rona_is_said_to_be(
    sam: Agent, alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.offered(alice, direct)
    clockwork.passes(seconds=35)

    assert sentences(why(sam, chat)) == ["Alice is RONA.", "Sam is Offline."]


def test_a_group_is_never_said_to_join_in_no_time(
    acme: Organisation,
    ada: Agent,
    support: Queue,
    direct: EntryPoint,
    clockwork: Clockwork,
) -> None:
    later = person("Lena", acme, teams=[team(acme, support, after=20)])
    steps.go_available(later)
    chat = steps.open_chat(direct)
    clockwork.moves(seconds=19.9)

    assert sentences(why(ada, chat)) == ["Lena joins the search in 1 s."]


def test_between_two_sweeps_it_is_about_to_be_offered(
    acme: Organisation,
    ada: Agent,
    support: Queue,
    direct: EntryPoint,
    clockwork: Clockwork,
) -> None:
    later = person("Lena", acme, teams=[team(acme, support, after=20)])
    steps.go_available(later)
    chat = steps.open_chat(direct)
    clockwork.moves(seconds=20)

    answer = why(ada, chat)

    assert answer["summary"] == "It is about to be offered."
    assert sentences(answer) == ["Lena can take it."]


# --- decided ------------------------------------------------------------------------
def test_for_an_offered_chat_the_choice_is_explained(
    sam: Agent,
    alice: Agent,
    bob: Agent,
    carol: Agent,
    direct: EntryPoint,
    clockwork: Clockwork,
) -> None:
    for agent in (bob, carol, alice):
        steps.go_available(agent)
        clockwork.moves(seconds=1)
    bob.refresh_from_db()
    carol.refresh_from_db()
    alice.refresh_from_db()
    chat = steps.open_chat(direct)
    decided_at = clockwork.now
    clockwork.moves(seconds=10)

    answer = why(sam, chat)

    assert answer["state"] == "offered"
    assert answer["decided_at"] == decided_at.isoformat().replace("+00:00", "Z")
    assert answer["summary"] == (
        f"Bob was available longest, since {clock_of(bob)} UTC."
    )
    assert sentences(answer)[1:] == [
        f"Carol was available later, since {clock_of(carol)} UTC.",
        f"Alice was available later, since {clock_of(alice)} UTC.",
    ]
    assert [row["chosen"] for row in answer["agents"]] == [True, False, False]


def clock_of(agent: Agent) -> str:
    assert agent.available_since is not None
    return f"{agent.available_since:%H:%M:%S}"


def test_what_was_decided_stays_though_the_agents_have_changed(
    sam: Agent, alice: Agent, bob: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.offered(alice, direct)
    clockwork.moves(seconds=1)
    steps.go_available(bob)
    before = why(sam, chat)
    steps.accept(alice, chat)
    steps.go_idle(alice)
    steps.end(alice, chat)

    after = why(sam, chat)

    assert after == before | {"state": "ended"}


def test_the_last_decision_is_the_one_that_is_explained(
    sam: Agent, alice: Agent, bob: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.offered(alice, direct)
    clockwork.moves(seconds=1)
    steps.go_available(bob)
    clockwork.moves(seconds=1)

    steps.decline(alice, chat)

    answer = why(sam, chat)
    assert answer["agents"][0]["agent"]["display_name"] == "Bob"
    assert reasons(answer) == {"Bob": None, "Alice": "missed"}
    assert "Alice had missed or declined it before." in sentences(answer)


def test_who_left_before_anybody_was_asked_was_offered_to_nobody(
    sam: Agent, direct: EntryPoint
) -> None:
    chat = steps.open_chat(direct)
    steps.leave(chat)

    answer = why(sam, chat)

    assert answer["summary"] == "The router has not offered it to anybody."
    assert answer["agents"] == []


def test_many_agents_do_not_make_a_decision_endless(
    acme: Organisation, sam: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    for number in range(25):
        agent = person(f"Agent{number}", acme, teams=[*sam.teams.all()])
        steps.go_available(agent)
        clockwork.moves(seconds=1)

    answer = why(sam, steps.open_chat(direct))

    assert len(answer["agents"]) == 21
    assert answer["agents"][0]["agent"]["display_name"] == "Agent0"

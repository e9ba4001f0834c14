"""Skills that contacts ask for: who gets them, when they relax, what changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from agents.models import Skill
from contacts.models import Assignment
from tests import steps
from tests.assistants import steps as assistants
from tests.contacts.floor import holder_of, shares_of
from tests.factories import (
    AgentSkillFactory,
    AskedSkillFactory,
    EntryPointFactory,
    IntentFactory,
    QueueFactory,
    SkillFactory,
)
from tests.steps import API, client_for, for_agents

if TYPE_CHECKING:
    from agents.models import Agent, Organisation, Team
    from queues.models import Assistant, EntryPoint, Queue
    from tests.clockwork import Clockwork


@pytest.fixture
def german(acme: Organisation) -> Skill:
    return SkillFactory.create(organisation=acme, name="German")


@pytest.fixture
def billing(acme: Organisation) -> Skill:
    return SkillFactory.create(organisation=acme, name="Billing")


def knows(agent: Agent, skill: Skill, level: int) -> None:
    AgentSkillFactory.create(agent=agent, skill=skill, level=level)


def asks(skill: Skill, level: int, every: int | None = None, **of: Any) -> None:
    AskedSkillFactory.create(skill=skill, level=level, relax_seconds=every, **of)


# --- who gets it --------------------------------------------------------------------
def test_the_longest_available_of_those_with_the_skill_gets_it(
    alice: Agent,
    bob: Agent,
    carol: Agent,
    support: Queue,
    direct: EntryPoint,
    german: Skill,
    clockwork: Clockwork,
) -> None:
    asks(german, 3, queue=support)
    knows(alice, german, 2)
    knows(bob, german, 3)
    knows(carol, german, 5)
    for agent in (alice, bob, carol):
        steps.go_available(agent)
        clockwork.moves(seconds=1)

    chat = steps.open_chat(direct)

    assert holder_of(chat) == "Bob"


def test_who_asks_for_nothing_goes_on_as_before(
    alice: Agent, bob: Agent, direct: EntryPoint, german: Skill, clockwork: Clockwork
) -> None:
    knows(bob, german, 5)
    steps.go_available(alice)
    clockwork.moves(seconds=1)
    steps.go_available(bob)

    assert holder_of(steps.open_chat(direct)) == "Alice"


def test_whom_nobody_fits_does_not_hold_up_those_behind(
    alice: Agent,
    support: Queue,
    direct: EntryPoint,
    german: Skill,
    acme: Organisation,
    clockwork: Clockwork,
) -> None:
    spoken = EntryPointFactory.create(
        organisation=acme, queue=support, key="german", name="German"
    )
    asks(german, 3, entry_point=spoken)
    steps.allow_chats(5, acme.default_multimedia_profile)  # type: ignore[arg-type]
    stuck = [steps.open_chat(spoken) for _ in range(3)]
    behind = steps.open_chat(direct)

    steps.go_available(alice)

    assert [holder_of(each) for each in stuck] == [None] * 3
    assert holder_of(behind) == "Alice"


def test_entry_point_and_queue_ask_together_and_the_higher_level_wins(
    alice: Agent,
    bob: Agent,
    support: Queue,
    direct: EntryPoint,
    german: Skill,
    billing: Skill,
) -> None:
    asks(german, 2, queue=support)
    asks(german, 4, entry_point=direct)
    asks(billing, 1, queue=support)
    knows(alice, german, 3)
    knows(alice, billing, 5)
    knows(bob, german, 4)
    knows(bob, billing, 1)
    steps.go_available(alice)
    steps.go_available(bob)

    chat = steps.open_chat(direct)

    assert holder_of(chat) == "Bob"
    assert chat.contact.asked_skills == f"{german.pk}:4 {billing.pk}:1"


# --- relaxing -----------------------------------------------------------------------
def test_each_step_is_routed_when_it_falls_due(
    alice: Agent,
    bob: Agent,
    support: Queue,
    direct: EntryPoint,
    german: Skill,
    clockwork: Clockwork,
) -> None:
    asks(german, 3, 10, queue=support)
    knows(bob, german, 2)
    steps.go_available(alice)
    clockwork.moves(seconds=1)
    steps.go_available(bob)
    first = steps.open_chat(direct)

    clockwork.passes(seconds=9.9)
    assert holder_of(first) is None

    clockwork.passes(seconds=0.1)
    assert holder_of(first) == "Bob"


def test_in_the_end_the_skill_is_not_asked_for(
    alice: Agent,
    support: Queue,
    direct: EntryPoint,
    german: Skill,
    clockwork: Clockwork,
) -> None:
    asks(german, 2, 10, queue=support)
    steps.go_available(alice)
    chat = steps.open_chat(direct)

    clockwork.passes(seconds=19)
    assert holder_of(chat) is None

    clockwork.passes(seconds=1)
    assert holder_of(chat) == "Alice"


def test_what_never_relaxes_waits_for_whoever_has_it(
    alice: Agent,
    bob: Agent,
    support: Queue,
    direct: EntryPoint,
    german: Skill,
    clockwork: Clockwork,
) -> None:
    asks(german, 1, queue=support)
    knows(bob, german, 1)
    steps.go_available(alice)
    chat = steps.open_chat(direct)
    clockwork.passes(seconds=3600)
    assert holder_of(chat) is None

    steps.go_available(bob)

    assert holder_of(chat) == "Bob"


# --- what it asks for is kept, and changed --------------------------------------------
def test_after_rona_it_asks_and_relaxes_as_before(
    alice: Agent,
    bob: Agent,
    carol: Agent,
    support: Queue,
    direct: EntryPoint,
    german: Skill,
    clockwork: Clockwork,
) -> None:
    asks(german, 3, 60, queue=support)
    knows(bob, german, 3)
    knows(carol, german, 2)
    for agent in (bob, alice, carol):
        steps.go_available(agent)
        clockwork.moves(seconds=1)
    chat = steps.open_chat(direct)
    assert holder_of(chat) == "Bob"

    clockwork.passes(seconds=35)  # Bob does not answer
    assert holder_of(chat) is None

    clockwork.passes(seconds=25)  # the first step since the beginning of the wait
    assert holder_of(chat) == "Carol"


def test_a_transfer_to_another_queue_asks_for_its_skills(
    acme: Organisation,
    front_line: Team,
    alice: Agent,
    bob: Agent,
    support: Queue,
    direct: EntryPoint,
    german: Skill,
    billing: Skill,
) -> None:
    invoices = QueueFactory.create(organisation=acme, name="Bills", teams=[front_line])
    asks(german, 1, entry_point=direct)
    asks(german, 4, queue=support)
    asks(billing, 2, queue=invoices)
    knows(alice, german, 5)
    knows(bob, german, 1)
    knows(bob, billing, 2)
    chat = steps.connected(alice, direct)
    steps.go_available(bob)

    steps.transfer(alice, chat, to=invoices)

    # The page is German in every queue; what the first queue asked is over.
    assert chat.contact.asked_skills == f"{german.pk}:1 {billing.pk}:2"
    assert holder_of(chat) == "Bob"


def test_a_direct_transfer_asks_for_no_skills(
    alice: Agent, bob: Agent, support: Queue, direct: EntryPoint, german: Skill
) -> None:
    asks(german, 4, queue=support)
    knows(alice, german, 4)
    chat = steps.connected(alice, direct)
    steps.go_available(bob)

    steps.transfer(alice, chat, to=bob)

    assert holder_of(chat) == "Bob"


def test_a_search_for_a_conference_asks_for_the_skills(
    alice: Agent,
    bob: Agent,
    carol: Agent,
    sam: Agent,
    support: Queue,
    direct: EntryPoint,
    german: Skill,
    clockwork: Clockwork,
) -> None:
    asks(german, 3, 600, queue=support)
    knows(alice, german, 3)
    knows(sam, german, 3)
    chat = steps.connected(alice, direct)
    for agent in (bob, carol, sam):
        steps.go_available(agent)
        clockwork.moves(seconds=1)
    steps.invite(alice, chat, bob)  # whom Alice names needs no skill

    steps.decline(bob, chat)

    assert shares_of(chat) == [
        ("Alice", "connected"),
        ("Bob", "declined"),
        ("Sam", "offered"),
    ]


def test_what_an_intent_asks_for_goes_with_the_chat_until_an_agent_moves_it(
    acme: Organisation,
    front_line: Team,
    alice: Agent,
    sam: Agent,
    front: EntryPoint,
    robot: Assistant,
    billing: Skill,
) -> None:
    intent = IntentFactory.create(
        assistant=robot, phrases=["invoice"], action="escalate", reply="One moment."
    )
    asks(billing, 2, intent=intent)
    other = QueueFactory.create(organisation=acme, name="Other", teams=[front_line])
    chat = steps.open_chat(front)
    assistants.asks(chat, "My invoice is wrong")
    assert chat.contact.asked_skills == f"{billing.pk}:2"
    steps.go_available(alice)
    assert holder_of(chat) is None

    body = {"reason": "Billing is not there.", "queue": other.pk}
    url = for_agents(chat, "requeue")
    assert client_for(sam).post(url, body, format="json").status_code == 200

    assert chat.contact.asked_skills == ""
    assert holder_of(chat) == "Alice"


# --- changes are routed at once -------------------------------------------------------
def test_a_new_skill_of_an_agent_is_routed_at_once(
    ada: Agent, alice: Agent, support: Queue, direct: EntryPoint, german: Skill
) -> None:
    asks(german, 3, queue=support)
    steps.go_available(alice)
    chat = steps.open_chat(direct)

    body = {"skills": [{"skill": german.pk, "level": 3}]}
    answer = client_for(ada).patch(f"{API}/agents/{alice.pk}/", body, format="json")

    assert answer.json()["skills"] == body["skills"]
    assert holder_of(chat) == "Alice"


@pytest.mark.parametrize("kind", ["queues", "entry-points"])
def test_less_that_is_asked_for_is_routed_at_once(
    ada: Agent,
    alice: Agent,
    support: Queue,
    direct: EntryPoint,
    german: Skill,
    kind: str,
) -> None:
    owner: Any = {"queues": support, "entry-points": direct}[kind]
    name = {"queues": "queue", "entry-points": "entry_point"}[kind]
    asks(german, 3, **{name: owner})
    knows(alice, german, 2)
    steps.go_available(alice)
    chat = steps.open_chat(direct)

    rows = [{"skill": german.pk, "level": 2, "relax_seconds": None}]
    url = f"{API}/{kind}/{owner.pk}/"
    answer = client_for(ada).patch(url, {"asked_skills": rows}, format="json")

    assert answer.json()["asked_skills"] == rows
    assert holder_of(chat) == "Alice"


def test_what_is_asked_for_anew_reaches_a_chat_that_was_moved(
    acme: Organisation,
    ada: Agent,
    alice: Agent,
    direct: EntryPoint,
    german: Skill,
    billing: Skill,
) -> None:
    invoices = QueueFactory.create(organisation=acme, name="Bills")
    moved, other = steps.connected(alice, direct), steps.open_chat(direct)
    steps.transfer(alice, moved, to=invoices)

    for url, skill in (
        (f"{API}/entry-points/{direct.pk}/", german),
        (f"{API}/queues/{invoices.pk}/", billing),
    ):
        rows = [{"skill": skill.pk, "level": 2}]
        answer = client_for(ada).patch(url, {"asked_skills": rows}, format="json")
        assert answer.status_code == 200

    assert moved.contact.asked_skills == f"{german.pk}:2 {billing.pk}:2"
    assert other.contact.asked_skills == f"{german.pk}:2"


def test_a_skill_that_is_not_active_is_asked_for_no_more(
    ada: Agent, alice: Agent, support: Queue, direct: EntryPoint, german: Skill
) -> None:
    asks(german, 3, queue=support)
    steps.go_available(alice)
    chat = steps.open_chat(direct)

    url = f"{API}/skills/{german.pk}/"
    client_for(ada).patch(url, {"is_active": False}, format="json")

    assert chat.contact.asked_skills == ""
    assert holder_of(chat) == "Alice"


def test_an_offer_stays_though_more_is_asked_for_meanwhile(
    ada: Agent, alice: Agent, support: Queue, direct: EntryPoint, german: Skill
) -> None:
    chat = steps.offered(alice, direct)

    rows = [{"skill": german.pk, "level": 2}]
    url = f"{API}/queues/{support.pk}/"
    client_for(ada).patch(url, {"asked_skills": rows}, format="json")

    assert holder_of(chat) == "Alice"
    assert Assignment.objects.count() == 1

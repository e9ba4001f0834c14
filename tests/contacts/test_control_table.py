"""Every control in every situation and role (domain 4.6): the card shows those that
work, and the others are refused and change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contacts.models import Contact
from tests import steps
from tests.steps import client_for, for_agents

if TYPE_CHECKING:
    from agents.models import Agent
    from queues.models import EntryPoint
    from tests.steps import Chat, Json
    from wrapup.models import WrapUpCode

COMMANDS = {
    "accept": "accept",
    "decline": "decline",
    "send": "messages",
    "transfer": "transfer",
    "conference": "conference",
    "conference_cancel": "conference/cancel",
    "conference_drop": "conference/drop",
    "conference_end": "conference/end",
    "conference_exit": "conference/exit",
    "end": "end",
    "wrap_up": "wrap-up",
}

# Situation: who looks, the controls of the card, and how the rest is refused.
OF_OWNER = {"accept": 200, "conference_exit": 403}  # a repeat, and A2's alone
OF_GUEST = {
    "accept": 200,
    **dict.fromkeys(["transfer", "conference", "conference_cancel"], 403),
    **dict.fromkeys(["conference_drop", "conference_end", "end"], 403),
}
SITUATIONS: dict[str, tuple[str, list[str], dict[str, int]]] = {
    "offered": ("Alice", ["accept", "decline"], {"send": 403, "conference_exit": 403}),
    "connected": ("Alice", ["send", "transfer", "conference", "end"], OF_OWNER),
    "pending": (
        "Alice",
        ["send", "transfer", "conference_cancel", "end"],
        OF_OWNER,
    ),
    "asked": ("Bob", ["accept", "decline"], {**OF_GUEST, "accept": 0, "send": 403}),
    "joined": ("Alice", ["send", "conference_drop", "conference_end"], OF_OWNER),
    "guest": ("Bob", ["send", "conference_exit"], OF_GUEST),
    "left": ("Alice", ["end"], OF_OWNER),
    "left_in_conference": ("Alice", ["conference_end"], OF_OWNER),
    # Both ways to end are the same once the chat has ended.
    "wrapup": (
        "Alice",
        ["wrap_up"],
        {"end": 200, "conference_end": 200, "conference_exit": 403},
    ),
}


@pytest.fixture
def people(alice: Agent, bob: Agent, carol: Agent) -> dict[str, Agent]:
    return {"Alice": alice, "Bob": bob, "Carol": carol}


@pytest.fixture
def set_the_scene(people: dict[str, Agent], direct: EntryPoint) -> Any:
    """Return a function that brings Dora's chat into a situation."""
    alice, bob, carol = people.values()

    def scene(situation: str) -> Chat:
        if situation == "offered":
            return steps.offered(alice, direct)
        chat = steps.connected(alice, direct)
        for colleague in (bob, carol):
            steps.go_available(colleague)
        if situation in {"pending", "asked", "joined", "guest", "left_in_conference"}:
            steps.invite(alice, chat, bob)
        if situation in {"joined", "guest", "left_in_conference"}:
            steps.accept(bob, chat)
        if situation in {"left", "left_in_conference"}:
            steps.leave(chat)
        if situation == "wrapup":
            steps.end(alice, chat)
        return chat

    return scene


@pytest.fixture
def bodies(carol: Agent, resolved: WrapUpCode) -> dict[str, Json]:
    return {
        "send": {"client_id": "1", "text": "Hello"},
        "transfer": {"destination_type": "agent", "to": carol.pk},
        "conference": {"agent": carol.pk},
        "wrap_up": {"wrapup_code": resolved.pk},
    }


def do(agent: Agent, chat: Chat, control: str, bodies: dict[str, Json]) -> int:
    response = client_for(agent).post(
        for_agents(chat, COMMANDS[control]), bodies.get(control, {}), format="json"
    )
    return int(response.status_code)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_what_is_not_offered_is_refused_and_changes_nothing(
    situation: str,
    set_the_scene: Any,
    people: dict[str, Agent],
    bodies: dict[str, Json],
) -> None:
    who, shown, others = SITUATIONS[situation]
    chat, agent = set_the_scene(situation), people[who]
    before = (steps.cards_of(agent), steps.lines_of(chat))
    assert before[0][0]["controls"] == shown

    hidden = [control for control in COMMANDS if control not in shown]
    answers = {control: do(agent, chat, control, bodies) for control in hidden}

    assert answers == {control: others.get(control, 409) for control in hidden}
    assert (steps.cards_of(agent), steps.lines_of(chat)) == before


@pytest.mark.parametrize(
    ("situation", "control"),
    [(name, control) for name, row in SITUATIONS.items() for control in row[1]],
)
def test_what_is_offered_works(
    situation: str,
    control: str,
    set_the_scene: Any,
    people: dict[str, Agent],
    bodies: dict[str, Json],
) -> None:
    agent, chat = people[SITUATIONS[situation][0]], set_the_scene(situation)

    assert do(agent, chat, control, bodies) in {200, 201, 204}

    assert Contact.objects.count() == 1

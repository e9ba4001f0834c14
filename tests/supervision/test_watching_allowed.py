"""Who may watch whom, and until when (D32)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from agents.models import Role
from contacts.models import Assignment, Watch
from tests import cast, sockets, steps
from tests.factories import TeamFactory
from tests.steps import refuses
from tests.supervision.watchers import (
    barge,
    cards_in,
    stop,
    take_over,
    watch,
    watched_by,
    whisper,
)

if TYPE_CHECKING:
    from agents.models import Agent, Organisation, Team
    from queues.models import EntryPoint
    from tests.steps import Chat
from tests.supervision.changing import change


@pytest.fixture
def talking(alice: Agent, direct: EntryPoint) -> Chat:
    return steps.connected(alice, direct, customer={"name": "Dora"})


@pytest.fixture
def tia(acme: Organisation, front_line: Team) -> Agent:
    """Another supervisor of the team."""
    return cast.person("Tia", acme, role=Role.SUPERVISOR, teams=[front_line])


def test_one_person_watches_a_contact(sam: Agent, tia: Agent, talking: Chat) -> None:
    watch(sam, talking)

    refuses(watch(tia, talking), 409, "already_watched")

    assert watched_by(talking) == "Sam"
    assert watch(sam, talking).status_code == 200  # again is harmless
    stop(sam, talking)
    assert watch(tia, talking).status_code == 200


def test_the_own_teams_alone(
    sam: Agent, ada: Agent, acme: Organisation, talking: Chat
) -> None:
    sam.teams.set([TeamFactory.create(organisation=acme, name="Others")])

    refuses(watch(sam, talking), 403, "forbidden")

    assert watched_by(talking) is None
    assert watch(ada, talking).status_code == 200


def test_nobody_watches_what_nobody_talks_in(
    sam: Agent, alice: Agent, direct: EntryPoint
) -> None:
    waiting = steps.open_chat(direct)
    refuses(watch(sam, waiting), 409, "wrong_state")
    steps.go_available(alice)
    refuses(watch(sam, waiting), 409, "wrong_state")
    steps.accept(alice, waiting)
    steps.leave(waiting)

    refuses(watch(sam, waiting), 409, "wrong_state")

    assert not Watch.objects.exists()


def test_nobody_watches_themselves(sam: Agent, tia: Agent, direct: EntryPoint) -> None:
    own = steps.connected(sam, direct)

    refuses(watch(sam, own), 409, "wrong_state")

    assert watched_by(own) is None
    assert watch(tia, own).status_code == 200


@pytest.mark.parametrize(
    ("power", "command"),
    [
        ("may_watch", watch),
        ("may_whisper", lambda who, chat: watch(who, chat, "whisper")),
        ("may_whisper", whisper),
        ("may_barge", barge),
        ("may_take_over", take_over),
    ],
    ids=["watch", "watch-to-whisper", "whisper", "barge", "take-over"],
)
def test_each_power_can_be_taken_away(
    sam: Agent, ada: Agent, talking: Chat, power: str, command: Any
) -> None:
    if command is whisper:
        watch(sam, talking)
    change(ada, sam, **{power: False})
    before = steps.lines_of(talking)

    refuses(command(sam, talking), 403, "forbidden")

    assert steps.lines_of(talking) == before
    assert [s.agent.display_name for s in Assignment.objects.all()] == ["Alice"]


def test_the_card_offers_what_is_allowed(sam: Agent, ada: Agent, talking: Chat) -> None:
    watch(sam, talking)
    with sockets.desk_of(sam) as desk:
        change(ada, sam, may_whisper=False, may_barge=False)
        [card] = cards_in(desk.heard())

    assert card["controls"] == ["watch_end", "take_over"]
    watch(ada, talking)  # refused: Sam still does
    assert watched_by(talking) == "Sam"


def test_an_administrator_watches_and_takes_nothing(ada: Agent, talking: Chat) -> None:
    assert watch(ada, talking, "whisper").status_code == 200

    [card] = steps.cards_of(ada)
    assert card["controls"] == ["watch_end", "whisper"]
    refuses(barge(ada, talking), 403, "forbidden")
    refuses(take_over(ada, talking), 403, "forbidden")
    assert Assignment.objects.get().agent.display_name == "Alice"

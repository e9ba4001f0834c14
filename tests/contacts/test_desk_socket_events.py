"""What an open desk hears of what happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contacts import jobs
from contacts.models import Assignment
from core import clock
from tests import sockets, steps
from tests.steps import API, client_for, for_agents

if TYPE_CHECKING:
    from agents.models import Agent
    from queues.models import EntryPoint
    from tests.stage import Later
    from tests.steps import Chat


# --- events -------------------------------------------------------------------
def test_an_offer_rings(alice: Agent, direct: EntryPoint) -> None:
    steps.go_available(alice)
    with sockets.desk_of(alice) as desk:
        steps.open_chat(direct)

        frame = desk.read_until("card")

    assert frame.keys() == {"type", "card"}
    assert frame["card"] == steps.cards_of(alice)[0]


def test_an_accept_shows_on_every_desk(alice: Agent, offered: Chat) -> None:
    with sockets.desk_of(alice) as desk, sockets.desk_of(alice) as other_desk:
        card = steps.accept(alice, offered)

        for each in (desk, other_desk):
            frames = each.heard()
            assert {"type": "card", "card": card} in frames
            [joined] = [f["message"] for f in frames if f["type"] == "message"]
            assert joined["event"]["code"] == "agent_joined"


def rona(alice: Agent, chat: Chat) -> None:
    Assignment.objects.update(rona_at=clock.now())
    jobs.expire_offers(clock.now())


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (steps.decline, "declined"),
        (lambda alice, chat: steps.leave(chat), "withdrawn"),
        (lambda alice, chat: steps.go_idle(alice), "declined"),
        (rona, "rona"),
    ],
    ids=["decline", "leave", "idle", "rona"],
)
def test_a_card_goes_with_its_reason(
    alice: Agent, offered: Chat, happens: Any, reason: str
) -> None:
    with sockets.desk_of(alice) as desk:
        happens(alice, offered)

        removed = [f for f in desk.heard() if f["type"] == "card_removed"]

    assert removed == [
        {"type": "card_removed", "contact": str(offered.id), "reason": reason}
    ]


def test_a_card_goes_when_all_is_done(alice: Agent, ended: Chat, resolved: Any) -> None:
    with sockets.desk_of(alice) as desk:
        steps.wrap_up(alice, ended, resolved)

        frames = desk.heard()

    assert frames == [
        {"type": "card_removed", "contact": str(ended.id), "reason": "completed"}
    ]


def test_a_change_of_state_shows_on_every_desk(alice: Agent) -> None:
    with sockets.desk_of(alice) as desk, sockets.desk_of(alice) as other_desk:
        me = steps.go_available(alice)

        for each in (desk, other_desk):
            assert {"type": "me", "me": me} in each.heard()


def test_the_system_puts_into_rona_and_says_so(alice: Agent, offered: Chat) -> None:
    with sockets.desk_of(alice) as desk:
        rona(alice, offered)

        [me] = [frame["me"] for frame in desk.heard() if frame["type"] == "me"]

    assert me["state"] == "rona"


def test_messages_bring_the_card_again_with_the_next_sweep(
    alice: Agent, talking: Chat
) -> None:
    with sockets.desk_of(alice) as desk:
        for number in range(5):
            steps.say(talking, f"Line {number}")
        assert "card" not in desk.heard_kinds()

        jobs.send_cards(clock.now())

        [card] = [f["card"] for f in desk.heard() if f["type"] == "card"]
    assert (card["unread"], card["last_seq"]) == (5, 6)
    assert card["last_message"]["text"] == "Line 4"


def test_signing_out_closes_every_desk(alice: Agent) -> None:
    with sockets.desk_of(alice) as desk, sockets.desk_of(alice) as other_desk:
        client_for(alice).post(f"{API}/me/sign-out/")

        assert [desk.close_code(), other_desk.close_code()] == [4401, 4401]
    alice.refresh_from_db()
    assert alice.state == "offline"


def test_an_event_over_rest_reaches_nobody_else(
    alice: Agent, bob: Agent, offered: Chat, later: Later
) -> None:
    with sockets.desk_of(bob) as desk:
        desk.heard()

        client_for(alice).post(for_agents(offered, "accept"))

        assert desk.heard() == []

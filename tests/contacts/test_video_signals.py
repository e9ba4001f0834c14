"""Signalling of video calls: from one end to the other, page to page, and to nobody
else; ends that are out of reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from agents.models import ServerProcess
from contacts.models import VideoCall
from tests import sockets, steps
from tests.contacts.test_video import A1_LEFT, D_LEFT, answer, outcome, ring, stop
from tests.steps import token_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from pytest_django import Settings

    from agents.models import Agent
    from tests.clockwork import Clockwork
    from tests.sockets import Socket as Wire
    from tests.steps import Chat, Json


def desk_at(agent: Agent, tab: str) -> AbstractContextManager[Wire]:
    return sockets.desk_of(agent, tab=tab)


def page_at(chat: Chat, tab: str) -> AbstractContextManager[Wire]:
    return sockets.page_of(chat, tab=tab)


@pytest.fixture
def live(alice: Agent, talking: Chat) -> Chat:
    ring(alice, talking, tab="desk-1")
    answer(talking, "accept", tab="page-1")
    return talking


@pytest.fixture
def desk(alice: Agent, live: Chat) -> Iterator[Wire]:
    with desk_at(alice, "desk-1") as desk:
        yield desk


@pytest.fixture
def page(live: Chat) -> Iterator[Wire]:
    with page_at(live, "page-1") as page:
        yield page


def signals(socket: Wire) -> list[Any]:
    return [f["data"] for f in socket.heard() if f["type"] == "signal"]


def refusal(socket: Wire, chat: Chat, data: Json | None = None) -> str:
    socket.send("signal", contact=chat.id, data={"n": 1} if data is None else data)
    return str(socket.read_until("error")["code"])


def test_each_end_hears_the_other(live: Chat, desk: Wire, page: Wire) -> None:
    desk.send("signal", contact=live.id, data={"description": {"sdp": "v=0"}})
    heard = page.read_until("signal")
    page.send("signal", data={"candidate": None})
    back = desk.read_until("signal")

    assert heard["contact"] == str(live.id)
    assert heard["data"] == {"description": {"sdp": "v=0"}}
    assert back["data"] == {"candidate": None}
    assert signals(desk) == []
    assert signals(page) == []


def test_it_reaches_the_page_of_the_call_alone(
    alice: Agent, bob: Agent, live: Chat, desk: Wire, page: Wire
) -> None:
    steps.go_available(bob)
    steps.invite(alice, live, bob)
    steps.accept(bob, live)
    with (
        desk_at(alice, "desk-2") as other_desk,
        sockets.desk_of(alice) as nameless,
        desk_at(bob, "desk-1") as bobs,
        page_at(live, "page-2") as other_page,
    ):
        desk.send("signal", contact=live.id, data={"n": 1})
        page.send("signal", data={"n": 2})

        assert page.read_until("signal")["data"] == {"n": 1}
        assert desk.read_until("signal")["data"] == {"n": 2}
        for other in (other_desk, nameless, bobs, other_page):
            assert signals(other) == []


def test_nobody_but_the_two_pages_may_signal(
    alice: Agent, bob: Agent, gina: Agent, live: Chat, desk: Wire, page: Wire
) -> None:
    steps.go_available(bob)
    steps.invite(alice, live, bob)
    steps.accept(bob, live)

    with (
        desk_at(alice, "desk-2") as other_desk,
        desk_at(bob, "desk-1") as bobs,
        desk_at(gina, "desk-1") as ginas,
        page_at(live, "page-2") as other_page,
    ):
        for other in (other_desk, bobs, ginas, other_page):
            assert refusal(other, live) == "no_call"

    assert signals(desk) == []
    assert signals(page) == []
    call = VideoCall.objects.get()
    assert (call.agent_socket, call.customer_socket) == (None, None)


def test_a_customer_signals_in_the_own_chat_alone(
    alice: Agent, live: Chat, desk: Wire, waiting: Chat
) -> None:
    with page_at(waiting, "page-1") as stranger:
        assert refusal(stranger, live) == "forbidden"
        assert refusal(stranger, waiting) == "no_call"

    assert signals(desk) == []


def test_a_former_agent_signals_no_more(
    alice: Agent, bob: Agent, live: Chat, desk: Wire, page: Wire
) -> None:
    steps.go_available(bob)
    steps.transfer(alice, live, to=bob)
    assert refusal(desk, live) == "no_call"
    assert refusal(page, live) == "no_call"

    steps.accept(bob, live)
    ring(bob, live, tab="desk-1")
    answer(live, "accept", tab="page-1")

    assert refusal(desk, live) == "no_call"
    assert signals(page) == []


def test_after_the_call_there_is_no_signalling(
    alice: Agent, live: Chat, desk: Wire, page: Wire
) -> None:
    stop(alice, live)

    assert refusal(desk, live) == "no_call"
    assert refusal(page, live) == "no_call"


def test_what_is_no_signal_or_too_long_is_refused(
    live: Chat, desk: Wire, page: Wire
) -> None:
    assert refusal(page, live, {"x": "y" * 33_000}) == "invalid"
    page.send("signal", data="v=0")
    assert page.read_until("error")["code"] == "invalid"
    page.send("signal", data=None)
    assert page.read_until("error")["code"] == "invalid"

    assert signals(desk) == []


def test_floods_are_bounded(
    live: Chat, desk: Wire, page: Wire, settings: Settings
) -> None:
    settings.SIGNALS_PER_MINUTE = 5
    for n in range(8):
        page.send("signal", data={"n": n})

    errors = [f for f in page.heard() if f["type"] == "error"]
    assert [error["code"] for error in errors] == ["too_many"] * 3
    assert all(0 < error["retry_after"] <= 60 for error in errors)
    assert [data["n"] for data in signals(desk)] == [0, 1, 2, 3, 4]
    # The other end is not held up.
    desk.send("signal", contact=live.id, data={"n": 9})
    assert page.read_until("signal")["data"] == {"n": 9}


# --- who is out of reach ------------------------------------------------------------
def lives_on(clockwork: Clockwork, *, seconds: int) -> None:
    """Let time pass in which the sockets that are open stay so."""
    for _ in range(seconds // 10):
        clockwork.moves(seconds=10)
        ServerProcess.objects.update(seen_at=clockwork.now)
        clockwork.sweeps()


def are_here(chat: Chat, desk: Wire, page: Wire) -> None:
    """Let both pages say that they are there."""
    for each in (desk, page):
        each.send("signal", contact=chat.id, data={"hello": True})
        each.heard()


@pytest.mark.parametrize("who", ["agent", "customer"])
def test_an_end_that_stays_away_ends_the_call(
    live: Chat, desk: Wire, page: Wire, clockwork: Clockwork, who: str
) -> None:
    are_here(live, desk, page)
    lives_on(clockwork, seconds=60)
    assert VideoCall.objects.get().state == "live"

    (desk if who == "agent" else page).leave()
    lives_on(clockwork, seconds=30)
    assert VideoCall.objects.get().lost_end == who
    lives_on(clockwork, seconds=10)

    assert outcome() == ("lost", who)
    assert steps.texts_of(live)[-1] == (A1_LEFT if who == "agent" else D_LEFT)
    assert live.contact.state == "connected"


def test_an_end_that_comes_back_in_time_goes_on(
    live: Chat, desk: Wire, page: Wire, clockwork: Clockwork
) -> None:
    are_here(live, desk, page)
    page.leave()
    lives_on(clockwork, seconds=20)
    assert VideoCall.objects.get().lost_end == "customer"

    with page_at(live, "page-1") as again:
        are_here(live, desk, again)
        lives_on(clockwork, seconds=60)

    call = VideoCall.objects.get()
    assert (call.state, call.lost_end, call.lost_until) == ("live", "", None)


def test_nobody_is_given_up_for_a_time_in_which_nobody_looked(
    alice: Agent, live: Chat, desk: Wire, clockwork: Clockwork
) -> None:
    clockwork.runs(seconds=10)
    clockwork.moves(seconds=300)
    clockwork.sweeps()

    assert VideoCall.objects.get().state == "live"


def test_who_joins_and_never_signals_is_given_up(
    alice: Agent, live: Chat, clockwork: Clockwork
) -> None:
    clockwork.runs(seconds=50)

    assert outcome() == ("lost", "customer")


def test_a_desk_without_a_name_hears_what_is_for_no_page(
    alice: Agent, talking: Chat
) -> None:
    ring(alice, talking)
    answer(talking, "accept")
    with sockets.desk_of(alice) as desk, sockets.page_of(talking) as page:
        page.send("signal", data={"n": 1})
        assert desk.read_until("signal")["data"] == {"n": 1}


def test_a_bad_name_of_a_page_is_none(alice: Agent, live: Chat) -> None:
    with sockets.opened(
        "/ws/desk/?tab=desk-1%0A", authorization=f"Bearer {token_of(alice)}"
    ) as desk:
        assert desk.read()["type"] == "welcome"
        assert refusal(desk, live) == "no_call"

"""What customers are told while they wait: a place, a time, or that nobody is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contacts import jobs
from core import clock
from tests import sockets, steps
from tests.steps import API, client_for

if TYPE_CHECKING:
    from agents.models import Agent
    from queues.models import EntryPoint
    from tests.clockwork import Clockwork
    from tests.steps import Chat


def view_of(chat: Chat) -> steps.Json:
    view: steps.Json = steps.customer_of(chat).get(steps.for_customers(chat)).json()
    return view


def test_the_wait_is_estimated_by_the_answers_of_the_last_hour(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    for _ in range(3):
        clockwork.moves(seconds=40)
        steps.connected(alice, direct)
    first = steps.open_chat(direct)
    clockwork.moves(seconds=1)
    chats = [first, steps.open_chat(direct)]

    estimates = [view_of(chat)["estimated_wait_seconds"] for chat in chats]
    steps.choose(alice, "idle")
    clockwork.moves(seconds=3700)
    later = view_of(chats[0])["estimated_wait_seconds"]

    assert estimates == [40, 80]
    assert later is None


def test_a_queue_that_nobody_serves_now_promises_no_time(
    alice: Agent, direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.open_chat(direct)
    with sockets.page_of(chat) as page:
        assert page.welcome["contact"]["attended"] is False
        with sockets.desk_of(alice):
            jobs.send_positions(clock.now())
            [come] = [f["contact"] for f in page.heard() if f["type"] == "contact"]
        client_for(alice).post(f"{API}/me/sign-out/")
        jobs.send_positions(clock.now())
        [gone] = [f["contact"] for f in page.heard() if f["type"] == "contact"]

    assert (come["attended"], come["queue_position"]) == (True, 1)
    assert (gone["attended"], gone["estimated_wait_seconds"]) == (False, None)


def test_who_is_handed_to_an_agent_stands_in_no_line(
    alice: Agent, bob: Agent, talking: Chat
) -> None:
    steps.go_available(bob)
    steps.transfer(alice, talking, to=bob)

    view = view_of(talking)

    assert (view["state"], view["queue_position"]) == ("offered", None)
    assert view["attended"] is True

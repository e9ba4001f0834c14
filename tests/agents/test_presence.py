"""Who is reachable: sockets as rows, and what becomes of people who are not (4.7)."""

from __future__ import annotations

from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import InterfaceError, OperationalError

from agents import addresses
from agents.models import Presence, ServerProcess, Socket
from agents.services import presence
from contacts.consumers.pulse import PROCESS
from core import redis
from tests import sockets, steps
from tests.agents.servers import Server
from tests.contacts.floor import state_of
from tests.steps import API, client_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from agents.models import Agent
    from queues.models import EntryPoint
    from tests.clockwork import Clockwork
    from tests.stage import Counted
    from tests.steps import Chat


def heard_at(address: str) -> object:
    return Presence.objects.get(address=address).last_heard_at


# --- sockets are rows ---------------------------------------------------------------
def test_an_open_desk_is_a_row_until_it_closes(
    alice: Agent, clockwork: Clockwork
) -> None:
    with sockets.desk_of(alice) as desk:
        row = Socket.objects.get()
        assert (row.address, row.process) == (alice.address, PROCESS)
        assert ServerProcess.objects.get(pk=PROCESS).seen_at == clockwork.now
        clockwork.moves(seconds=3)
        desk.leave()

    assert not Socket.objects.exists()
    assert heard_at(alice.address) == clockwork.now


def test_an_open_chat_page_is_a_row_too(
    direct: EntryPoint, clockwork: Clockwork
) -> None:
    chat = steps.open_chat(direct)

    with sockets.page_of(chat):
        assert Socket.objects.get().address == addresses.of_customer(chat.id)

    assert not Socket.objects.exists()
    assert Presence.objects.filter(address=addresses.of_customer(chat.id)).exists()


def test_two_desks_of_one_agent_are_two_rows(
    alice: Agent, clockwork: Clockwork
) -> None:
    with sockets.desk_of(alice) as first, sockets.desk_of(alice):
        assert Socket.objects.filter(address=alice.address).count() == 2
        first.leave()

        assert Socket.objects.filter(address=alice.address).count() == 1
        assert state_of(alice) == "idle"


@pytest.mark.parametrize("number", [1, 30])
def test_a_process_says_that_it_is_there_in_one_row(
    alice: Agent,
    clockwork: Clockwork,
    server: Server,
    django_assert_num_queries: Callable[[int], AbstractContextManager[Any]],
    number: int,
) -> None:
    for _ in range(number):
        server.opens(alice.address)
    elsewhere = uuid4()
    presence.open_sockets(
        sockets={uuid4(): "agent.0"}, process=elsewhere, now=clockwork.now
    )
    started = clockwork.now
    clockwork.moves(seconds=5)

    with django_assert_num_queries(2) as captured:
        server.refreshes()

    verbs = [query["sql"].split()[0] for query in captured]
    assert verbs == ["UPDATE", "SELECT"]
    seen = dict(ServerProcess.objects.values_list("pk", "seen_at"))
    assert seen == {PROCESS: clockwork.now, elsewhere: started}


def test_many_sockets_are_noted_at_the_cost_of_one(
    clockwork: Clockwork, counted: Counted
) -> None:
    def come_and_go(number: int) -> tuple[int, int]:
        # Two of each person.
        there = {uuid4(): f"agent.{n // 2}" for n in range(number)}
        now = clockwork.now
        opening = counted(
            lambda: presence.open_sockets(sockets=there, process=PROCESS, now=now)
        )
        assert dict(Socket.objects.values_list("pk", "address")) == there
        clockwork.moves(seconds=5)
        ending = counted(
            lambda: presence.close_sockets(sockets=there, now=clockwork.now)
        )
        assert not Socket.objects.exists()
        assert {heard_at(address) for address in there.values()} == {clockwork.now}
        return opening, ending

    few = come_and_go(1)

    assert come_and_go(30) == few


@pytest.mark.django_db
def test_what_is_noted_again_is_there_once(clockwork: Clockwork) -> None:
    first, second = uuid4(), uuid4()
    elsewhere = uuid4()
    began = clockwork.now
    presence.touch(address="agent.2", now=began, acted=True)
    presence.open_sockets(sockets={first: "agent.2"}, process=elsewhere, now=began)
    clockwork.moves(seconds=5)
    again = {first: "agent.1", second: "agent.2", uuid4(): "agent.2"}

    presence.open_sockets(sockets=again, process=PROCESS, now=clockwork.now)

    assert dict(Socket.objects.values_list("pk", "address")) == {
        **again,
        first: "agent.2",
    }
    assert Socket.objects.get(pk=first).process == elsewhere
    assert dict(ServerProcess.objects.values_list("pk", "seen_at")) == {
        elsewhere: began,
        PROCESS: clockwork.now,
    }
    signs = Presence.objects.values_list("address", "last_heard_at", "last_acted_at")
    assert set(signs) == {
        ("agent.1", clockwork.now, None),
        ("agent.2", clockwork.now, began),
    }


def test_the_sockets_of_a_silent_process_are_closed_since_it_was_last_there(
    alice: Agent, bob: Agent, clockwork: Clockwork, server: Server
) -> None:
    server.opens(alice.address)
    clockwork.moves(seconds=1)
    Server(clockwork, process=uuid4()).opens(bob.address)
    last_seen = clockwork.now - timedelta(seconds=1)

    clockwork.passes(seconds=14)

    assert list(Socket.objects.values_list("address", flat=True)) == [bob.address]
    assert heard_at(alice.address) == last_seen


def test_sockets_that_were_taken_for_dead_are_open_again(
    alice: Agent, server: Server, clockwork: Clockwork
) -> None:
    """A process that could not say a word for a while is not a dead one."""
    steps.go_available(alice)
    server.opens(alice.address)
    clockwork.runs(seconds=20)
    assert not Socket.objects.exists()

    server.runs(seconds=200)

    assert Socket.objects.get().address == alice.address
    assert state_of(alice) == "available"


def test_an_end_that_could_not_be_noted_is_noted_with_the_next_beat(
    alice: Agent, server: Server, clockwork: Clockwork
) -> None:
    server.opens(alice.address)
    server.sockets.clear()

    server.runs(seconds=5)

    assert not Socket.objects.exists()


@pytest.mark.parametrize("error", [InterfaceError("gone"), RuntimeError("a fault")])
def test_an_open_desk_is_refreshed_again_whatever_failed(
    alice: Agent, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    refresh, is_refreshed = presence.refresh, Event()
    failures = iter([error] * 4)

    def fails_at_first(**values: Any) -> None:
        for failure in failures:
            raise failure
        refresh(**values)
        is_refreshed.set()

    monkeypatch.setattr(presence, "REFRESH_SECONDS", 0.01)
    monkeypatch.setattr(presence, "refresh", fails_at_first)

    with sockets.desk_of(alice):
        assert is_refreshed.wait(sockets.PATIENCE)
        assert Socket.objects.get().address == alice.address
        sockets.errors.records.clear()


@pytest.mark.parametrize(
    "error",
    [OperationalError("restarted"), InterfaceError("gone"), RuntimeError("a fault")],
)
@pytest.mark.parametrize("times", [1, 2, 3])
def test_what_somebody_did_is_noted_whatever_failed(
    alice: Agent,
    talking: Chat,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    times: int,
) -> None:
    refresh, is_noted = presence.refresh, Event()
    failures = iter([error] * times)

    def fails_at_first(**values: Any) -> None:
        if values["acted"]:
            for failure in failures:
                raise failure
        refresh(**values)
        noted = Presence.objects.filter(last_acted_at__isnull=False)
        if values["acted"] and noted.exists():
            is_noted.set()

    monkeypatch.setattr(presence, "REFRESH_SECONDS", 0.01)
    monkeypatch.setattr(presence, "refresh", fails_at_first)

    with sockets.desk_of(alice) as desk:
        Presence.objects.update(last_acted_at=None)
        is_noted.clear()
        desk.say(talking, "Hello")

        assert is_noted.wait(sockets.PATIENCE)
        sockets.errors.records.clear()


# --- tidying up ---------------------------------------------------------------------
def test_what_is_known_of_people_long_gone_is_forgotten(
    alice: Agent, bob: Agent, direct: EntryPoint, clockwork: Clockwork, server: Server
) -> None:
    client_for(alice).get(f"{API}/me/")
    server.opens(bob.address)
    chat: Chat = steps.open_chat(direct)
    steps.customer_of(chat).get(steps.for_customers(chat))
    clockwork.moves(seconds=2 * 24 * 3600)
    server.refreshes()

    clockwork.sweeps()

    of_customer = addresses.of_customer(chat.id)
    known = set(Presence.objects.values_list("address", flat=True))
    # The customer's chat is open: somebody has to give it up first.
    assert known == {bob.address, of_customer}
    clockwork.runs(seconds=600)
    clockwork.passes(seconds=1)
    assert not Presence.objects.filter(address=of_customer).exists()
    assert redis.client().ping()

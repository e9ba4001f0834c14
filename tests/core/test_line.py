"""Who is connected already is served between those who come."""

from __future__ import annotations

import asyncio
import gc
from contextlib import ExitStack
from typing import TYPE_CHECKING
from weakref import ref

import pytest

from core import line as lines
from core.hub import hub
from core.line import line
from tests import sockets

if TYPE_CHECKING:
    from agents.models import Agent


class Deaf:
    """Somebody who listens, and does nothing of what is said."""

    socket_id = "deaf"

    def push(self, text: str) -> None:
        raise NotImplementedError

    def finish(self, code: int) -> None:
        raise NotImplementedError


HEAD = b"GET /healthz/live HTTP/1.1\r\nHost: 127.0.0.1\r\n"


@pytest.fixture
def one_at_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lines.TURN_SECONDS == 0.005
    monkeypatch.setattr(lines, "TURN_SECONDS", 0.0)


@pytest.mark.usefixtures("one_at_a_turn")
def test_others_have_their_turn_between_newcomers() -> None:
    order: list[str] = []

    async def come_at_once() -> None:
        done = asyncio.Event()
        for number in range(3):
            line().join(lambda number=number: order.append(f"new {number}"))  # type: ignore[misc]
        asyncio.get_running_loop().call_soon(order.append, "there already")
        line().join(done.set)
        await done.wait()

    asyncio.run(come_at_once())

    assert order == ["new 0", "there already", "new 1", "new 2"]


def test_a_newcomer_who_fails_keeps_nobody_waiting() -> None:
    said: list[str] = []

    async def come() -> None:
        loop, done = asyncio.get_running_loop(), asyncio.Event()
        loop.set_exception_handler(lambda _, context: said.append(context["message"]))
        line().join(lambda: 1 // 0)
        line().join(done.set)
        await asyncio.wait_for(done.wait(), 10)

    asyncio.run(come())

    assert len(said) == 1


@pytest.mark.usefixtures("one_at_a_turn")
def test_many_who_come_at_once_are_all_served(alice: Agent) -> None:
    with sockets.desk_of(alice) as desk, sockets.running() as server, ExitStack() as at:
        comers = [at.enter_context(server.dial()) for _ in range(40)]
        for number, comer in enumerate(comers):
            comer.sendall(HEAD + b"\r\n" if number % 2 else HEAD)
        comers[0].close()  # gone before its turn, perhaps
        for comer in comers[2::2]:
            comer.sendall(b"\r\n")
        desk.send("ping")

        assert desk.read_until("pong")
        for comer in comers[1:]:
            assert comer.recv(65536).startswith(b"HTTP/1.1 200")


def test_a_loop_that_is_over_is_forgotten() -> None:
    async def come() -> None:
        done = asyncio.Event()
        line().join(done.set)
        await done.wait()
        listener = Deaf()
        await hub().join("somebody", listener)
        await hub().leave("somebody", listener)

    loop = asyncio.new_event_loop()
    known = ref(loop)

    loop.run_until_complete(come())
    loop.close()
    del loop
    gc.collect()

    assert known() is None

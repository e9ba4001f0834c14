"""What is over is freed at once: nothing waits for the collector of garbage, which
holds up all others while it looks."""

from __future__ import annotations

import gc
import weakref
from threading import Event
from typing import TYPE_CHECKING

import pytest

from contacts.consumers.chat import ChatConsumer
from contacts.consumers.desk import DeskConsumer
from core.wire import Sockets
from tests import sockets
from tests.sockets import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agents.models import Agent
    from tests.steps import Chat

OF_SOCKETS = {ChatConsumer, DeskConsumer, Sockets}


@pytest.fixture
def uncollected() -> Iterator[None]:
    """Collect no garbage."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def of_sockets() -> Iterator[object]:
    return (part for part in gc.get_objects() if type(part) in OF_SOCKETS)


@pytest.mark.usefixtures("uncollected")
def test_a_socket_that_is_over_is_freed_at_once(alice: Agent, talking: Chat) -> None:
    others = {id(part) for part in of_sockets()}
    freed = []
    with sockets.desk_of(alice) as desk, sockets.page_of(talking) as page:
        page.say(talking, "Hello")
        desk.read_until("message")
        desk.say(talking, "Good morning")
        page.read_until("message")
        for part in of_sockets():
            if id(part) not in others:
                freed.append(Event())
                weakref.finalize(part, freed[-1].set)
        del part

    assert len(freed) == 4
    assert all(event.wait(PATIENCE) for event in freed)

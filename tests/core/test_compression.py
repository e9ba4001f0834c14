"""Large frames are compressed where the client offers it; small ones are not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from core import realtime
from tests import sockets, steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agents.models import Agent
    from tests.sockets import Socket

HEAD = len(json.dumps({"type": "event", "text": ""}, separators=(",", ":")))


@pytest.fixture
def desk(alice: Agent) -> Iterator[Socket]:
    bearer = f"Bearer {steps.token_of(alice)}"
    with sockets.opened("/ws/desk/", compressed=True, authorization=bearer) as desk:
        assert desk.is_compressed
        desk.address = alice.address
        desk.read_until("welcome")
        yield desk


def came(desk: Socket, text: str) -> tuple[bool, int]:
    """Send an event; return whether it came compressed, and its bytes on the wire."""
    frames = desk.frames_on_the_wire()
    realtime.publish("event", {"text": text}, to=[desk.address])
    assert desk.read_until("event") == {"type": "event", "text": text}
    return frames[-1].rsv1, len(frames[-1].data)


@pytest.mark.telling
@pytest.mark.parametrize("size", [50, 125, 126, 127, 1000, 1199])
def test_small_frames_leave_as_they_are(desk: Socket, size: int) -> None:
    assert came(desk, "x" * (size - HEAD)) == (False, size)


@pytest.mark.parametrize("text", ["x" * (1200 - HEAD), "x" * 100_000, "ü" * 700])
def test_large_frames_are_compressed(desk: Socket, text: str) -> None:
    is_compressed, size = came(desk, text)

    assert is_compressed
    assert size < len(text.encode()) / 5


def test_small_and_large_frames_take_turns(desk: Socket) -> None:
    texts = ("one", "two " * 1000, "three", "four " * 1000)

    assert [came(desk, text)[0] for text in texts] == [False, True, False, True]


def test_a_small_frame_overtakes_no_large_one(desk: Socket) -> None:
    sizes = (5000, 1, 1, 5000, 1, 100_000, 1)
    events = [
        realtime.Event("event", {"number": n, "text": "x" * size}, [desk.address])
        for n, size in enumerate(sizes)
    ]

    realtime.publish_each(events)

    heard = [desk.read_until("event")["number"] for _ in sizes]
    assert heard == [*range(len(sizes))]

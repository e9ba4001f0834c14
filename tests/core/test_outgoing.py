"""What waits for a reader who is slow."""

from __future__ import annotations

import asyncio

import pytest

from core import outgoing
from core.outgoing import Finish, Outgoing


async def taken(out: Outgoing) -> list[str | Finish]:
    """Return what goes out, up to the close."""
    frames: list[str | Finish] = []
    while not frames or not isinstance(frames[-1], Finish):
        frames.append(await out.take())
    return frames


async def test_frames_go_out_in_their_order_up_to_the_close() -> None:
    out = Outgoing()
    for text in ("one", "two"):
        out.put(text)
    out.finish(4408)
    out.put("too late")
    out.finish(4401)

    assert await taken(out) == ["one", "two", Finish(4408)]


async def test_who_is_too_many_frames_behind_is_let_go_and_may_resume() -> None:
    out = Outgoing()
    for number in range(outgoing.MAX_WAITING + 1):
        out.put(f"frame {number}")
    out.put("too late")

    assert await taken(out) == [Finish(1013)]


async def test_who_is_too_many_bytes_behind_is_let_go_and_may_resume(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert outgoing.MAX_BYTES == 8 * 1024 * 1024
    monkeypatch.setattr(outgoing, "MAX_BYTES", 100)
    out = Outgoing()
    out.put("x" * 500)  # however long it is, one frame can be read

    assert await out.take() == "x" * 500

    out.put("x" * 90)
    out.put("x" * 20)
    out.put("one more")
    assert await taken(out) == [Finish(1013)]


async def test_bytes_are_counted_whatever_the_alphabet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outgoing, "MAX_BYTES", 100)
    out = Outgoing()
    out.put("ж" * 60)
    out.put("one more")

    assert await taken(out) == [Finish(1013)]


async def test_there_is_room_once_most_has_been_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outgoing, "ROOM_BYTES", 100)
    out = Outgoing()
    out.put("x" * 90)
    await out.room()
    out.put("x" * 90)
    room = asyncio.ensure_future(out.room())
    await asyncio.sleep(0)
    assert not room.done()

    await out.take()

    await room


async def test_what_is_held_comes_behind_the_first_frame() -> None:
    out = Outgoing()
    out.hold()
    out.put("meanwhile")
    out.finish(4409)
    first = asyncio.ensure_future(out.take())
    await asyncio.sleep(0)
    assert not first.done()

    out.begin("welcome")

    assert await first == "welcome"
    assert await taken(out) == ["meanwhile", Finish(4409)]


async def test_what_is_held_has_an_end_too() -> None:
    out = Outgoing()
    out.hold()
    for number in range(outgoing.MAX_WAITING + 1):
        out.put(f"frame {number}")

    out.begin("welcome")

    assert await taken(out) == [Finish(1013)]


async def test_the_way_is_clear_while_somebody_waits_for_the_next_frame() -> None:
    out = Outgoing()
    before = out.is_clear
    frame = asyncio.ensure_future(out.take())
    await asyncio.sleep(0)
    while_awaited = out.is_clear
    out.put("one")
    while_it_waits = out.is_clear
    await frame
    while_it_is_sent = out.is_clear

    assert while_awaited
    assert not before
    assert not while_it_waits
    assert not while_it_is_sent


async def test_the_way_is_not_clear_while_frames_are_held_or_it_is_over() -> None:
    out = Outgoing()
    frame = asyncio.ensure_future(out.take())
    await asyncio.sleep(0)
    out.hold()
    while_held = out.is_clear
    out.begin("welcome")
    out.finish(4409)

    assert not while_held
    assert not out.is_clear
    assert await frame == "welcome"

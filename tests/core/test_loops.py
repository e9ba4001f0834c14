"""Endless loops: no exception ends them, and somebody hears of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core import loops
from core.loops import Loop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.clockwork import Clockwork


@pytest.fixture
def loop(clockwork: Clockwork) -> Iterator[Loop]:
    loop = Loop("chores", outages=(OSError,))
    yield loop
    loop.went_well()


def goes_round(loop: Loop, error: Exception | None = None) -> None:
    with loop.goes_on():
        if error:
            raise error


@pytest.mark.parametrize(
    "error", [OSError("away"), ValueError("a fault"), TimeoutError(), StopIteration()]
)
def test_whatever_fails_is_told_until_a_round_goes_well(
    loop: Loop, error: Exception
) -> None:
    goes_round(loop, error)
    assert loops.failing() == {"chores": type(error).__name__}

    goes_round(loop)
    assert loops.failing() == {}


def test_a_loop_that_has_ended_is_not_told_of_for_ever(
    loop: Loop, clockwork: Clockwork
) -> None:
    goes_round(loop, ValueError("a fault"))

    clockwork.moves(seconds=60)

    assert loops.failing() == {}


def test_it_is_logged_once_a_minute(
    loop: Loop, clockwork: Clockwork, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(60):
        goes_round(loop, OSError("away"))
        goes_round(loop, ValueError("a fault"))
        clockwork.moves(seconds=2)

    assert [(record.levelname, bool(record.exc_info)) for record in caplog.records] == [
        *(("WARNING", False), ("ERROR", True)),
        *(("WARNING", False), ("ERROR", True)),
    ]
    assert caplog.messages[0] == "The loop chores fails and goes on: away"

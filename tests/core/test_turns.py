"""Work in turn: so many at once, so many in line, and no more."""

from __future__ import annotations

from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from threading import Event

import pytest

from core.errors import Unavailable
from core.turns import Turns

PATIENCE = 30  # seconds


def test_beyond_those_at_work_and_in_line_all_are_refused() -> None:
    turns, go_on = Turns(at_once=2, in_line=1), Event()

    def work() -> bool:
        with turns.turn():
            return go_on.wait(PATIENCE)

    with ThreadPoolExecutor(5) as threads:
        started = [threads.submit(work) for _ in range(4)]
        refused, _ = wait(started, PATIENCE, FIRST_EXCEPTION)
        with pytest.raises(Unavailable) as refusal, turns.turn():
            pass
        go_on.set()

    assert [type(each.exception()) for each in refused] == [Unavailable]
    assert sum(each.exception() is None for each in started) == 3
    assert (refusal.value.status, refusal.value.code) == (503, "unavailable")
    assert refusal.value.retry_after


def test_whoever_is_done_makes_room_also_with_an_error() -> None:
    turns = Turns(at_once=1, in_line=0)

    for _ in range(3):
        with pytest.raises(ZeroDivisionError), turns.turn():
            raise ZeroDivisionError

    with turns.turn():
        pass

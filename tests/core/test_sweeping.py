"""One row that fails stops no other, in batches or alone."""

from __future__ import annotations

import logging
import secrets
from itertools import dropwhile
from typing import TYPE_CHECKING, Any

import pytest
from django.db import OperationalError, connection

from core import redis, set_aside, sweeping

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.clockwork import Clockwork

pytestmark = pytest.mark.django_db


class Chores:
    """Rows with which a timer has work, some of them poisonous."""

    def __init__(self, clockwork: Clockwork, *rows: int, poison: Sequence[int]) -> None:
        self._clockwork = clockwork
        # Of its own: what another test has logged is not logged again.
        self.timer = secrets.token_hex(4)
        self.rows = list(rows)
        self.poison = set(poison)
        self.error: Exception = ValueError("poison")
        self.batches: list[list[int]] = []

    def sweep(self, *, size: int = 10, at_most: int | None = None) -> list[list[int]]:
        """Run the timer once. Return the batches that it took."""
        self.batches = []
        now = self._clockwork.now
        done = sweeping.in_batches(
            self.timer, self.rows, self._do, now=now, size=size, at_most=at_most
        )
        passed = [row for row in self.rows if row not in self.poison]
        assert done <= len(passed)
        return self.batches

    def _do(self, batch: Sequence[int]) -> int:
        self.batches.append(list(batch))
        if self.poison & {*batch}:
            raise self.error
        return len(batch)


@pytest.fixture
def chores(clockwork: Clockwork) -> Chores:
    return Chores(clockwork, 1, 2, 3, 4, 5, 6, poison=[2])


# --- a batch that fails ---------------------------------------------------------------
def test_a_batch_that_fails_is_done_row_by_row(chores: Chores) -> None:
    assert chores.sweep(size=3) == [[1, 2, 3], [1], [2], [3], [4, 5, 6]]


def test_what_failed_alone_is_in_no_batch_for_a_minute(
    chores: Chores, clockwork: Clockwork
) -> None:
    chores.sweep()

    for _ in range(59):
        clockwork.moves(seconds=1)
        assert chores.sweep() == [[1, 3, 4, 5, 6]]


def test_then_it_is_tried_again_by_itself(chores: Chores, clockwork: Clockwork) -> None:
    chores.sweep()

    clockwork.moves(seconds=60)
    assert chores.sweep() == [[1, 3, 4, 5, 6], [2]]

    clockwork.moves(seconds=59)
    assert chores.sweep() == [[1, 3, 4, 5, 6]]


def test_once_it_goes_well_it_is_a_row_like_any_other(
    chores: Chores, clockwork: Clockwork
) -> None:
    chores.sweep()
    chores.poison.clear()
    clockwork.moves(seconds=60)

    chores.sweep()

    assert set_aside.counts(clockwork.now) == {}
    assert chores.sweep() == [[1, 2, 3, 4, 5, 6]]


def test_many_that_fail_leave_room_for_as_many_others(
    clockwork: Clockwork,
) -> None:
    chores = Chores(clockwork, *range(20), poison=range(10))
    chores.sweep(size=1, at_most=10)

    assert chores.sweep(size=10, at_most=10) == [[*range(10, 20)]]


def test_timers_have_nothing_to_do_with_each_other(
    chores: Chores, clockwork: Clockwork
) -> None:
    chores.sweep()
    taken: list[int] = []

    sweeping.each("others", chores.rows, taken.append, now=clockwork.now)

    assert taken == chores.rows


# --- what is told ---------------------------------------------------------------------
def test_it_is_counted_for_as_long_as_it_fails(
    chores: Chores, clockwork: Clockwork
) -> None:
    chores.poison = {2, 3}
    for _ in range(5):
        chores.sweep()
        assert set_aside.counts(clockwork.now) == {chores.timer: 2}
        clockwork.moves(seconds=40)


def test_what_has_no_next_try_is_forgotten(
    chores: Chores, clockwork: Clockwork
) -> None:
    chores.sweep()
    chores.rows.remove(2)

    clockwork.moves(seconds=121)
    chores.sweep()

    assert set_aside.counts(clockwork.now) == {}
    assert not redis.client().exists(redis.key(set_aside.KEY))


def test_it_is_logged_once_a_minute(
    chores: Chores, clockwork: Clockwork, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(121):
        chores.sweep()
        clockwork.moves(seconds=1)

    said = lines_of(chores, caplog)
    assert len(said) == 3
    assert all(record.exc_info for record in said)


def lines_of(
    chores: Chores, caplog: pytest.LogCaptureFixture
) -> list[logging.LogRecord]:
    text = f"{chores.timer} fails for 2,"
    return [record for record in caplog.records if text in record.message]


# --- what is nobody's fault -----------------------------------------------------------
def test_a_lock_that_was_not_had_is_tried_again_sooner(
    chores: Chores, clockwork: Clockwork
) -> None:
    chores.error = OperationalError("canceling statement due to lock timeout")
    connection.ensure_connection()
    chores.sweep()
    chores.poison.clear()

    clockwork.moves(seconds=10)

    assert [2] in chores.sweep()


@pytest.mark.postgresql
def test_while_the_database_is_away_nothing_is_set_aside(
    chores: Chores, clockwork: Clockwork
) -> None:
    chores.error = OperationalError("the connection is lost")
    connection.close()

    with pytest.raises(OperationalError):
        chores.sweep(size=3)

    assert chores.batches == [[1, 2, 3]]
    assert set_aside.counts(clockwork.now) == {}


def test_after_the_clock_was_set_back_nothing_waits_for_the_future(
    chores: Chores, clockwork: Clockwork
) -> None:
    chores.sweep()
    chores.poison.clear()

    clockwork.moves(seconds=-7200)

    assert chores.sweep() == [[1, 2, 3, 4, 5, 6]]


def test_without_redis_all_others_pass_too(
    chores: Chores,
    clockwork: Clockwork,
    caplog: pytest.LogCaptureFixture,
    request: pytest.FixtureRequest,
) -> None:
    request.getfixturevalue("redis_is_away")

    for _ in range(10):
        assert chores.sweep(size=3) == [[1, 2, 3], [1], [2], [3], [4, 5, 6]]
        clockwork.moves(seconds=1)

    assert len(lines_of(chores, caplog)) == 1


# --- a timer as a whole ---------------------------------------------------------------
def test_a_timer_that_fails_is_told_of_and_runs_again(
    clockwork: Clockwork, caplog: pytest.LogCaptureFixture
) -> None:
    runs = []

    def fails() -> None:
        runs.append(clockwork.now)
        raise ValueError("a fault of ours")

    for _ in range(70):
        with sweeping.sweep(clockwork.now):
            sweeping.run("chores", fails, now=clockwork.now)
        clockwork.moves(seconds=1)
        assert set_aside.failing(clockwork.now) == ["chores"]

    assert len(runs) == 70
    assert sum("chores fails" in text for text in caplog.messages) == 2
    with sweeping.sweep(clockwork.now):
        sweeping.run("chores", lambda: None, now=clockwork.now)
    assert set_aside.failing(clockwork.now) == []


# --- what it costs --------------------------------------------------------------------
def test_a_sweep_asks_redis_once(chores: Chores, clockwork: Clockwork) -> None:
    chores.poison.clear()
    monitor: Any = redis.client().monitor()  # type: ignore[no-untyped-call]
    with monitor:
        redis.client().echo("begins")
        with sweeping.sweep(clockwork.now):
            for timer in ("one", "two", "three"):
                sweeping.run(timer, chores.sweep, now=clockwork.now)
        redis.client().echo("is over")

        said = iter(lambda: monitor.next_command()["command"], "ECHO is over")
        asked = list(dropwhile(lambda command: command != "ECHO begins", said))

    assert asked[1:] == [f"ZRANGE {redis.key(set_aside.KEY)} 0 -1 WITHSCORES"]

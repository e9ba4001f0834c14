"""Limits count uses by the minute, and forget them."""

from __future__ import annotations

from uuid import uuid4

import pytest

from core import clock, limits, redis
from core.purses import MOST, Purses


@pytest.fixture
def name() -> str:
    return f"a use by {uuid4()}"


def trips() -> int:
    return int(redis.client().info("stats")["total_commands_processed"])


def test_what_is_given_back_after_its_minute_is_forgotten_too() -> None:
    limits.give_back_each(["a use of long ago"])

    assert 0 < redis.client().ttl(redis.key("limit:a use of long ago")) <= 60


def spent(purses: Purses, name: str, number: int) -> int:
    """Return how many of so many uses, each by itself, are within 100 a minute."""
    answers = [purses.spend_each([name], per_minute=100) for _ in range(number)]
    return sum(answer == [None] for answer in answers)


def test_a_purse_lets_through_as_many_as_the_limit(name: str) -> None:
    assert spent(Purses(), name, 120) == 100


def test_a_name_that_is_given_often_at_once_is_counted_as_often(name: str) -> None:
    answers = Purses().spend_each([name] * 120, per_minute=100)

    assert sum(answer is None for answer in answers) == 100


def test_several_processes_together_let_through_no_more(name: str) -> None:
    processes = [Purses(), Purses(), Purses()]

    through = sum(spent(processes[n % 3], name, 1) for n in range(150))

    # What one has counted ahead, the others cannot spend.
    assert 100 - 2 * MOST <= through <= 100


def test_most_uses_cost_no_trip_to_redis(name: str) -> None:
    purses = Purses()
    purses.spend_each([name], per_minute=100)
    before = trips()

    spent(purses, name, 5)

    assert trips() == before + 1  # to ask


def test_what_was_counted_ahead_is_spent_without_a_trip(name: str) -> None:
    purses = Purses()
    assert not purses.spends(name)  # nothing was counted

    purses.spend_each([name], per_minute=100)
    before = trips()
    said = [purses.spends(name) for _ in range(MOST)]

    assert said == [True] * (MOST - 1) + [False]
    assert trips() == before + 1  # to ask


def test_a_purse_that_is_filled_before_it_is_empty_lets_through_the_limit(
    name: str,
) -> None:
    purses = Purses()
    purses.spend_each([name], per_minute=100)
    through = 1
    while purses.spends(name):
        through += 1
        assert through <= 100
        if purses.are_short:
            purses.fill(per_minute=100)

    assert through == 100
    assert purses.spend_each([name], per_minute=100) != [None]


def test_what_is_put_back_is_there_until_its_minute_is_over(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    purses, began = Purses(), clock.ticks()
    purses.spend_each([name], per_minute=10)

    assert purses.puts_back(name)
    assert purses.spends(name)
    monkeypatch.setattr(clock, "ticks", lambda: began + 61)
    assert not purses.puts_back(name)
    assert not purses.spends(name)


def test_what_is_given_back_can_be_spent_again(name: str) -> None:
    purses = Purses()
    spent(purses, name, 100)

    purses.give_back_each([name])

    assert spent(purses, name, 2) == 1


def test_what_was_counted_ahead_is_void_after_its_minute(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    purses, began = Purses(), clock.ticks()
    spent(purses, name, 1)
    redis.client().delete(redis.key(f"limit:{name}"))  # as it is after a minute
    monkeypatch.setattr(clock, "ticks", lambda: began + 61)

    assert spent(purses, name, 120) == 100


def test_without_redis_all_are_let_through(name: str, redis_is_away: None) -> None:
    assert spent(Purses(), name, 120) == 120

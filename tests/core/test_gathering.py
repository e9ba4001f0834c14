"""Many questions, one piece of work (`core.gathering`)."""

from __future__ import annotations

import asyncio
from threading import Event
from typing import TYPE_CHECKING

import pytest
from django.db import OperationalError
from django.utils import translation

from core.gathering import LARGEST, Gathering

if TYPE_CHECKING:
    from collections.abc import Sequence

PATIENCE = 10


class Clerk:
    """Answers with the doubles of numbers, as soon as it may begin."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.languages: list[str | None] = []
        self.may_begin = Event()
        self.may_begin.set()

    def work(self, numbers: Sequence[int]) -> list[int]:
        assert self.may_begin.wait(PATIENCE)
        self.batches.append(list(numbers))
        self.languages.append(translation.get_language())
        if 13 in numbers:
            raise ValueError("13")
        if 99 in numbers:
            raise OperationalError("away")
        return [2 * number for number in numbers]


async def ask_while_busy(clerk: Clerk, numbers: Sequence[int]) -> list[int | str]:
    """Ask one thing, and all others while that is being answered."""
    gathering = Gathering(clerk.work)
    clerk.may_begin.clear()
    first = asyncio.create_task(gathering.ask(0))
    await asyncio.sleep(0)
    asked = [asyncio.create_task(gathering.ask(number)) for number in numbers]
    await asyncio.sleep(0)
    clerk.may_begin.set()
    answers = await asyncio.gather(first, *asked, return_exceptions=True)
    return [
        type(answer).__name__ if isinstance(answer, BaseException) else answer
        for answer in answers[1:]
    ]


def test_a_question_that_comes_alone_is_answered_at_once() -> None:
    clerk = Clerk()

    assert asyncio.run(Gathering(clerk.work).ask(4)) == 8
    assert clerk.batches == [[4]]


def test_what_is_asked_meanwhile_is_the_next_batch() -> None:
    clerk = Clerk()

    answers = asyncio.run(ask_while_busy(clerk, [1, 2, 3]))

    assert answers == [2, 4, 6]
    assert clerk.batches == [[0], [1, 2, 3]]


def test_no_batch_is_too_large() -> None:
    clerk = Clerk()

    asyncio.run(ask_while_busy(clerk, [1] * (2 * LARGEST + 1)))

    assert [len(batch) for batch in clerk.batches] == [1, LARGEST, LARGEST, 1]


@pytest.mark.usefixtures("db")
def test_who_cannot_be_answered_spoils_nobody_elses_answer() -> None:
    clerk = Clerk()

    answers = asyncio.run(ask_while_busy(clerk, [1, 13, 3]))

    assert answers == [2, "ValueError", 6]
    assert clerk.batches == [[0], [1, 13, 3], [1], [13], [3]]


def test_while_the_database_is_away_nobody_is_asked_alone() -> None:
    clerk = Clerk()

    answers = asyncio.run(ask_while_busy(clerk, [1, 99, 3]))

    assert answers == ["OperationalError"] * 3
    # Tried once more by the thread, with a new connection.
    assert clerk.batches == [[0], [1, 99, 3], [1, 99, 3]]


def test_who_is_gone_keeps_nobody_waiting() -> None:
    clerk = Clerk()

    async def ask() -> int:
        gathering = Gathering(clerk.work)
        clerk.may_begin.clear()
        gone = asyncio.create_task(gathering.ask(1))
        here = asyncio.create_task(gathering.ask(2))
        await asyncio.sleep(0)
        gone.cancel()
        clerk.may_begin.set()
        return await here

    assert asyncio.run(ask()) == 4


def test_each_is_answered_in_the_own_language() -> None:
    clerk = Clerk()

    async def ask() -> None:
        gathering = Gathering(clerk.work)

        async def speak(language: str, number: int) -> int:
            with translation.override(language):
                return await gathering.ask(number)

        said = [speak("de", 1), speak("ar", 2), speak("de", 3)]
        assert await asyncio.gather(*said) == [2, 4, 6]

    asyncio.run(ask())

    assert sorted(zip(clerk.languages, clerk.batches, strict=True)) == [
        ("ar", [2]),
        ("de", [1, 3]),
    ]

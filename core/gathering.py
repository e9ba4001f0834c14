"""Answers what many sockets ask at once with one piece of work.

While one batch is being answered the next one gathers. There is no timer, so a question
that comes alone is answered at once.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar
from weakref import WeakKeyDictionary

from django.db import InterfaceError, OperationalError
from django.utils import translation

from core.threads import ARRIVALS, Threads, in_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

logger = logging.getLogger(__name__)

LARGEST = 100  # questions of a batch

Question = TypeVar("Question")
Answer = TypeVar("Answer")


@dataclass(frozen=True, eq=False)
class Asked(Generic[Question, Answer]):
    """A question, the language of who asks it, and the future that they wait for."""

    question: Question
    language: str | None
    answer: asyncio.Future[Answer]

    def settle(self, answer: Answer) -> None:
        if not self.answer.done():  # whoever waited may be gone
            self.answer.set_result(answer)

    def fail(self, error: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)


class Gathering(Generic[Question, Answer]):
    """Answers one kind of questions, each batch in a thread that may use the database.

    `work` gets the questions of one language, and answers them in their order.
    """

    def __init__(
        self,
        work: Callable[[Sequence[Question]], Sequence[Answer]],
        *,
        of: Threads = ARRIVALS,
    ) -> None:
        self._work = work
        self._threads = of
        self._desks: WeakKeyDictionary[
            asyncio.AbstractEventLoop, _Desk[Question, Answer]
        ] = WeakKeyDictionary()

    async def ask(self, question: Question) -> Answer:
        """Return the answer, or raise what kept it from being found."""
        loop = asyncio.get_running_loop()
        if loop not in self._desks:
            self._desks[loop] = _Desk(self._work, self._threads)
        return await self._desks[loop].ask(question)


class _Desk(Generic[Question, Answer]):
    """Answers the questions of one event loop."""

    def __init__(
        self, work: Callable[[Sequence[Question]], Sequence[Answer]], threads: Threads
    ) -> None:
        self._work = work
        self._threads = threads
        self._waiting: list[Asked[Question, Answer]] = []
        self._task: asyncio.Task[None] | None = None

    async def ask(self, question: Question) -> Answer:
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append(Asked(question, translation.get_language(), answer))
        if self._task is None:
            self._task = asyncio.create_task(self._answer_all())
        return await answer

    async def _answer_all(self) -> None:
        try:
            while batch := self._take():
                await self._answer(batch)
        finally:
            self._task = None

    def _take(self) -> list[Asked[Question, Answer]]:
        """Return the next batch: all that speak the language of the first one."""
        batch: list[Asked[Question, Answer]] = []
        rest: list[Asked[Question, Answer]] = []
        for asked in self._waiting:
            is_alike = asked.language == self._waiting[0].language
            (batch if is_alike and len(batch) < LARGEST else rest).append(asked)
        self._waiting = rest
        return batch

    async def _answer(self, batch: Sequence[Asked[Question, Answer]]) -> None:
        questions = [asked.question for asked in batch]
        try:
            with translation.override(batch[0].language):
                answers = await in_thread(
                    lambda: self._work(questions), of=self._threads
                )
        except (OperationalError, InterfaceError) as error:
            # The database is away: nobody would fare better alone.
            for asked in batch:
                asked.fail(error)
        except Exception as error:  # noqa: BLE001 - who waits for the answer raises it
            await self._answer_one_by_one(batch, error)
        else:
            for asked, answer in zip(batch, answers, strict=True):
                asked.settle(answer)

    async def _answer_one_by_one(
        self, batch: Sequence[Asked[Question, Answer]], error: Exception
    ) -> None:
        """Find out whose fault it is: nobody else is to suffer for it."""
        if len(batch) == 1:
            batch[0].fail(error)
            return
        logger.warning("%d sockets are served one by one: %r", len(batch), error)
        for asked in batch:
            await self._answer([asked])

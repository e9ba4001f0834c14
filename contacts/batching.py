"""Stores what this process's sockets send: many messages in one transaction.

While one batch is being stored the next one gathers. There is no timer, so a message
that comes alone is stored at once. Who is served by this process hears it then. The
answer waits until the other processes were told, beside the storing of what comes next.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from django.db import InterfaceError, OperationalError

from contacts.models import Message
from contacts.services import at_once, conversation
from contacts.services.refusals import Busy
from core import clock
from core.realtime import Letters, letters_kept
from core.threads import MESSAGES, PATIENT, POST, in_thread
from core.unthreaded import lines

if TYPE_CHECKING:
    from collections.abc import Collection, Coroutine, Iterable, Sequence
    from uuid import UUID

    from contacts.services.conversation import Refusal
    from contacts.services.drafts import Draft

    Answer = Message | Refusal
    Waiting = dict[UUID, list["Sent"]]

logger = logging.getLogger(__name__)

AT_ONCE = 2  # batches of threads; while one waits, the next one is made
LARGEST = 100  # messages of a batch, give or take


@dataclass(eq=False, slots=True)
class Sent:
    """A draft, and the future that its sender waits for."""

    draft: Draft
    answer: asyncio.Future[Message]

    def settle(self, answer: Message | BaseException) -> None:
        if self.answer.done():
            return  # whoever waited is gone
        if isinstance(answer, Message):
            self.answer.set_result(answer)
        else:
            self.answer.set_exception(answer)


class Writer:
    """Stores the drafts of one event loop; see `writer()`.

    The loop has PostgreSQL store them itself, and gives to threads what is left: lines
    that are not plain, and on SQLite all. A contact is in the hands of one batch at a
    time, so its drafts keep their order.
    """

    def __init__(self) -> None:
        self._waiting: Waiting = {}
        self._for_threads: Waiting = {}  # in hand
        self._in_hand: set[UUID] = set()
        self._is_writing = False
        self._batches = 0  # that threads store
        self._stored: list[tuple[Sent, Message]] = []
        self._letters = Letters()
        self._is_telling = False
        self._tasks: set[asyncio.Task[None]] = set()

    def store(self, draft: Draft) -> asyncio.Future[Message]:
        """Return what will be the stored message, or raise why there is none.

        The drafts of a contact take their turn in the order of the calls.
        """
        sent = Sent(draft, asyncio.get_running_loop().create_future())
        self._waiting.setdefault(draft.contact_id, []).append(sent)
        self._go_on({draft.contact_id})
        return sent.answer

    def _go_on(self, contact_ids: Collection[UUID]) -> None:
        """Have what waits in these contacts stored, unless they are in hand."""
        if not self._is_writing and any(
            pk in self._waiting and pk not in self._in_hand for pk in contact_ids
        ):
            self._is_writing = True
            self._start(self._write())

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _write(self) -> None:
        try:
            while batch := _taken(self._waiting, but=self._in_hand):
                self._in_hand |= _contacts(batch)
                self._give_to_threads(await self._store_unthreaded(batch))
        finally:
            self._is_writing = False

    async def _store_unthreaded(self, batch: Sequence[Sent]) -> list[Sent]:
        """Store what the loop can have stored itself; return what is left."""
        if not lines().is_open:
            lines().open()
            return [*batch]
        drafts = [sent.draft for sent in batch]
        try:
            stored = await at_once.store_unthreaded(drafts, now=clock.now())
        except Exception:
            logger.exception("%d messages are stored by a thread", len(batch))
            return [*batch]
        answers = stored.answers
        said = [batch[place] for place in answers]
        busy = self._settle(said, [*answers.values()], stored.letters)
        rest = [sent for place, sent in enumerate(batch) if place not in answers]
        held = _contacts(busy)
        self._let_go(_contacts(said) - _contacts(rest))
        self._set_apart(busy + [s for s in rest if s.draft.contact_id in held])
        if stored.left:
            self._start(in_thread(stored.left, of=POST))
        return [sent for sent in rest if sent.draft.contact_id not in held]

    def _give_to_threads(self, batch: Iterable[Sent]) -> None:
        for sent in batch:
            self._for_threads.setdefault(sent.draft.contact_id, []).append(sent)
        if self._for_threads and self._batches < AT_ONCE:
            self._batches += 1
            self._start(self._write_in_threads())

    async def _write_in_threads(self) -> None:
        try:
            while batch := _taken(self._for_threads):
                busy = await self._store(batch, patiently=False)
                self._let_go(_contacts(batch))
                self._set_apart(busy)
        finally:
            self._batches -= 1

    def _let_go(self, contact_ids: set[UUID]) -> None:
        self._in_hand -= contact_ids
        self._go_on(contact_ids)

    def _set_apart(self, busy: Sequence[Sent]) -> None:
        """Let these wait for their contacts without keeping all others waiting."""
        for sent in reversed(busy):
            self._waiting.setdefault(sent.draft.contact_id, []).insert(0, sent)
        for contact_id in _contacts(busy):
            self._in_hand.add(contact_id)
            self._start(self._write_apart(contact_id))

    async def _write_apart(self, contact_id: UUID) -> None:
        while batch := self._waiting.pop(contact_id, []):
            await self._store(batch, patiently=True)
        self._in_hand.discard(contact_id)

    async def _store(self, batch: Sequence[Sent], *, patiently: bool) -> list[Sent]:
        """Have a thread store the drafts, and settle them; return those whose contact
        is locked."""
        drafts = [sent.draft for sent in batch]

        def send() -> tuple[list[Answer], Letters]:
            with letters_kept() as letters:
                return conversation.send_messages(
                    drafts, now=clock.now(), skip_locked=not patiently
                ), letters

        try:
            answers, letters = await in_thread(
                send, of=PATIENT if patiently else MESSAGES
            )
        except (OperationalError, InterfaceError) as error:
            # The database is away: nobody would fare better alone.
            for sent in batch:
                sent.settle(error)
        except Exception as error:  # noqa: BLE001 - who waits for the answer raises it
            await self._store_one_by_one(batch, error)
        else:
            return self._settle(batch, answers, letters)
        return []

    def _settle(
        self, batch: Sequence[Sent], answers: Sequence[Answer], letters: Letters
    ) -> list[Sent]:
        busy = []
        for sent, answer in zip(batch, answers, strict=True):
            if isinstance(answer, Message) and letters:
                self._stored.append((sent, answer))
            elif isinstance(answer, Busy):
                busy.append(sent)
            else:
                sent.settle(answer)
        self._letters.add(letters.events, letters.notes)
        if self._letters and not self._is_telling:
            self._is_telling = True
            self._start(self._tell_others())
        return busy

    async def _tell_others(self) -> None:
        """Tell other processes what was stored, then its senders. While one trip is
        under way the next one gathers."""
        try:
            while self._letters:
                stored, self._stored = self._stored, []
                letters, self._letters = self._letters, Letters()
                await letters.send_unthreaded()
                for sent, message in stored:
                    sent.settle(message)
        finally:
            self._is_telling = False

    async def _store_one_by_one(self, batch: Sequence[Sent], error: Exception) -> None:
        """Find out whose fault it is: nobody else is to suffer for it."""
        if len(batch) == 1:
            batch[0].settle(error)
            return
        logger.warning("%d messages are stored one by one: %r", len(batch), error)
        for sent in batch:
            await self._store([sent], patiently=True)


def _taken(waiting: Waiting, *, but: Collection[UUID] = ()) -> list[Sent]:
    """Take a batch of what waits, but nothing of these contacts."""
    batch: list[Sent] = []
    for contact_id in [pk for pk in waiting if pk not in but]:
        batch += waiting.pop(contact_id)
        if len(batch) >= LARGEST:
            break
    return batch


def _contacts(batch: Iterable[Sent]) -> set[UUID]:
    return {sent.draft.contact_id for sent in batch}


_writers: WeakKeyDictionary[asyncio.AbstractEventLoop, Writer] = WeakKeyDictionary()


def writer() -> Writer:
    """Return the writer of the running event loop."""
    return _writers.setdefault(asyncio.get_running_loop(), Writer())

"""What desk and chat do alike: say, catch up, tell that one types or has read."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from agents import addresses
from contacts import queries
from contacts.batching import writer
from contacts.consumers.frames import (
    ReadFrame,
    SendFrame,
    SignalFrame,
    SyncFrame,
    TypingFrame,
    valid,
)
from contacts.consumers.pulse import pulse
from contacts.consumers.timers import OK, timers
from contacts.serializers import message_text, messages_json, time_of
from contacts.services import signalling
from core import clock
from core.consumers import PersonConsumer
from core.errors import DomainError
from core.threads import READS, in_thread

if TYPE_CHECKING:
    from rest_framework.serializers import Serializer

    from contacts.models import Contact, Message
    from contacts.queries import Lines
    from contacts.services.drafts import Draft
    from contacts.services.signalling import Speaker


class ConversationConsumer(PersonConsumer):
    """What desk and chat do alike: say, catch up, tell that one types or has read."""

    frames: ClassVar[dict[str, str]] = {
        "send": "send_message",
        "sync": "sync",
        "typing": "typing",
        "read": "read",
        "signal": "signal",
        "ping": "ping",
    }

    overlap: ClassVar[frozenset[str]] = frozenset({"send_message"})
    timers: str = OK
    tab: str = ""

    # --- the subclass's part; from `explain` on all run in a database thread ----
    def values(self, form: type[Serializer[Any]], frame: dict[str, Any]) -> Any:
        """Return what a frame says, or raise ValidationError."""
        return valid(form, frame)

    def draft(self, values: dict[str, Any]) -> Draft:
        raise NotImplementedError

    def explain(self, draft: Draft) -> None:
        """Raise a better refusal of the draft, if there is one."""

    def readable(self, contact_id: UUID) -> Contact:
        raise NotImplementedError

    def tell_typing(self, values: dict[str, Any]) -> None:
        raise NotImplementedError

    def note_read(self, values: dict[str, Any]) -> None:
        raise NotImplementedError

    def speaker(self, contact_id: UUID) -> Speaker:
        raise NotImplementedError

    def places(self) -> dict[str, tuple[int, int]]:
        """Return {contact: (last_seq, version)} of what this person sees."""
        raise NotImplementedError

    # --- frames -----------------------------------------------------------------
    def send_message(self, frame: dict[str, Any]) -> None:
        """Have it stored. There is no task that waits for it, as these are many."""
        values = self.values(SendFrame, frame)
        pulse().acted(self.address)
        draft = self.draft(values)
        stored = writer().store(draft)
        self.goes_on(stored, then=lambda: self._was_stored(draft, stored))

    def _was_stored(self, draft: Draft, stored: asyncio.Future[Message]) -> None:
        error = stored.exception()
        if error is None:
            line = message_text(stored.result())
            self.answer("ack", client_id=draft.client_id, message=line)
        else:
            self.goes_on(asyncio.create_task(self._refuse(draft, error)))

    async def _refuse(self, draft: Draft, error: BaseException) -> None:
        try:
            if isinstance(error, DomainError):
                await in_thread(lambda: self.explain(draft))
            raise error
        except Exception as reason:  # noqa: BLE001 - it is answered, and logged
            self.fail(reason, draft.client_id)

    async def sync(self, frame: dict[str, Any]) -> None:
        values = self.values(SyncFrame, frame)
        place = queries.beginning_after(values["after"])
        if values["next"]:
            place = queries.place_of(values["next"])

        def read() -> tuple[Contact, Lines]:
            contact = self.readable(values["contact"])
            return contact, queries.caught_up(contact, place)

        contact, lines = await in_thread(read)
        self.answer(
            "messages",
            contact=contact.pk,
            last_seq=contact.last_seq,
            **lines_json(lines),
        )

    async def typing(self, frame: dict[str, Any]) -> None:
        values = self.values(TypingFrame, frame)
        pulse().acted(self.address)
        await in_thread(lambda: self.tell_typing(values))

    async def read(self, frame: dict[str, Any]) -> None:
        values = self.values(ReadFrame, frame)
        await in_thread(lambda: self.note_read(values), of=READS)

    async def signal(self, frame: dict[str, Any]) -> None:
        values = self.values(SignalFrame, frame)
        await in_thread(lambda: self._pass_on(**values))

    def _pass_on(self, contact: UUID, data: dict[str, Any]) -> None:
        speaker = self.speaker(contact)
        signalling.pass_on(contact_id=contact, speaker=speaker, data=data)

    async def ping(self, frame: dict[str, Any]) -> None:
        self.timers = await timers().state()
        places = await in_thread(self.places)
        self.answer(
            "pong",
            now=time_of(clock.now()),
            last_seq={contact: seq for contact, (seq, _) in places.items()},
            versions={contact: version for contact, (_, version) in places.items()},
            timers=self.timers,
        )

    @property
    def key(self) -> UUID:
        """The row of this socket."""
        return UUID(self.socket_id)

    # --- presence ---------------------------------------------------------------
    async def enter(self, address: str) -> None:
        """Subscribe first, then note the presence, with what is read for the welcome:
        it misses no event."""
        await self.join(address)
        self.timers = await timers().state()
        pulse().opened(self.key, address)

    async def enter_tab(self, tab: str) -> None:
        """Hear what is for this page of the person alone."""
        self.tab = tab
        if tab:
            await self.join_also(addresses.of_tab(self.address, tab))

    async def closed(self) -> None:
        await pulse().closed(self.key, self.address)


def lines_json(lines: Lines) -> dict[str, Any]:
    """Return the part of a frame that has lines: them, where to go on if there are
    more, and whether the client is to begin anew."""
    shown: dict[str, Any] = {
        "messages": messages_json(lines.messages),
        "next": str(lines.next) if lines.next else None,
    }
    return {**shown, "reset": True} if lines.is_reset else shown

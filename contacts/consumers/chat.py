"""The socket of a customer's open chat: `/ws/chat/<contact>/`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar

from django.http import Http404
from django.utils.translation import gettext

from agents import addresses
from contacts.access import is_contact
from contacts.consumers.arrivals import Page, customers, pages
from contacts.consumers.conversation import ConversationConsumer, lines_json
from contacts.consumers.frames import HelloFrame, valid
from contacts.models import CallEnd, Contact
from contacts.serializers import time_of
from contacts.services import attention
from contacts.services.drafts import CUSTOMER, Draft
from contacts.services.signalling import Speaker
from core import clock
from core.closing import CloseCode
from core.errors import Forbidden
from core.realtime import encode
from core.threads import in_thread

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.serializers import Serializer

    from contacts.consumers.arrivals import PageWelcome

HELLO_SECONDS = 10


class ChatConsumer(ConversationConsumer):
    """`/ws/chat/<contact>/`: one open chat page of a customer."""

    frames: ClassVar[dict[str, str]] = {
        **ConversationConsumer.frames,
        "hello": "hello",
    }
    contact: Contact | None = None

    async def opened(self) -> None:
        self._await_hello()
        self.at_end(self._stop_waiting)

    def _await_hello(self) -> None:
        loop = asyncio.get_running_loop()
        self._patience = loop.call_later(HELLO_SECONDS, self.finish, CloseCode.SILENT)

    def _stop_waiting(self) -> None:
        self._patience.cancel()

    async def hello(self, frame: dict[str, Any]) -> None:
        if self.contact is not None:
            detail = gettext("This socket has said hello before.")
            self.error("bad_frame", detail)
            return
        values = valid(HelloFrame, frame)
        self._stop_waiting()  # it has come in time, however long the answer takes
        try:
            contact_id = await customers.ask(values["token"])
        except Exception:
            self._await_hello()
            raise
        if contact_id is None:
            is_there = await in_thread(self._exists)
            self.finish(CloseCode.UNAUTHORISED if is_there else CloseCode.UNKNOWN)
            return
        if contact_id != self._named:
            self.finish(CloseCode.UNKNOWN)
            return
        await self.enter(addresses.of_customer(contact_id))
        await self.enter_tab(values.get("tab", ""))
        page = Page(self.key, self.address, contact_id, values["after"])
        welcome = await pages.ask(page)
        if welcome is None:
            raise Http404
        self.contact = welcome.contact
        self.greet(self._greeting(welcome))
        if self.contact.is_ended:
            self.finish(CloseCode.OVER)

    def _exists(self) -> bool:
        return is_contact(self._named)

    @property
    def _named(self) -> UUID:
        """The contact that the address names."""
        contact_id: UUID = self.scope["url_route"]["kwargs"]["contact_id"]
        return contact_id

    def _greeting(self, welcome: PageWelcome) -> str:
        frame = {
            "type": "welcome",
            "now": time_of(clock.now()),
            "contact": welcome.shape,
            "timers": self.timers,
            **lines_json(welcome.lines),
        }
        return encode(frame)

    def _mine(self, contact_id: UUID | None = None) -> Contact:
        """Return the customer's contact; a frame may name no other."""
        if self.contact is None:
            raise Forbidden(gettext("Say hello first."))
        if contact_id not in {None, self.contact.pk}:
            raise Forbidden(gettext("This is not your conversation."))
        return self.contact

    def values(self, form: type[Serializer[Any]], frame: dict[str, Any]) -> Any:
        # The address has the contact, so a frame need not.
        if "contact" not in frame:
            frame = {"contact": str(self._named), **frame}
        return super().values(form, frame)

    def draft(self, values: dict[str, Any]) -> Draft:
        contact = self._mine(values["contact"])
        return Draft(
            contact_id=contact.pk,
            sender=CUSTOMER,
            text=values["text"],
            client_id=values["client_id"],
            attachments=tuple(values["attachments"]),
            skip=self.socket_id,
        )

    def readable(self, contact_id: UUID) -> Contact:
        contact = self._mine(contact_id)
        contact.refresh_from_db(fields=["last_seq", "version", "state"])
        return contact

    def tell_typing(self, values: dict[str, Any]) -> None:
        contact = self._mine(values["contact"])
        attention.typing_by_customer(contact=contact, on=values["on"])

    def note_read(self, values: dict[str, Any]) -> None:
        contact = self.readable(values["contact"])
        attention.mark_read_by_customer(contact=contact, seq=values["seq"])

    def speaker(self, contact_id: UUID) -> Speaker:
        self._mine(contact_id)
        return Speaker(CallEnd.CUSTOMER, self.tab, self.key)

    def places(self) -> dict[str, tuple[int, int]]:
        contact = self.readable(self._mine().pk)
        return {str(contact.pk): (contact.last_seq, contact.version)}

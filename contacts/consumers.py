"""The two sockets: an agent's desk and a customer's chat (contract 4)."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakKeyDictionary

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.db import DatabaseError
from django.http import HttpRequest
from rest_framework import serializers

from agents.access import active_person
from agents.authentication import bearer, token_with_secret
from agents.guard import guard
from agents.models import Agent, Scope
from agents.serializers import AgentSerializer
from agents.services import presence, standing
from agents.services.api_tokens import ScopeMissing
from agents.services.standing import SignIn
from contacts import queries
from contacts.access import (
    NotYours,
    contact_for_customer,
    conversation_for_agent,
    is_contact,
    transcript_for_agent,
)
from contacts.batching import writer
from contacts.events import customer_address
from contacts.models import Contact
from contacts.serializers import (
    CustomerContactSerializer,
    MessageInput,
    cards_json,
    message_text,
    messages_json,
    time_of,
)
from contacts.services import attention, availability, conversation
from contacts.services.conversation import Draft
from core import clock, heartbeat
from core.consumers import (
    OVER,
    SILENT,
    UNAUTHORISED,
    UNKNOWN,
    WRONG_ORIGIN,
    PersonConsumer,
    header,
)
from core.errors import DomainError, Forbidden
from core.hub import hub
from core.realtime import encode
from core.threads import in_thread

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from uuid import UUID

    from contacts.models import Message

logger = logging.getLogger(__name__)

PROCESS = uuid.uuid4()
HELLO_SECONDS = 10
MAX_SEQ = 2**31 - 1


class ContactFrame(serializers.Serializer[Any]):
    contact = serializers.UUIDField()


class SendFrame(ContactFrame, MessageInput):
    """Not larger than a message over REST."""


class SyncFrame(ContactFrame):
    after = serializers.IntegerField(min_value=0, max_value=MAX_SEQ, default=0)


class TypingFrame(ContactFrame):
    on = serializers.BooleanField()


class ReadFrame(ContactFrame):
    seq = serializers.IntegerField(min_value=1, max_value=MAX_SEQ)


class HelloFrame(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=200)
    after = serializers.IntegerField(min_value=0, max_value=MAX_SEQ, default=0)


def valid(form: type[serializers.Serializer[Any]], frame: dict[str, Any]) -> Any:
    """Return the frame's values, or raise ValidationError."""
    return _form(form).run_validation(frame)


@cache
def _form(form: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """Return a form of this kind: to make one takes longer than to use it."""
    return form()


class ConversationConsumer(PersonConsumer):
    """What desk and chat do alike: say, catch up, tell that one types or has read."""

    frames: ClassVar[dict[str, str]] = {
        "send": "send_message",
        "sync": "sync",
        "typing": "typing",
        "read": "read",
        "ping": "ping",
    }

    overlap: ClassVar[frozenset[str]] = frozenset({"send"})

    # --- the subclass's part; but for `draft` all run in a database thread ------
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

    def last_seqs(self) -> dict[str, int]:
        raise NotImplementedError

    # --- frames -----------------------------------------------------------------
    async def send_message(self, frame: dict[str, Any]) -> None:
        values = valid(SendFrame, frame)
        pulse().acted(self.address)
        draft = self.draft(values)
        try:
            message = await writer().store(draft)
        except DomainError:
            await in_thread(lambda: self.explain(draft))
            raise
        self.answer("ack", client_id=draft.client_id, message=message_text(message))

    async def sync(self, frame: dict[str, Any]) -> None:
        values = valid(SyncFrame, frame)

        def read() -> tuple[Contact, list[Message]]:
            contact = self.readable(values["contact"])
            return contact, queries.messages_after(contact.pk, values["after"])

        contact, messages = await in_thread(read)
        self.answer(
            "messages",
            contact=contact.pk,
            messages=messages_json(messages),
            last_seq=contact.last_seq,
        )

    async def typing(self, frame: dict[str, Any]) -> None:
        values = valid(TypingFrame, frame)
        pulse().acted(self.address)
        await in_thread(lambda: self.tell_typing(values))

    async def read(self, frame: dict[str, Any]) -> None:
        values = valid(ReadFrame, frame)
        await in_thread(lambda: self.note_read(values))

    async def ping(self, frame: dict[str, Any]) -> None:
        last_seq, timers = await in_thread(lambda: (self.last_seqs(), timer_state()))
        self.answer("pong", now=time_of(clock.now()), last_seq=last_seq, timers=timers)

    # --- presence ---------------------------------------------------------------
    async def enter(self, address: str) -> None:
        """Hear first, then be seen: whoever reads the state after this misses
        nothing."""
        await self.join(address)
        socket_id = uuid.UUID(self.socket_id)
        await in_thread(
            lambda: presence.open_socket(
                socket_id=socket_id, address=address, process=PROCESS, now=clock.now()
            )
        )
        pulse().start()

    async def closed(self) -> None:
        socket_id, address = uuid.UUID(self.socket_id), self.address
        with contextlib.suppress(DatabaseError):
            await in_thread(
                lambda: presence.close_socket(
                    socket_id=socket_id, address=address, now=clock.now()
                )
            )


def timer_state() -> str:
    """Return "ok" or "stale": whether the sweep enforces the timers."""
    return "ok" if heartbeat.is_fresh(clock.now()) else "stale"


class DeskConsumer(ConversationConsumer):
    """`/ws/desk/`: one open desk of an agent."""

    agent: Agent
    sign_in: SignIn

    async def opened(self) -> None:
        who = await in_thread(self._who)
        if who is None:
            self.finish(UNAUTHORISED)
            return
        if not self._may_carry_a_cookie():
            self.finish(WRONG_ORIGIN)
            return
        self.agent, self.sign_in = who
        if Scope.READ not in self.sign_in.scopes:
            self.refuse(ScopeMissing(Scope.READ))
            self.finish(UNAUTHORISED)
            return
        await self.enter(self.agent.address)
        # From now on its end is noticed, also while we were opening.
        guard().watch(self, self.sign_in)
        if Scope.CONVERSE in self.sign_in.scopes:
            await in_thread(self._take_up_work)
        self.greet(await in_thread(self._welcome))

    def _may_carry_a_cookie(self) -> bool:
        """A cookie counts only with an origin, a bearer token without one too."""
        is_page = bool(header(self.scope, b"origin"))
        return is_page or bearer(header(self.scope, b"authorization")) is not None

    async def closed(self) -> None:
        guard().forget(self)
        await super().closed()

    def _who(self) -> tuple[Agent, SignIn] | None:
        """Return who opens the desk, and what they were let in by."""
        secret = bearer(header(self.scope, b"authorization"))
        if secret is not None:
            token = token_with_secret(secret)
            who = (token.agent, standing.by_token(token)) if token else None
        else:
            who = _who_by_session(self.scope["cookies"])
        return who if who and who[0].organisation_id is not None else None

    def _take_up_work(self) -> None:
        availability.sign_in(agent_id=self.agent.pk, now=clock.now())

    def _welcome(self) -> str:
        self.agent = active_person(self.agent.pk) or self.agent
        frame = {
            "type": "welcome",
            "now": time_of(clock.now()),
            "me": AgentSerializer(self.agent).data,
            "cards": cards_json(queries.cards(agent=self.agent)),
            "timers": timer_state(),
        }
        return encode(frame)

    def draft(self, values: dict[str, Any]) -> Draft:
        self.sign_in.need(Scope.CONVERSE)
        return Draft(
            contact_id=values["contact"],
            sender=conversation.agent_sender(self.agent),
            text=values["text"],
            client_id=values["client_id"],
            skip=self.socket_id,
        )

    def explain(self, draft: Draft) -> None:
        # Unknown, not accepted, or given away.
        conversation_for_agent(self.agent, draft.contact_id)

    def readable(self, contact_id: UUID) -> Contact:
        return transcript_for_agent(self.agent, contact_id)

    def tell_typing(self, values: dict[str, Any]) -> None:
        self.sign_in.need(Scope.CONVERSE)
        with self._explained(values["contact"]):
            attention.typing_by_agent(
                contact_id=values["contact"], agent=self.agent, on=values["on"]
            )

    def note_read(self, values: dict[str, Any]) -> None:
        self.sign_in.need(Scope.CONVERSE)
        with self._explained(values["contact"]):
            attention.mark_read_by_agent(
                contact_id=values["contact"], agent=self.agent, seq=values["seq"]
            )

    @contextlib.contextmanager
    def _explained(self, contact_id: UUID) -> Iterator[None]:
        """Refuse for the exact reason: unknown, not accepted, or given away."""
        try:
            yield
        except NotYours:
            conversation_for_agent(self.agent, contact_id)
            raise

    def last_seqs(self) -> dict[str, int]:
        return queries.last_seqs_of(self.agent)


class ChatConsumer(ConversationConsumer):
    """`/ws/chat/<contact>/`: one open chat page of a customer."""

    frames: ClassVar[dict[str, str]] = {
        **ConversationConsumer.frames,
        "hello": "hello",
    }
    contact: Contact | None = None

    async def opened(self) -> None:
        self._tasks.append(asyncio.create_task(self._await_hello()))

    async def _await_hello(self) -> None:
        await asyncio.sleep(HELLO_SECONDS)
        if self.contact is None:
            self.finish(SILENT)

    async def hello(self, frame: dict[str, Any]) -> None:
        if self.contact is not None:
            detail = "This socket has said hello before."
            self.error("bad_frame", detail)
            return
        values = valid(HelloFrame, frame)
        contact = await in_thread(
            lambda: contact_for_customer(values["token"], now=clock.now())
        )
        if contact is None:
            self.finish(UNAUTHORISED if await in_thread(self._exists) else UNKNOWN)
            return
        if contact.pk != self._named:
            self.finish(UNKNOWN)
            return
        self.contact = contact
        await self.enter(customer_address(contact.pk))
        self.greet(await in_thread(lambda: self._welcome(values["after"])))
        if self.contact.is_ended:
            self.finish(OVER)

    def _exists(self) -> bool:
        return is_contact(self._named)

    @property
    def _named(self) -> UUID:
        """The contact that the address names."""
        contact_id: UUID = self.scope["url_route"]["kwargs"]["contact_id"]
        return contact_id

    def _welcome(self, after: int) -> str:
        contact = self._mine()
        contact.refresh_from_db(fields=["state", "queue", "last_seq", "ended_at"])
        messages = queries.messages_after(contact.pk, after)
        frame = {
            "type": "welcome",
            "now": time_of(clock.now()),
            "contact": CustomerContactSerializer(contact).data,
            "messages": messages_json(messages),
            "timers": timer_state(),
        }
        return encode(frame)

    def _mine(self, contact_id: UUID | None = None) -> Contact:
        """Return the customer's contact; a frame may name no other."""
        if self.contact is None:
            raise Forbidden("Say hello first.")
        if contact_id not in {None, self.contact.pk}:
            raise Forbidden("This is not your conversation.")
        return self.contact

    def draft(self, values: dict[str, Any]) -> Draft:
        contact = self._mine(values["contact"])
        return Draft(
            contact_id=contact.pk,
            sender=conversation.customer_sender(contact),
            text=values["text"],
            client_id=values["client_id"],
            skip=self.socket_id,
        )

    def readable(self, contact_id: UUID) -> Contact:
        contact = self._mine(contact_id)
        contact.refresh_from_db(fields=["last_seq", "state"])
        return contact

    def tell_typing(self, values: dict[str, Any]) -> None:
        contact = self._mine(values["contact"])
        attention.typing_by_customer(contact=contact, on=values["on"])

    def note_read(self, values: dict[str, Any]) -> None:
        contact = self.readable(values["contact"])
        attention.mark_read_by_customer(contact=contact, seq=values["seq"])

    def last_seqs(self) -> dict[str, int]:
        contact = self.readable(self._mine().pk)
        return {str(contact.pk): contact.last_seq}


class Pulse:
    """Says every few seconds that this process's sockets are open still."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None
        self._acted: set[str] = set()

    def acted(self, address: str) -> None:
        """Note that a person did something; it is stored with the next beat."""
        self._acted.add(address)

    def start(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._beat())

    async def _beat(self) -> None:
        while hub().is_in_use:
            await asyncio.sleep(presence.REFRESH_SECONDS)
            try:
                await in_thread(self._refresh)
            except DatabaseError as error:
                logger.warning("Presence was not refreshed: %s", error)

    def _refresh(self) -> None:
        acted, self._acted = self._acted, set()
        presence.refresh(process=PROCESS, acted=acted, now=clock.now())


_pulses: WeakKeyDictionary[asyncio.AbstractEventLoop, Pulse] = WeakKeyDictionary()


def pulse() -> Pulse:
    """Return the pulse of the running event loop."""
    return _pulses.setdefault(asyncio.get_running_loop(), Pulse())


def _who_by_session(cookies: Mapping[str, str]) -> tuple[Agent, SignIn] | None:
    """Return the person signed in with a browser's session, as Django checks it."""
    request = HttpRequest()
    request.session = SessionStore(cookies.get(settings.SESSION_COOKIE_NAME))
    person = get_user(request)
    if not isinstance(person, Agent):
        return None
    return person, standing.by_session(person, request.session.session_key)

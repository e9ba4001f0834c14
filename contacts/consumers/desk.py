"""The socket of an open desk: `/ws/desk/`."""

from __future__ import annotations

import contextlib
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from agents.acting import Doer
from agents.callers import may_carry_a_cookie, may_enter, shown_by
from agents.guard import guard
from agents.models import Scope
from agents.services.api_tokens import ScopeMissing
from contacts import queries
from contacts.access import NotYours, conversation_for_agent, transcript_for_agent
from contacts.consumers.arrivals import Desk, callers, desks
from contacts.consumers.conversation import ConversationConsumer
from contacts.models import CallEnd
from contacts.serializers import TAB, time_of
from contacts.services import attention, availability, reading
from contacts.services.drafts import Draft, agent_sender
from contacts.services.signalling import Speaker
from core import addresses, clock
from core.closing import CloseCode
from core.realtime import encode
from core.threads import PATIENT, in_thread

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from agents.models import Agent
    from agents.services.standing import SignIn
    from contacts.models import Contact
    from contacts.services.drafts import Sender


class DeskConsumer(ConversationConsumer):
    """`/ws/desk/`: one open desk of an agent."""

    agent: Agent
    sign_in: SignIn

    async def opened(self) -> None:
        who = await self._who()
        if who is None:
            self.finish(CloseCode.UNAUTHORISED)
            return
        if not may_carry_a_cookie(self.scope):
            self.finish(CloseCode.WRONG_ORIGIN)
            return
        self.agent, self.sign_in = who
        if Scope.READ not in self.sign_in.scopes:
            self.refuse(ScopeMissing(Scope.READ))
            self.finish(CloseCode.UNAUTHORISED)
            return
        await self.enter(self.agent.address)
        await self.enter_tab(self._tab_named)
        # From now on its end is noticed, also while we were opening.
        guard().watch(self, self.sign_in)
        self.greet(await self._welcome())

    async def closed(self) -> None:
        guard().forget(self)
        await super().closed()

    async def _who(self) -> tuple[Agent, SignIn] | None:
        """Return who opens the desk, and what they were let in by."""
        who = await callers.ask(shown_by(self.scope))
        return who if who is not None and may_enter(self.scope, who[0]) else None

    @property
    def _tab_named(self) -> str:
        """The name that the page has given itself; empty for none."""
        [tab] = self._query.get("tab", [""])[:1]
        return tab if re.fullmatch(TAB, tab) else ""

    @property
    def _query(self) -> dict[str, list[str]]:
        return parse_qs(self.scope["query_string"].decode("latin-1"))

    async def _welcome(self) -> str:
        works = Scope.CONVERSE in self.sign_in.scopes
        desk = Desk(self.key, self.agent, works)
        welcome = await desks.ask(desk)
        if welcome.is_to_sign_in:
            await in_thread(self._take_up_work, of=PATIENT)
            welcome = await desks.ask(desk)
        self.agent = welcome.agent
        frame = {
            "type": "welcome",
            "now": time_of(clock.now()),
            "me": welcome.me,
            "cards": welcome.cards,
            "timers": self.timers,
        }
        return encode(frame)

    def _take_up_work(self) -> None:
        availability.sign_in(agent_id=self.agent.pk, now=clock.now())

    def draft(self, values: dict[str, Any]) -> Draft:
        self.sign_in.need(Scope.CONVERSE)
        return Draft(
            contact_id=values["contact"],
            sender=self._sender,
            text=values["text"],
            client_id=values["client_id"],
            attachments=tuple(values["attachments"]),
            skip=self.socket_id,
        )

    @cached_property
    def _sender(self) -> Sender:
        return agent_sender(self.agent)

    def explain(self, draft: Draft) -> None:
        # Unknown, not accepted, or given away.
        conversation_for_agent(self.agent, draft.contact_id)

    def readable(self, contact_id: UUID) -> Contact:
        contact = transcript_for_agent(self.agent, contact_id)
        doer = Doer(self.agent, self.sign_in.program, addresses.of_scope(self.scope))
        reading.note(contact, by=self.agent, now=clock.now(), doer=doer)
        return contact

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

    def speaker(self, contact_id: UUID) -> Speaker:
        self.sign_in.need(Scope.CONVERSE)
        return Speaker(CallEnd.AGENT, self.tab, self.key, agent_id=self.agent.pk)

    @contextlib.contextmanager
    def _explained(self, contact_id: UUID) -> Iterator[None]:
        """Refuse for the exact reason: unknown, not accepted, or given away."""
        try:
            yield
        except NotYours:
            conversation_for_agent(self.agent, contact_id)
            raise

    def places(self) -> dict[str, tuple[int, int]]:
        return queries.places_of(self.agent)

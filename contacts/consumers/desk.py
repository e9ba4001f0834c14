"""The socket of an open desk: `/ws/desk/`."""

from __future__ import annotations

import contextlib
import re
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from agents.access import active_person
from agents.acting import Doer
from agents.authentication import bearer, token_with_secret
from agents.guard import guard
from agents.models import Agent, Scope
from agents.serializers import AgentSerializer
from agents.services import standing
from agents.services.api_tokens import ScopeMissing
from agents.services.standing import SignIn
from agents.sessions import SessionStore
from contacts import queries
from contacts.access import NotYours, conversation_for_agent, transcript_for_agent
from contacts.consumers.conversation import ConversationConsumer
from contacts.models import CallEnd
from contacts.serializers import TAB, cards_json, time_of
from contacts.services import attention, availability, reading
from contacts.services.drafts import Draft, agent_sender
from contacts.services.signalling import Speaker
from core import addresses, clock
from core.closing import CloseCode
from core.consumers import header
from core.realtime import encode
from core.threads import PATIENT, in_thread

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from uuid import UUID

    from contacts.models import Contact


class DeskConsumer(ConversationConsumer):
    """`/ws/desk/`: one open desk of an agent."""

    agent: Agent
    sign_in: SignIn

    async def opened(self) -> None:
        who = await in_thread(self._who)
        if who is None:
            self.finish(CloseCode.UNAUTHORISED)
            return
        if not self._may_carry_a_cookie():
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
        if Scope.CONVERSE in self.sign_in.scopes:
            await in_thread(self._take_up_work, of=PATIENT)
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
            if who is not None and not self._is_page_of(who[0]):
                return None
        return who if who and who[0].organisation_id is not None else None

    def _is_page_of(self, agent: Agent) -> bool:
        """Whether the page shows this person, and nobody who was signed in before."""
        return self._query.get("person", [str(agent.pk)]) == [str(agent.pk)]

    @property
    def _tab_named(self) -> str:
        """The name that the page has given itself; empty for none."""
        [tab] = self._query.get("tab", [""])[:1]
        return tab if re.fullmatch(TAB, tab) else ""

    @property
    def _query(self) -> dict[str, list[str]]:
        return parse_qs(self.scope["query_string"].decode("latin-1"))

    def _take_up_work(self) -> None:
        availability.sign_in(agent_id=self.agent.pk, now=clock.now())

    def _welcome(self) -> str:
        self.agent = active_person(self.agent.pk) or self.agent
        frame = {
            "type": "welcome",
            "now": time_of(clock.now()),
            "me": AgentSerializer(self.agent).data,
            "cards": cards_json(queries.cards(agent=self.agent)),
            "timers": self.timers,
        }
        return encode(frame)

    def draft(self, values: dict[str, Any]) -> Draft:
        self.sign_in.need(Scope.CONVERSE)
        return Draft(
            contact_id=values["contact"],
            sender=agent_sender(self.agent),
            text=values["text"],
            client_id=values["client_id"],
            attachments=tuple(values["attachments"]),
            skip=self.socket_id,
        )

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
        return Speaker(
            CallEnd.AGENT, self.tab, uuid.UUID(self.socket_id), agent_id=self.agent.pk
        )

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


def _who_by_session(cookies: Mapping[str, str]) -> tuple[Agent, SignIn] | None:
    """Return the person signed in with a browser's session, as Django checks it."""
    request = HttpRequest()
    session = SessionStore(cookies.get(settings.SESSION_COOKIE_NAME))
    request.session = session
    person = get_user(request)
    if not isinstance(person, Agent):
        return None
    return person, standing.by_session(person, session)

"""The socket of an open floor: `/ws/floor/`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.http import QueryDict
from django.utils import translation

from agents import addresses, callers
from agents.guard import guard
from agents.models import Scope
from agents.services import presence
from agents.services.api_tokens import ScopeMissing
from contacts.consumers.pulse import PROCESS, pulse
from contacts.serializers import time_of
from core import clock
from core.closing import CloseCode
from core.consumers import PersonConsumer
from core.errors import Forbidden
from core.hub import hub
from core.problems import InvalidValues
from core.realtime import encode
from core.threads import in_thread
from supervision import lookout
from supervision.broadcasting import View, broadcast
from supervision.narrowing import Narrowed

if TYPE_CHECKING:
    from agents.models import Agent
    from agents.services.standing import SignIn
    from core.errors import DomainError
    from core.realtime import Encoded


class FloorConsumer(PersonConsumer):
    """`/ws/floor/`: the floor as a supervisor or administrator sees it.

    It is no desk, so nobody comes to work by it; but whoever looks is there, and goes
    on watching a chat, say.
    """

    frames: ClassVar[dict[str, str]] = {"ping": "ping"}
    view: View
    organisation_id: int

    async def opened(self) -> None:
        self._language = translation.get_language()
        shown = callers.shown_by(self.scope)
        [who] = await in_thread(lambda: callers.who_are([shown]))
        if who is None or not callers.may_enter(self.scope, who[0]):
            self.finish(CloseCode.UNAUTHORISED)
        elif not callers.may_carry_a_cookie(self.scope):
            self.finish(CloseCode.WRONG_ORIGIN)
        else:
            await self._let_in(*who)

    async def _let_in(self, agent: Agent, sign_in: SignIn) -> None:
        if Scope.READ not in sign_in.scopes:
            self.refuse(ScopeMissing(Scope.READ))
            self.finish(CloseCode.UNAUTHORISED)
            return
        if not agent.is_overseer:
            self.refuse(Forbidden())
            self.finish(CloseCode.FORBIDDEN)
            return
        narrowed = Narrowed(QueryDict(self.scope["query_string"]))
        if not narrowed.is_valid():
            self.refuse(InvalidValues(narrowed.mistakes))
            self.finish(CloseCode.UNKNOWN)
            return
        assert agent.organisation_id is not None
        self.view = View(agent.pk, **narrowed.ids)
        self.organisation_id, self._person = agent.organisation_id, agent.address
        # Nothing has to wait for a first frame: each floor is the whole of it.
        self.address = addresses.of_floor(agent.pk)
        await hub().join(self.address, self)
        await in_thread(self._arrive)
        pulse().opened(self._key, self._person)
        guard().watch(self, sign_in)
        broadcast().add(self)

    async def closed(self) -> None:
        guard().forget(self)
        broadcast().remove(self)
        await pulse().closed(self._key, self._person)

    def _arrive(self) -> None:
        presence.open_sockets(
            sockets={self._key: self._person}, process=PROCESS, now=clock.now()
        )

    @property
    def _key(self) -> UUID:
        return UUID(self.socket_id)

    @property
    def is_behind(self) -> bool:
        return self._out.is_behind

    def show(self, floor: Encoded) -> None:
        self.push(encode({"type": "floor", "floor": floor}))

    def explain(self, refusal: DomainError) -> None:
        with translation.override(self._language):
            self.refuse(refusal)

    async def ping(self, frame: dict[str, Any]) -> None:
        now = clock.now()
        late = await in_thread(lambda: lookout.moment(now))
        self.answer("pong", now=time_of(now), **late)

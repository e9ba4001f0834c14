"""The socket of an open floor: `/ws/floor/`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.http import QueryDict
from django.utils import translation

from agents import addresses, callers
from agents.guard import guard
from agents.models import Scope
from agents.services.api_tokens import ScopeMissing
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

    It is no desk: nobody comes to work by it, and nobody is kept at work.
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
        self.organisation_id = agent.organisation_id
        # Nothing has to wait for a first frame: each floor is the whole of it.
        self.address = addresses.of_floor(agent.pk)
        await hub().join(self.address, self)
        guard().watch(self, sign_in)
        broadcast().add(self)

    async def closed(self) -> None:
        guard().forget(self)
        broadcast().remove(self)

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

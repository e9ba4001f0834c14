"""Sends the floor to all who look: after changes, at most once a second.

Each server process reads it once a second for each organisation of which somebody
looks, however many do, and for nobody else.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, NamedTuple, Protocol
from weakref import WeakKeyDictionary

from django.db import Error

from agents.models import Agent, Organisation
from core import clock, outages
from core.closing import CloseCode
from core.loops import Loop
from core.realtime import Encoded, encode
from core.threads import FLOOR, in_thread
from supervision import lookout, survey
from supervision.board import Sight, shown, sight_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from core.errors import DomainError
    from supervision.survey import Counted

EVERY = 1.0  # seconds
# Figures that took long to count are shown this many times as long.
PATIENCE = 10


class View(NamedTuple):
    """Who looks, and at what: one team or queue alone, where they are named."""

    agent_id: int
    team: int | None = None
    queue: int | None = None


class Looker(Protocol):
    """A socket that shows the floor."""

    view: View
    organisation_id: int

    @property
    def is_behind(self) -> bool:
        """Whether the last floor has not gone out yet."""

    def show(self, floor: Encoded) -> None:
        """Send the floor."""

    def explain(self, refusal: DomainError) -> None:
        """Say why there is no floor now."""

    def finish(self, code: int) -> None:
        """Close with this code."""


class Reader:
    """Reads the floor of an organisation again and again; runs in a thread."""

    def __init__(self, organisation_id: int) -> None:
        self._organisation_id = organisation_id
        self._figures: Counted = {}
        self._counted_until = 0.0

    def read(self, views: Collection[View]) -> Mapping[View, Encoded]:
        """Return what is seen now; nothing for those who oversee nothing any more."""
        organisation = Organisation.objects.filter(pk=self._organisation_id).first()
        if organisation is None:
            return {}
        now = clock.now()
        figures = self._counted(organisation)
        board = survey.of_organisation(organisation, now=now, figures=figures)
        late = lookout.moment(now)
        floors: dict[Sight, Encoded] = {}
        sights = self._sights(views)
        for sight in set(sights.values()):
            floors[sight] = encode({**late, **shown(board, sight)})
        return {view: floors[sight] for view, sight in sights.items()}

    def _counted(self, organisation: Organisation) -> Counted:
        began = time.monotonic()
        if began >= self._counted_until:
            self._figures = survey.counted(organisation, now=clock.now())
            took = time.monotonic() - began
            self._counted_until = began + PATIENCE * took
        return self._figures

    def _sights(self, views: Collection[View]) -> dict[View, Sight]:
        rows = Agent.objects.filter(
            organisation=self._organisation_id, is_active=True
        ).prefetch_related("teams")
        people = rows.in_bulk({view.agent_id for view in views})
        return {
            view: sight_of(people[view.agent_id], team=view.team, queue=view.queue)
            for view in views
            if view.agent_id in people and people[view.agent_id].is_overseer
        }


class Audience:
    """Those who look at the floor of one organisation."""

    def __init__(self, organisation_id: int) -> None:
        self._reader = Reader(organisation_id)
        # Each with the floor shown last, without its time; None: with an explanation.
        self._lookers: dict[Looker, str | None] = {}
        self._floors: Mapping[View, Encoded] = {}
        self._loop = Loop("floor", outages=(Error,))
        self._task: asyncio.Task[None] | None = None

    def add(self, looker: Looker) -> None:
        """Show the floor at once, where it is known, and from now on."""
        self._lookers[looker] = ""
        if self._task is None or self._task.done():
            self._floors = {}
            self._task = asyncio.create_task(self._run())
        elif looker.view in self._floors:
            self._show(looker)

    def remove(self, looker: Looker) -> None:
        self._lookers.pop(looker, None)

    async def _run(self) -> None:
        while self._lookers:
            began = asyncio.get_running_loop().time()
            with self._loop.goes_on():
                await self._round()
            took = asyncio.get_running_loop().time() - began
            await asyncio.sleep(max(EVERY - took, EVERY / 2))

    async def _round(self) -> None:
        present = list(self._lookers)
        views = {looker.view for looker in present}
        try:
            self._floors = await in_thread(lambda: self._reader.read(views), of=FLOOR)
        except Error as error:
            self._explain(error)
            raise
        for looker in present:
            if looker not in self._lookers:
                continue
            if looker.view in self._floors:
                self._show(looker)
            else:
                looker.finish(CloseCode.FORBIDDEN)

    def _show(self, looker: Looker) -> None:
        """Show the floor, unless it is as it was, or the last one is on its way yet."""
        floor = self._floors[looker.view]
        if floor == self._lookers[looker] or looker.is_behind:
            return
        self._lookers[looker] = floor
        now = encode({"now": clock.now()})
        looker.show(Encoded(f"{now[:-1]},{floor[1:]}"))

    def _explain(self, error: Error) -> None:
        refusal = outages.refusal_for(error)
        self._floors = {}
        for looker, seen in self._lookers.items():
            if refusal is not None and seen is not None:
                self._lookers[looker] = None
                looker.explain(refusal)


class Broadcast:
    """The audiences of one event loop; see `broadcast()`."""

    def __init__(self) -> None:
        self._audiences: dict[int, Audience] = {}

    def add(self, looker: Looker) -> None:
        audience = self._audiences.get(looker.organisation_id)
        if audience is None:
            audience = Audience(looker.organisation_id)
            self._audiences[looker.organisation_id] = audience
        audience.add(looker)

    def remove(self, looker: Looker) -> None:
        audience = self._audiences.get(looker.organisation_id)
        if audience is not None:
            audience.remove(looker)


_broadcasts: WeakKeyDictionary[asyncio.AbstractEventLoop, Broadcast] = (
    WeakKeyDictionary()
)


def broadcast() -> Broadcast:
    """Return the broadcast of the running event loop."""
    return _broadcasts.setdefault(asyncio.get_running_loop(), Broadcast())

"""A day at Acme: chats come, agents answer, miss, decline, pass on and take breaks.

It happens by the services and sweeps of the house on a moved clock, second by second
where something is due, and is told nothing by what replays days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from agents.models import Agent
from contacts import jobs
from contacts.models import Assignment, AssignmentState, Contact, ContactState
from contacts.services import availability, ending, offers, opening, transfers
from contacts.services.customers import Person
from core.agenda import Agenda
from core.errors import DomainError
from wrapup.models import WrapUpCode
from wrapup.services import wrapups

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from queues.models import EntryPoint, Queue
    from tests.clockwork import Clockwork

# Means, in seconds.
PATIENCE, TALK, WRAP_UP, ANSWER = 150, 240, 25, 6
MISSED, DECLINED, PASSED_ON = 0.05, 0.03, 0.06  # shares of offers and of chats


@dataclass
class Centre:
    """What happens there, by chance: the same for the same seed."""

    clockwork: Clockwork
    entry_points: Sequence[EntryPoint]
    agents: Sequence[Agent]
    elsewhere: Queue  # where some chats are passed on to
    seed: int = 1

    def __post_init__(self) -> None:
        self._random = Random(self.seed)
        self._agenda = Agenda(self.clockwork.now)
        self._seen: set[int] = set()

    def works(self, *, chats: int, hours: float) -> datetime:
        """Let the day after tomorrow happen, from nine in the morning (UTC) on. Return
        its midnight; the clock stands in the morning after."""
        later = self.clockwork.now.astimezone(UTC) + timedelta(days=2)
        midnight = later.replace(hour=0, minute=0, second=0, microsecond=0)
        nine = midnight + timedelta(hours=9)
        for agent in self.agents:
            self._works_from(agent, nine, hours)
        for _ in range(chats):
            at = nine + timedelta(seconds=self._random.random() * hours * 3600)
            self._at(at, self._comes)
        for happens in self._agenda.events():
            self.clockwork.moves_to(self._agenda.now)
            happens()
            self._look_at_cards()
        self.clockwork.moves_to(midnight + timedelta(days=1, hours=8))
        return midnight

    def _works_from(self, agent: Agent, nine: datetime, hours: float) -> None:
        length = timedelta(hours=hours)
        pause = nine + length * (0.3 + 0.4 * self._random.random())
        for at, state in (
            (nine - timedelta(minutes=5), "available"),
            (pause, "idle"),
            (pause + length * 0.1, "available"),
            (nine + length + timedelta(minutes=20), "idle"),
        ):
            self._at(at, self._states(agent, state))

    def _states(self, agent: Agent, state: str) -> Callable[[], object]:
        def happens() -> None:
            row = Agent.objects.get(pk=agent.pk)
            availability.set_state(agent=row, state=state, now=self.clockwork.now)

        return happens

    def _at(self, moment: datetime, happens: Callable[[], object]) -> None:
        self._agenda.at(moment, happens)

    def _after(self, mean: float, happens: Callable[[], object]) -> None:
        seconds = self._random.expovariate(1 / mean)
        self._at(self.clockwork.now + timedelta(seconds=seconds), happens)

    # --- customers ----------------------------------------------------------------
    def _comes(self) -> None:
        opened = opening.open_contact(
            entry_point=self._random.choice(self.entry_points),
            person=Person(name="Dora Secret"),
            now=self.clockwork.now,
        )
        contact_id = opened.contact.pk
        self._after(PATIENCE, lambda: self._gives_up(contact_id))
        # Others may join the search by then: the sweep sees it.
        for seconds in (9, 17, 25, 31):
            later = self.clockwork.now + timedelta(seconds=seconds)
            self._at(later, lambda: jobs.route_waiting(self.clockwork.now))

    def _gives_up(self, contact_id: UUID) -> None:
        contact = Contact.objects.get(pk=contact_id)
        if contact.connected_at is None and contact.state != ContactState.ENDED:
            ending.leave(contact_id=contact_id, now=self.clockwork.now)

    # --- agents -------------------------------------------------------------------
    def _look_at_cards(self) -> None:
        cards = Assignment.objects.filter(state=AssignmentState.OFFERED)
        for share in cards.exclude(pk__in=self._seen).order_by("pk"):
            self._seen.add(share.pk)
            self._reacts(share, self._random.random())

    def _reacts(self, share: Assignment, chance: float) -> None:
        # The sweep, which comes every second.
        late = share.rona_at + timedelta(milliseconds=700)
        self._at(late, lambda: self._is_late(share))
        if chance < MISSED + DECLINED:
            if chance > MISSED:
                self._after(ANSWER, lambda: self._declines(share))
            return
        self._after(ANSWER, lambda: self._accepts(share))

    def _is_late(self, share: Assignment) -> None:
        if jobs.expire_offers(self.clockwork.now):
            agent = Agent.objects.get(pk=share.agent_id)
            self._after(60, self._states(agent, "available"))

    def _declines(self, share: Assignment) -> None:
        try:
            offers.decline(share=share, now=self.clockwork.now)
        except DomainError:
            return
        later = self.clockwork.now + timedelta(seconds=61)
        self._at(later, lambda: jobs.route_waiting(self.clockwork.now))

    def _accepts(self, share: Assignment) -> None:
        try:
            offers.accept(share=share, now=self.clockwork.now)
        except DomainError:
            return
        self._after(TALK, lambda: self._ends(share))

    def _ends(self, share: Assignment) -> None:
        now = self.clockwork.now
        passes_on = self._random.random() < PASSED_ON
        if passes_on and share.queue_id != self.elsewhere.pk:
            transfers.to_queue(share=share, queue_id=self.elsewhere.pk, now=now)
        else:
            ending.end(share=share, now=now)
        code = WrapUpCode.objects.get(name="Resolved")
        self._after(
            WRAP_UP,
            lambda: wrapups.complete(
                share=share, wrapup_code_id=code.pk, now=self.clockwork.now
            ),
        )

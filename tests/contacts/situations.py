"""How far the story of two agents and one customer has got (domain 4.6).

Alice owns Dora's chat, Bob is the other one, Carol a free colleague.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from contacts import jobs
from core import clock
from tests import steps
from tests.factories import QueueFactory
from tests.steps import client_for, for_agents
from wrapup.models import WrapUpCode
from wrapup.services import losses

if TYPE_CHECKING:
    from agents.models import Agent, Organisation
    from queues.models import EntryPoint, Queue
    from tests.steps import Chat


@dataclass(frozen=True)
class Situations:
    """Each method brings a new chat into the situation of its name."""

    alice: Agent
    bob: Agent
    carol: Agent
    entry_point: EntryPoint
    sales: Queue

    def offered(self) -> Chat:
        return steps.offered(self.alice, self.entry_point, customer={"name": "Dora"})

    def connected(self) -> Chat:
        chat = self.offered()
        steps.accept(self.alice, chat)
        self._colleagues_come()
        return chat

    def pending(self) -> Chat:
        chat = self.connected()
        steps.invite(self.alice, chat, self.bob)
        return chat

    def joined(self) -> Chat:
        chat = self.pending()
        steps.accept(self.bob, chat)
        return chat

    def exited(self) -> Chat:
        return self._conference_ends("exit", by=self.bob)

    def dropped(self) -> Chat:
        return self._conference_ends("drop", by=self.alice)

    def conference_over(self) -> Chat:
        return self._conference_ends("end", by=self.alice)

    def missed(self) -> Chat:
        """Bob did not answer, and nobody else was there."""
        chat = self.connected()
        steps.go_idle(self.carol)
        steps.invite(self.alice, chat, self.bob)
        jobs.expire_offers(clock.now() + timedelta(minutes=2))
        steps.go_available(self.carol)
        return chat

    def left(self) -> Chat:
        chat = self.connected()
        steps.leave(chat)
        return chat

    def left_in_conference(self) -> Chat:
        chat = self.joined()
        steps.leave(chat)
        return chat

    def wrapup(self) -> Chat:
        chat = self.connected()
        steps.end(self.alice, chat)
        return chat

    def done(self) -> Chat:
        chat = self.wrapup()
        codes = WrapUpCode.objects.filter(organisation=self.alice.organisation_id)
        steps.wrap_up(self.alice, chat, codes.get(is_default=True))
        return chat

    def transferred(self) -> Chat:
        chat = self.connected()
        steps.transfer(self.alice, chat, to=self.bob)
        return chat

    def taken(self) -> Chat:
        chat = self.transferred()
        steps.accept(self.bob, chat)
        return chat

    def moved(self) -> Chat:
        """Transferred to a queue that nobody serves."""
        chat = self.connected()
        steps.transfer(self.alice, chat, to=self.sales)
        return chat

    def inherited(self) -> Chat:
        """Alice was lost in the conference, so that Bob owns the chat."""
        chat = self.joined()
        losses.lose(agent_id=self.alice.pk, reason="gone", now=clock.now())
        return chat

    def _colleagues_come(self) -> None:
        for colleague in (self.bob, self.carol):
            steps.go_available(colleague)

    def _conference_ends(self, how: str, *, by: Agent) -> Chat:
        chat = self.joined()
        response = client_for(by).post(for_agents(chat, f"conference/{how}"))
        assert response.status_code in {200, 204}
        return chat


@pytest.fixture
def sales(acme: Organisation) -> Queue:
    return QueueFactory.create(organisation=acme, name="Sales")


@pytest.fixture
def situations(
    alice: Agent, bob: Agent, carol: Agent, direct: EntryPoint, sales: Queue
) -> Situations:
    return Situations(alice, bob, carol, direct, sales)

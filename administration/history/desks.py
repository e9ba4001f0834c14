"""An agent of a day: the state, the log of it, and what is in hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from agents.models import AgentState

if TYPE_CHECKING:
    from datetime import datetime

    from administration.history.story import Story
    from agents.models import Agent
    from contacts.models import Assignment
    from queues.routing import Candidate


@dataclass
class Spell:
    """A stretch of the log of states."""

    state: AgentState
    code: str
    since: datetime
    is_chosen: bool


@dataclass
class Desk:
    agent: Agent
    # As routing sees the agent, apart from what changes over the day.
    candidate: Candidate
    state: AgentState = AgentState.OFFLINE
    since: datetime | None = None
    available_since: datetime | None = None
    in_hand: list[tuple[Assignment, Story]] = field(default_factory=list)
    log: list[Spell] = field(default_factory=list)
    goes_home: bool = False

    @property
    def pk(self) -> int:
        return self.agent.pk

    @property
    def is_available(self) -> bool:
        return self.state == AgentState.AVAILABLE

    def becomes(
        self, state: AgentState, now: datetime, *, code: str = "", chosen: bool = True
    ) -> bool:
        """Change the state. Return whether it is another than before."""
        if self.log and (self.state, self.log[-1].code) == (state, code):
            return False
        self.state, self.since = state, now
        self.available_since = now if self.is_available else None
        self.log.append(Spell(state, code, now, chosen))
        return True

    def as_candidate(self) -> Candidate:
        assert self.available_since is not None
        live = Counter(story.contact.channel for _, story in self.in_hand)
        return replace(self.candidate, available_since=self.available_since, live=live)

    def takes(self, share: Assignment, story: Story) -> None:
        self.in_hand.append((share, story))

    def lets_go(self, share: Assignment, now: datetime) -> None:
        """Free the slot of a share; who talked stands last in the line then."""
        self.in_hand = [(s, story) for s, story in self.in_hand if s is not share]
        if share.connected_at is not None and self.available_since is not None:
            self.available_since = max(self.available_since, now)

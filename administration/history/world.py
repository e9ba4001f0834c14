"""What a day is played with: the organisation as it is set up, in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from administration.history.desks import Desk
from core.agenda import Agenda

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from administration.history.dice import Dice
    from administration.history.story import Story
    from agents.models import Agent, Organisation
    from contacts.models import Assignment
    from queues.models import EntryPoint, Intent, Queue
    from queues.routing import Candidate
    from wrapup.models import WrapUpCode


@dataclass(frozen=True, kw_only=True)
class Centre:
    """The organisation's configuration, as far as a day depends on it."""

    organisation: Organisation
    agents: Mapping[int, tuple[Agent, Candidate]]
    queues: Mapping[int, Queue]
    doors: tuple[EntryPoint, ...]
    intents: Mapping[int, tuple[Intent, ...]]  # by assistant
    codes: Mapping[str, WrapUpCode]
    default_code: WrapUpCode
    signs_in_as: str  # the idle code of who signs in
    overseer: Agent  # who closes what is left


@dataclass
class World:
    """One day of a centre, from its first moment to `until`, when all go home."""

    centre: Centre
    dice: Dice
    agenda: Agenda
    until: datetime
    desks: dict[int, Desk]
    stories: list[Story] = field(default_factory=list)
    waiting: list[Story] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return self.agenda.now

    @property
    def is_over(self) -> bool:
        """Whether the day comes to its end: who still talks says good-bye."""
        return self.now >= self.until

    def desk_of(self, share: Assignment) -> Desk:
        return self.desks[share.agent_id]

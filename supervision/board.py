"""The floor of an organisation at one moment, and what each viewer sees of it.

Plain values: `survey` has read them, once for all who look.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agents.models import Power, Role

if TYPE_CHECKING:
    from datetime import datetime

    from agents.models import Agent

Json = dict[str, Any]

# How an agent counts in the queues that they serve.
KINDS = ("available", "full", "idle", "rona", "offline")


@dataclass(frozen=True)
class Line:
    """A queue as it is shown, but for who serves it, and the teams that do."""

    shape: Json
    teams: frozenset[int]

    @property
    def id(self) -> int:
        return int(self.shape["id"])


@dataclass(frozen=True)
class Person:
    """An agent as they are shown, and where they count."""

    shape: Json
    teams: frozenset[int]
    serves: frozenset[int]  # queues
    busy_in: frozenset[int]  # queues of their contacts
    kind: str

    @property
    def id(self) -> int:
        return int(self.shape["id"])


@dataclass(frozen=True)
class Call:
    """A request for help as it is shown."""

    shape: Json
    agent_id: int
    queue_id: int


@dataclass(frozen=True)
class Board:
    """All of the floor, as it was at this moment."""

    now: datetime
    lines: list[Line]
    people: list[Person]
    calls: list[Call]
    # All queues of the organisation: their names, and when somebody waits too long.
    queues: list[Json]


@dataclass(frozen=True)
class Sight:
    """What somebody looks at: these teams (None: all), and of that only one team or
    queue, where it is named; and what they may do about it."""

    teams: frozenset[int] | None
    team: int | None = None
    queue: int | None = None
    may: frozenset[str] = frozenset()

    def has_teams(self, teams: frozenset[int]) -> bool:
        is_own = self.teams is None or bool(self.teams & teams)
        return is_own and (self.team is None or self.team in teams)

    def has_queues(self, queues: frozenset[int]) -> bool:
        return self.queue is None or self.queue in queues


def sight_of(
    viewer: Agent, *, team: int | None = None, queue: int | None = None
) -> Sight:
    """Return what a supervisor (own teams) or an administrator (all) looks at."""
    may = frozenset(power.value for power in Power if viewer.may(power))
    if viewer.role == Role.ADMINISTRATOR:
        return Sight(None, team, queue, may)
    own = frozenset(each.pk for each in viewer.teams.all())
    return Sight(own, team, queue, may)


def shown(board: Board, sight: Sight) -> Json:
    """Return the floor as somebody sees it, without its time."""
    people = [
        each
        for each in board.people
        if sight.has_teams(each.teams) and sight.has_queues(each.serves | each.busy_in)
    ]
    kinds = Counter((queue, each.kind) for each in people for queue in each.serves)
    seen = {each.id for each in people}
    return {
        "queues": [
            _with_agents(each, kinds)
            for each in board.lines
            if sight.has_teams(each.teams) and sight.has_queues(frozenset([each.id]))
        ],
        "agents": [each.shape for each in people],
        "help": [
            each.shape
            for each in board.calls
            if each.agent_id in seen and sight.has_queues(frozenset([each.queue_id]))
        ],
        "all_queues": board.queues,
        "may": [power.value for power in Power if power.value in sight.may],
    }


def _with_agents(line: Line, kinds: Counter[tuple[int, str]]) -> Json:
    return {**line.shape, "agents": {kind: kinds[line.id, kind] for kind in KINDS}}

"""Other settings for a day: what may be changed, and the day with it changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from agents.models import BlendingMode
from reports.simulation.chances import typical

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reports.simulation.day import Day, Worker

ADDED = 1_000_000_000  # from where on agents are numbered who were not there


class NobodyThere(Exception):
    """Agents cannot be added as, or taken from, those who worked that day: too few did
    in this team."""

    def __init__(self, team: int, worked: int) -> None:
        super().__init__(team, worked)
        self.team, self.worked = team, worked


@dataclass(frozen=True)
class Group:
    """A team that serves a queue after some seconds; None takes it away."""

    queue: int
    team: int
    after_seconds: int | None


@dataclass(frozen=True)
class Scenario:
    """What would be otherwise. Teams, queues and profiles are named by their ids, None
    among them means all; what is not named stays as it is."""

    name: str = ""
    agents: Mapping[int, int] = field(default_factory=dict)
    slots: Mapping[int | None, int] = field(default_factory=dict)
    acceptance: int | None = None
    groups: tuple[Group, ...] = ()
    threshold: Mapping[int | None, int] = field(default_factory=dict)
    asks_for_skills: bool = True

    def applied_to(self, day: Day) -> Day:
        """Return the day as it would have begun. Raise NobodyThere."""
        rows = {table: [dict(row) for row in some] for table, some in day.rows.items()}
        if self.acceptance is not None:
            rows["organisation"][0]["acceptance_timeout"] = self.acceptance
        _set(rows["queues"], "service_level_threshold", self.threshold)
        self._set_slots(rows["profiles"])
        for group in self.groups:
            _change_group(rows["groups"], group)
        workers = list(day.workers)
        for team, number in sorted(self.agents.items()):
            workers = _staffed(day, rows, workers, team, number)
        arrivals = day.arrivals
        if not self.asks_for_skills:
            rows["asked"] = []
            arrivals = [replace(arrival, asks="") for arrival in arrivals]
        return replace(day, rows=rows, workers=workers, arrivals=arrivals)

    def _set_slots(self, profiles: list[dict[str, Any]]) -> None:
        _set(profiles, "chat", self.slots)
        for row in profiles:
            if row["blending_mode"] == BlendingMode.EXCLUSIVE:
                row["chat"] = min(1, row["chat"])


def _set(
    rows: list[dict[str, Any]], column: str, values: Mapping[int | None, int]
) -> None:
    for row in rows:
        row[column] = values.get(row["id"], values.get(None, row[column]))


def _change_group(rows: list[dict[str, Any]], group: Group) -> None:
    place = {"queue_id": group.queue, "team_id": group.team}
    rows[:] = [row for row in rows if not place.items() <= row.items()]
    if group.after_seconds is not None:
        following = 1 + max((row["id"] for row in rows), default=0)
        rows.append({"id": following, **place, "after_seconds": group.after_seconds})


def _staffed(
    day: Day,
    rows: dict[str, list[dict[str, Any]]],
    workers: list[Worker],
    team: int,
    number: int,
) -> list[Worker]:
    """Return who works with so many more or fewer members of a team: each added one
    does what an ordinary member did, and ordinary ones are missing first."""
    members = {row["agent_id"] for row in day.rows["members"] if row["team_id"] == team}
    models = typical([w for w in day.workers if w.id in members], day.end)
    if not models or -number > len(models):
        raise NobodyThere(team, len(models))
    if number < 0:
        gone = {worker.id for worker in models[:-number]}
        return [worker for worker in workers if worker.id not in gone]
    added = [models[place % len(models)] for place in range(number)]
    return workers + [_copy(rows, worker) for worker in added]


def _copy(rows: dict[str, list[dict[str, Any]]], model: Worker) -> Worker:
    """Add an agent who works as another does, in the same teams."""
    numbers = Counter(row["id"] >= ADDED for row in rows["agents"])
    new = ADDED + numbers[True]
    agent = next(row for row in rows["agents"] if row["id"] == model.id)
    rows["agents"].append({**agent, "id": new})
    for row in [each for each in rows["members"] if each["agent_id"] == model.id]:
        rows["members"].append({**row, "agent_id": new})
    for row in [each for each in rows["levels"] if each["agent_id"] == model.id]:
        following = 1 + max(each["id"] for each in rows["levels"])
        rows["levels"].append({**row, "id": following, "agent_id": new})
    return replace(model, id=new)

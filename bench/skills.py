"""What skills cost a decision: in one run, turn by turn with one that asks for none."""

from __future__ import annotations

import random
import time
from dataclasses import asdict, dataclass
from statistics import median
from typing import TYPE_CHECKING

from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.models import AgentSkill, Skill
from bench import floor
from bench.decisions import WrongNumber
from bench.floor import Floor
from contacts.models import Contact
from contacts.services import router
from core import clock
from queues.skills import Asked, union, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SKILLS = 20  # of the organisation; an agent has five of them
SETS = 40  # different things that contacts ask for
SEED = 17


@dataclass(frozen=True)
class Cell:
    """Figures of one size: medians of times in seconds."""

    agents: int
    waiting: int
    plain: float  # a decision where nobody asks for skills
    skilled: float  # where everybody asks for one or two
    nobody: float  # where the one who is free has the skills for nobody
    queries: int  # of a decision with skills

    def as_row(self) -> dict[str, float]:
        return {**asdict(self), "ratio": self.skilled / self.plain}


def measure(
    agents: Sequence[int], waiting: Sequence[int], repeats: int
) -> Iterator[Cell]:
    """Give the figures of each size."""
    for number in agents:
        for length in waiting:
            floor.clear()
            yield _measure(number, length, repeats)
    floor.clear()


def _measure(agents: int, waiting: int, repeats: int) -> Cell:
    floors = [Floor(name, agents=agents) for name in ("Plain", "Skilled", "Nobody")]
    for here in floors:
        here.contacts(waiting)
        here.keep_busy(here.agents[1:])
    plain, skilled, nobody = floors
    for here in (skilled, nobody):
        _ask(here)
    # Who is free in the third has no skill at all.
    AgentSkill.objects.filter(agent=nobody.agents[0]).delete()
    floor.settle()
    with CaptureQueriesContext(connection) as queries:
        _timed(skilled, 1)
    skilled.take_offers_back()
    times: dict[str, list[float]] = {"plain": [], "skilled": [], "nobody": []}
    for _ in range(repeats):
        for name, here, offers in (
            ("plain", plain, 1),
            ("skilled", skilled, 1),
            ("nobody", nobody, 0),
        ):
            times[name].append(_timed(here, offers))
            here.take_offers_back()
    medians = {name: median(each) for name, each in times.items()}
    return Cell(agents, waiting, **medians, queries=len(queries))


def _timed(here: Floor, expected: int) -> float:
    begin = time.perf_counter()
    made = router.route(organisation_id=here.organisation.pk, now=clock.now())
    seconds = time.perf_counter() - begin
    if made != expected:
        raise WrongNumber(f"{made} offers instead of {expected}.")
    return seconds


def _ask(here: Floor) -> None:
    """Give the agents skills, and let everybody who waits ask for some."""
    chance = random.Random(SEED)  # noqa: S311 - the same in every run
    skills = Skill.objects.bulk_create(
        Skill(
            organisation=here.organisation,
            name=f"Skill {number}",
            folded_name=f"skill {number}",
        )
        for number in range(SKILLS)
    )
    AgentSkill.objects.bulk_create(
        (
            AgentSkill(agent=agent, skill=skill, level=chance.randint(1, 5))
            for agent in here.agents
            for skill in chance.sample(skills, 5)
        ),
        batch_size=floor.AT_ONCE,
    )
    sets = [
        written(
            union(
                Asked(skill.pk, chance.randint(1, 5), chance.choice([None, 3600]))
                for skill in chance.sample(skills, chance.randint(1, 2))
            )
        )
        for _ in range(SETS)
    ]
    # One of them is for the first agent, who is free.
    own = here.agents[0].skill_levels.order_by("pk")[0]
    sets[0] = written([Asked(own.skill_id, own.level)])
    rows = list(Contact.objects.filter(queue=here.queue, state="queued"))
    for place, row in enumerate(rows):
        row.asked_skills = sets[place % SETS]
    Contact.objects.bulk_update(rows, ["asked_skills"], batch_size=floor.AT_ONCE)

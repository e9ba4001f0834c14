"""What one routing decision costs, however many agents there are and contacts wait."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench import floor
from bench.figures import percentile
from bench.floor import Floor
from contacts.services import router
from core import clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class WrongNumber(Exception):
    """The router did not make the offers that it could make."""


@dataclass(frozen=True)
class Cell:
    """Figures of one size: times in seconds."""

    agents: int
    waiting: int
    queries: int  # of one decision
    p50: float  # from a slot that is free to the offer that is told
    p99: float
    burst: float  # decisions/s when all agents become free at once

    def as_row(self) -> dict[str, float]:
        return asdict(self)


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
    here = Floor("Bench", agents=agents)
    here.contacts(waiting)
    floor.settle()
    burst = _burst(here, min(agents, waiting))
    here.keep_busy(here.agents[1:])
    floor.settle()
    with CaptureQueriesContext(connection) as queries:
        _route(here, 1)
    times = []
    for _ in range(repeats):
        here.take_offers_back()
        begin = time.perf_counter()
        _route(here, 1)
        times.append(time.perf_counter() - begin)
    times.sort()
    p50, p99 = percentile(times, 50), percentile(times, 99)
    return Cell(agents, waiting, len(queries), p50, p99, burst)


def _burst(here: Floor, number: int) -> float:
    begin = time.perf_counter()
    _route(here, number)
    seconds = time.perf_counter() - begin
    here.take_offers_back()
    return number / seconds


def _route(here: Floor, expected: int) -> None:
    made = router.route(organisation_id=here.organisation.pk, now=clock.now())
    if made != expected:
        raise WrongNumber(f"{made} offers instead of {expected}.")

"""The wait that customers are told, on a simulated day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import estimates
from bench.floor import Floor
from core import clock

if TYPE_CHECKING:
    from bench.estimates import Missed


def missed(seed: int, *, agents: int = 6) -> Missed:
    here = Floor("Day", agents=agents)
    visits = estimates.simulated(seed)
    return estimates.measure(visits, here=here, midnight=clock.now())


def test_most_are_told_about_how_long_it_takes(db: None) -> None:
    found = missed(1)

    assert found.waited > 100
    assert found.unknown < found.waited / 20
    assert found.median < 180
    assert found.close > 0.6

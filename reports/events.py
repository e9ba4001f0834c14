"""What leaves this room: work for a worker, after the commit."""

from __future__ import annotations

from core import poking, realtime

# The task that runs a simulation.
SIMULATION_DUE = "simulation_due"


def simulation_due(run_id: int) -> None:
    """A simulation waits: to a worker, who claims it."""
    realtime.after_commit("simulation_due", run_id, _poke)


def _poke(run_ids: set[int]) -> None:
    for run_id in run_ids:
        poking.poke(SIMULATION_DUE, str(run_id))

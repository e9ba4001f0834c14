"""How late agents are put into RONA, by the timers' worker and the beat of bin/run."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bench import floor
from bench.figures import percentile
from bench.floor import Floor
from contacts.models import Assignment, AssignmentState, ContactState
from core import clock, heartbeat

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

AHEAD = timedelta(seconds=3)  # before the first deadline
LOOK_SECONDS = 0.02
PATIENCE = 60  # seconds after the last deadline


class TimersStopped(Exception):
    """The sweep does not run, or left an offer that was over."""


@dataclass(frozen=True)
class Lateness:
    """Seconds from the deadline to the agent's being in RONA, as others see it."""

    offers: int
    spread: float  # seconds over which the deadlines are spread
    p50: float
    p99: float
    last: float

    def as_row(self) -> dict[str, float]:
        return asdict(self)


def measure(*, offers: int, spreads: Sequence[float]) -> Iterator[Lateness]:
    """Give the figures for deadlines that are spread over so many seconds.

    The timers must have been started.
    """
    _until_sweeps_run()
    for spread in spreads:
        floor.clear()
        yield _measure(offers, spread)
    floor.clear()


def _until_sweeps_run() -> None:
    deadline = time.monotonic() + PATIENCE
    while not heartbeat.is_fresh(clock.now()):
        if time.monotonic() > deadline:
            raise TimersStopped("There was no sweep.")
        time.sleep(0.1)


def _measure(offers: int, spread: float) -> Lateness:
    here = Floor("Bench", agents=offers)
    pending = _offers(here, spread)
    until = max(pending.values()) + timedelta(seconds=PATIENCE)
    late = []
    while pending:
        rows = Assignment.objects.filter(state=AssignmentState.RONA, pk__in=pending)
        found = list(rows.values_list("pk", flat=True))
        now = clock.now()
        late += [(now - pending.pop(pk)).total_seconds() for pk in found]
        if now > until:
            raise TimersStopped(f"{len(pending)} offers are not over.")
        time.sleep(LOOK_SECONDS)
    late.sort()
    return Lateness(
        offers, spread, percentile(late, 50), percentile(late, 99), late[-1]
    )


def _offers(here: Floor, spread: float) -> dict[int, datetime]:
    """Offer a contact to each agent; return the deadlines."""
    number = len(here.agents)
    contacts = here.contacts(number, ContactState.OFFERED)
    first = clock.now() + AHEAD
    deadlines = [
        first + timedelta(seconds=spread * place / number) for place in range(number)
    ]
    shares = Assignment.objects.bulk_create(
        Assignment(
            contact=contact,
            agent=agent,
            queue=here.queue,
            offered_at=contact.opened_at,
            blink_at=contact.opened_at,
            rona_at=rona_at,
        )
        for contact, agent, rona_at in zip(
            contacts, here.agents, deadlines, strict=True
        )
    )
    return {share.pk: share.rona_at for share in shares}

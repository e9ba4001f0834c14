"""Measures how far the wait that customers are told is off, on simulated days:
`python -m bench.estimates`.

See docs/performance.md.
"""

from __future__ import annotations

import argparse
import heapq
import math
import random
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from statistics import fmean, median
from typing import TYPE_CHECKING

from bench import services

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from bench.floor import Floor
    from contacts.models import Contact

HOUR = 3600  # seconds
OPENS = 8  # o'clock
# Of every hour of the day: chats that come, and agents, who take one at a time.
CHATS = (20, 38, 52, 50, 33, 40, 50, 42, 28, 12)
AGENTS = (3, 5, 6, 6, 4, 5, 6, 5, 4, 3)
TALK, SPREAD = 420, 0.8  # seconds in the mean; of the logarithm
WAITED = 10  # seconds from which on somebody has waited
CLOSE, NEARLY = 60, 0.5  # seconds, or the share of the wait, that an estimate may miss


@dataclass(frozen=True)
class Visit:
    """A stay in the queue, in seconds of the day, and the place it began with."""

    entered: float
    left: float
    place: int


@dataclass(frozen=True)
class Missed:
    """How far estimates were off, in seconds."""

    waited: int  # who waited at all
    unknown: int  # of them were told nothing
    median: float
    mean: float
    close: float  # the share within a minute, or half of the wait


def simulated(seed: int) -> list[Visit]:
    """Return the visits of a day on which the line grows before noon, when agents are
    at lunch, and late."""
    chance = random.Random(seed)  # noqa: S311
    visits: list[Visit] = []
    talking: list[float] = []  # when each agent is free again
    line = list(_arrivals(chance))
    now = OPENS * HOUR
    end = (OPENS + len(AGENTS)) * HOUR
    while line:
        while talking and talking[0] <= now:
            heapq.heappop(talking)
        hour = min(now, end - 1) // HOUR - OPENS
        while line and line[0] <= now and len(talking) < AGENTS[hour]:
            entered = line.pop(0)
            place = 1 + sum(visit.left > entered for visit in visits)
            visits.append(Visit(entered, now, place))
            length = chance.lognormvariate(math.log(TALK) - SPREAD**2 / 2, SPREAD)
            heapq.heappush(talking, now + length)
        now += 1
    return visits


def _arrivals(chance: random.Random) -> Iterator[float]:
    for hour, chats in enumerate(CHATS, OPENS):
        moment = hour * HOUR + chance.expovariate(chats / HOUR)
        while moment < (hour + 1) * HOUR:
            yield moment
            moment += chance.expovariate(chats / HOUR)


def measure(visits: Sequence[Visit], *, here: Floor, midnight: datetime) -> Missed:
    """Store a day, ask at every arrival what the customer is told, and compare it."""
    from contacts.queries import customer_views
    from contacts.serializers.contacts import estimated_wait

    contacts = _store(visits, here, midnight)
    missed, near, waited = [], 0, 0
    for visit, contact in zip(visits, contacts, strict=True):
        wait = visit.left - visit.entered
        if wait < WAITED:
            continue
        waited += 1
        [view] = customer_views(
            [contact],
            now=midnight + timedelta(seconds=visit.entered),
            positions={contact.pk: visit.place},
        )
        told = estimated_wait(view)
        if told is not None:
            missed.append(abs(told - wait))
            near += missed[-1] <= max(CLOSE, wait * NEARLY)
    return Missed(
        waited=waited,
        unknown=waited - len(missed),
        median=median(missed),
        mean=fmean(missed),
        close=near / len(missed),
    )


def _store(visits: Sequence[Visit], here: Floor, midnight: datetime) -> list[Contact]:
    from contacts.models import ContactState, QueueVisit, VisitOutcome

    contacts = here.contacts(len(visits), ContactState.CONNECTED)
    QueueVisit.objects.bulk_create(
        QueueVisit(
            contact=contact,
            queue=here.queue,
            entered_at=midnight + timedelta(seconds=visit.entered),
            left_at=midnight + timedelta(seconds=visit.left),
            outcome=VisitOutcome.ANSWERED,
        )
        for contact, visit in zip(contacts, visits, strict=True)
    )
    for contact in contacts:
        contact.state = ContactState.QUEUED
    return contacts


def main(arguments: list[str] | None = None) -> int:
    """Run the bench and print a row for every day."""
    options = _parser().parse_args(arguments)
    with services.running(services.SQLITE):
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"], check=True
        )
        import django

        django.setup()
        from bench.floor import Floor
        from core import clock

        sys.stdout.write("day  waited  unknown  median s  mean s  close\n")
        for day in range(options.days):
            here = Floor(f"Day{day}", agents=max(AGENTS))
            found = measure(simulated(day), here=here, midnight=clock.now())
            sys.stdout.write(
                f"{day:3}  {found.waited:6}  {found.unknown:7}  {found.median:8.0f}  "
                f"{found.mean:6.0f}  {found.close:5.0%}\n"
            )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.estimates", description=__doc__
    )
    parser.add_argument("--days", type=int, default=5, help="how many to simulate")
    return parser


if __name__ == "__main__":
    sys.exit(main())

"""What a day does not say, drawn from what it says: the same for the same seed."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from itertools import cycle
from random import Random
from typing import TYPE_CHECKING

from reports.simulation.day import Kind, Response, Talk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from reports.simulation.day import Arrival, Day, Wait, Worker

ENOUGH = 20  # who left, from which on a queue has a patience of its own
TYPICAL_TALK = Talk(seconds=300.0, wrap_up=30.0)
TYPICAL_RESPONSE = Response("", Kind.ACCEPTS, 5.0)
RECOVERY = 60.0  # seconds in RONA, where nobody was


class Patience:
    """How long customers wait, by Kaplan and Meier: who was answered would have waited
    for longer, nobody knows for how long."""

    def __init__(self, waits: Iterable[Wait]) -> None:
        self._at: list[float] = []
        self._left: list[float] = [1.0]  # the share that waits on, after each of those
        ordered = sorted(waits, key=lambda wait: (wait.seconds, not wait.left))
        for place, wait in enumerate(ordered):
            if wait.left:
                there = len(ordered) - place
                self._at.append(wait.seconds)
                self._left.append(self._left[-1] * (1 - 1 / there))

    def after(self, seconds: float, chance: float) -> float | None:
        """Return how long somebody waits who has waited so long; None: for ever."""
        place = bisect_right(self._at, seconds)
        level = self._left[place] * chance
        for at, left in zip(self._at[place:], self._left[place + 1 :], strict=True):
            if left <= level:
                return at
        return None


class Responses:
    """What an agent does about offers: what they did that day, and again from the first
    when there are more."""

    def __init__(self, responses: Sequence[Response]) -> None:
        self._all = responses
        self._left = list(responses)

    def next(self, contact: str) -> Response:
        """Return what they do about this contact: what they did about it, or else about
        the next one."""
        if not self._left:
            self._left = list(self._all)
        for place, response in enumerate(self._left):
            if response.contact == contact:
                return self._left.pop(place)
        return self._left.pop(0)


class Chances:
    """All that is drawn for a day."""

    def __init__(self, day: Day) -> None:
        self._seed = day.seed
        self._patience, self._of_all = _patience(day.arrivals)
        self._talks: defaultdict[int, list[Talk]] = defaultdict(list)
        for arrival in day.arrivals:
            self._talks[arrival.queue] += arrival.talks
        self._responses = {
            w.id: Responses(w.responses) for w in day.workers if w.responses
        }
        self._everybodys = [r for w in day.workers for r in w.responses]
        self._recoveries: dict[int, Iterator[float | None]] = {
            w.id: cycle(w.recoveries) for w in day.workers if w.recoveries
        }
        known = sorted(r for w in day.workers for r in w.recoveries if r is not None)
        self._recovery = known[len(known) // 2] if known else RECOVERY
        self._random: dict[int, Random] = {}

    def patience(self, arrival: Arrival, leg: int) -> float | None:
        """Return for how long the customer waits in this queue, the `leg`-th one."""
        if leg < len(arrival.waits):
            wait = arrival.waits[leg]
            if wait.left:
                return wait.seconds
            known = wait.seconds
        else:
            known = 0.0
        chance = Random(f"{self._seed} {arrival.id} {leg}").random()  # noqa: S311
        patience = self._patience.get(arrival.queue, self._of_all)
        return patience.after(known, chance)

    def talk(self, arrival: Arrival, number: int) -> Talk:
        """Return how long the `number`-th agent talks; drawn from those of the queue
        where nobody did that day."""
        if number < len(arrival.talks):
            return arrival.talks[number]
        pool = self._talks[arrival.queue]
        ends = [Talk(talk.seconds, talk.wrap_up) for talk in pool]
        chance = Random(f"{self._seed} {arrival.id} talk {number}")  # noqa: S311
        return chance.choice(ends) if ends else TYPICAL_TALK

    def response(self, agent_id: int, contact: str) -> Response:
        """Return what the agent does about an offer of the contact; what somebody did
        that day, where they had no offers themselves."""
        own = self._responses.get(agent_id)
        if own is not None:
            return own.next(contact)
        if not self._everybodys:
            return TYPICAL_RESPONSE
        if agent_id not in self._random:
            self._random[agent_id] = Random(f"{self._seed} {agent_id}")  # noqa: S311
        return self._random[agent_id].choice(self._everybodys)

    def recovery(self, agent_id: int) -> float | None:
        """Return for how long the agent is in RONA now."""
        own = self._recoveries.get(agent_id)
        return self._recovery if own is None else next(own)


def _patience(arrivals: Sequence[Arrival]) -> tuple[dict[int, Patience], Patience]:
    waits: defaultdict[int, list[Wait]] = defaultdict(list)
    for arrival in arrivals:
        waits[arrival.queue] += arrival.waits[:1]
    own = {
        queue: Patience(some)
        for queue, some in waits.items()
        if sum(wait.left for wait in some) >= ENOUGH
    }
    return own, Patience(wait for some in waits.values() for wait in some)


def typical(workers: Sequence[Worker], end: float) -> list[Worker]:
    """Return those who worked, the most ordinary first: nearest to the median of the
    time that they meant to take contacts."""
    times = {w.id: w.available_until(end) for w in workers}
    worked = [w for w in workers if times[w.id]]
    if not worked:
        return []
    median = sorted(times[w.id] for w in worked)[len(worked) // 2]
    return sorted(worked, key=lambda w: (abs(times[w.id] - median), w.id))

"""A day as it is replayed: plain values, without anything that anybody said or is
called. Times are seconds since 1970."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Then(StrEnum):
    """What becomes of a contact after somebody talked."""

    END = "end"
    TO_QUEUE = "to_queue"
    TO_AGENT = "to_agent"


class Kind(StrEnum):
    """How an agent responds to an offer."""

    ACCEPTS = "accepts"
    DECLINES = "declines"
    MISSES = "misses"


@dataclass(frozen=True, slots=True)
class Wait:
    """How long a customer waited from coming to a queue, and whether they left then."""

    seconds: float
    left: bool


@dataclass(frozen=True, slots=True)
class Talk:
    """One agent's part: how long it took, and its wrap-up."""

    seconds: float
    wrap_up: float
    then: str = Then.END
    to: int | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A contact that came to a queue. `asks`: the skills that it asks for by where it
    came in, as `queues.skills` writes them; what the queue asks is not among them."""

    id: str
    at: float
    channel: str
    queue: int
    priority: int
    waits: list[Wait]
    talks: list[Talk]
    asks: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """What an agent did about an offer of a contact, after how many seconds."""

    contact: str
    kind: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Worker:
    """An agent's day: when they meant to take contacts, what they did about offers, and
    how long they were in RONA (None: until they did something else)."""

    id: int
    states: list[tuple[float, bool]]
    responses: list[Response]
    recoveries: list[float | None]

    def available_until(self, end: float) -> float:
        """Return the seconds in which they meant to take contacts."""
        total = 0.0
        ends = [at for at, _ in self.states[1:]] + [end]
        for (at, is_available), until in zip(self.states, ends, strict=True):
            total += max(0.0, until - at) if is_available else 0.0
        return total


@dataclass(frozen=True, slots=True)
class Day:
    """All of it: figures are counted from `start` to `end`, the replay `begins`
    earlier, so that it starts with those who were there."""

    organisation: int
    begins: float
    start: float
    end: float
    # Configuration by table: what scratch.py makes rows of.
    rows: dict[str, list[dict[str, Any]]]
    arrivals: list[Arrival]
    workers: list[Worker]
    seed: int = 1

    @property
    def thresholds(self) -> dict[int, int]:
        """The seconds within which each queue should answer."""
        return {
            row["id"]: row["service_level_threshold"] for row in self.rows["queues"]
        }

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, values: dict[str, Any]) -> Day:
        arrivals = [
            Arrival(
                **{
                    **each,
                    "waits": [Wait(**wait) for wait in each["waits"]],
                    "talks": [Talk(**talk) for talk in each["talks"]],
                }
            )
            for each in values["arrivals"]
        ]
        workers = [
            Worker(
                id=each["id"],
                states=[(at, is_available) for at, is_available in each["states"]],
                responses=[Response(**response) for response in each["responses"]],
                recoveries=each["recoveries"],
            )
            for each in values["workers"]
        ]
        return cls(**{**values, "arrivals": arrivals, "workers": workers})

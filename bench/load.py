"""One stretch of load on open sockets, and what its ends saw of it."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Protocol

CUSTOMER, AGENT = "c", "a"
OTHER = {CUSTOMER: AGENT, AGENT: CUSTOMER}
WORDS = " Thank you, and could you please tell me when it will be delivered?"
DRAIN_SECONDS = 10


class Crowd(Protocol):
    """Both ends of some chats, on open sockets."""

    def say(self, chat: int, side: str, key: str, text: str) -> None: ...

    async def close(self) -> None: ...


@dataclass(frozen=True)
class Seen:
    """When a message arrived somewhere, and its place in the order if it has one."""

    at: float
    seq: int | None


@dataclass
class Load:
    """What was sent, acknowledged and heard; each message has a key of its own.

    A key is "<label>-<chat>-<side>-<number>", numbers growing by one per chat and side.
    """

    label: str
    sent: dict[str, float] = field(default_factory=dict)
    acknowledged: dict[str, Seen] = field(default_factory=dict)
    heard: dict[str, Seen] = field(default_factory=dict)
    doubled: int = 0
    reordered: int = 0
    refused: list[str] = field(default_factory=list)
    crowd: Crowd | None = None
    is_answering: bool = False
    _numbers: defaultdict[tuple[int, str], int] = field(
        default_factory=lambda: defaultdict(int)
    )
    _last_heard: dict[tuple[int, str], int] = field(default_factory=dict)

    # --- out ------------------------------------------------------------------
    def say(self, chat: int, side: str) -> None:
        """Have one end say the next thing."""
        assert self.crowd is not None
        self._numbers[chat, side] += 1
        key = f"{self.label}-{chat}-{side}-{self._numbers[chat, side]}"
        self.sent[key] = time.perf_counter()
        self.crowd.say(chat, side, key, key + WORDS)

    # --- in: called by the crowd ----------------------------------------------
    def on_ack(self, key: str, seq: int | None = None) -> None:
        if key in self.sent:
            self.acknowledged.setdefault(key, Seen(time.perf_counter(), seq))

    def on_message(self, key: str, seq: int | None = None) -> None:
        """The other end hears a message; in a closed loop it answers at once."""
        if key not in self.sent:
            return  # of an earlier stretch
        if key in self.heard:
            self.doubled += 1
            return
        self.heard[key] = Seen(time.perf_counter(), seq)
        _, chat, side, number = key.split("-")
        end = (int(chat), side)
        if int(number) < self._last_heard.get(end, 0):
            self.reordered += 1
        self._last_heard[end] = int(number)
        if self.is_answering:
            self.say(end[0], OTHER[side])

    def on_error(self, text: str) -> None:
        self.refused.append(text)

    # --- afterwards -----------------------------------------------------------
    @property
    def lost(self) -> int:
        """How many messages never came to the other end, or got no answer."""
        return sum(
            key not in self.heard or key not in self.acknowledged for key in self.sent
        )

    async def drain(self) -> None:
        """Wait until everything has arrived, or for some seconds."""
        deadline = time.perf_counter() + DRAIN_SECONDS
        while min(len(self.acknowledged), len(self.heard)) < len(self.sent):
            if time.perf_counter() > deadline:
                return
            await asyncio.sleep(0.05)


@dataclass(frozen=True)
class Window:
    """The measured part of a stretch."""

    begin: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.begin

    def acknowledged(self, load: Load) -> int:
        """Return how many acknowledgements came inside."""
        return sum(self._has(seen.at) for seen in load.acknowledged.values())

    def latencies(self, load: Load, seen: dict[str, Seen]) -> list[float]:
        """Return the seconds from sending to being seen, of what was sent inside."""
        return [
            seen[key].at - at
            for key, at in load.sent.items()
            if self._has(at) and key in seen
        ]

    def _has(self, moment: float) -> bool:
        return self.begin <= moment < self.end

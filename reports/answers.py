"""What a report is asked and what it answers: plain values (docs/reports.md)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from django_stubs_ext import StrOrPromise

# {"start": the beginning of the interval, in the organisation's zone (absent from rows
# over all intervals), the subject (such as "queue": {"id", "name"}), and the figures by
# the names of the columns: a number, or None where there is nothing to divide by}
Row = dict[str, Any]


class Name(StrEnum):
    """The reports there are."""

    QUEUES = "queues"
    AGENTS = "agents"
    STATES = "states"
    WRAPUPS = "wrapups"
    ASSISTANTS = "assistants"
    RATINGS = "ratings"
    CONTACTS = "contacts"


class Interval(StrEnum):
    """How long each row of a report is; days and weeks are the organisation's."""

    QUARTER = "15m"
    HALF = "30m"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


class Unit(StrEnum):
    """What the figures of a column are."""

    COUNT = "count"
    SECONDS = "seconds"
    RATE = "rate"  # 0-1
    SCORE = "score"  # 1-5


@dataclass(frozen=True, slots=True)
class Question:
    """One report, from a moment until another (exclusive), of this queue, team and
    agent alone where they are named."""

    name: Name
    since: datetime
    until: datetime
    interval: Interval
    queue: int | None = None
    team: int | None = None
    agent: int | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One figure: its heading, what it is counted in, and its formula in words."""

    name: str
    label: StrOrPromise
    unit: Unit
    definition: StrOrPromise


class Cuts(Protocol):
    """What gives the rows of an answer; each takes queries of its own."""

    def by_start(self) -> list[Row]: ...

    def by_subject(self) -> list[Row]: ...

    def by_start_and_subject(self) -> list[Row]: ...

    def comments(self) -> list[Row]: ...


@dataclass(frozen=True)
class Answer:
    """What the question's figures are, cut in four ways: a rate of many rows is not the
    mean of their rates, so that each cut is counted by itself, once it is read."""

    question: Question
    timezone: str
    subject: str  # what rows are about: "queue", "agent", "code" ...
    columns: list[Column]
    totals: Row
    cuts: Cuts

    @cached_property
    def by_start(self) -> list[Row]:
        """By interval, those without anything, too."""
        return self.cuts.by_start()

    @cached_property
    def by_subject(self) -> list[Row]:
        """Of all intervals together."""
        return self.cuts.by_subject()

    @cached_property
    def rows(self) -> list[Row]:
        """By interval and subject: those in which something happened."""
        return self.cuts.by_start_and_subject()

    @cached_property
    def comments(self) -> list[Row]:
        """Of ratings, the newest first."""
        return self.cuts.comments()

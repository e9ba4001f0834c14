"""How a sweep goes on whatever fails: each timer fails alone, and in it each row.

A batch that fails is done again row by row. A row that fails alone is set aside: no
batch takes it, and it is tried again by itself a minute later.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol, TypeVar

from django.db import InterfaceError, OperationalError, connection

from core import set_aside
from core.logs import OnceAMinute
from core.set_aside import WHOLE, SetAside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

logger = logging.getLogger(__name__)

AT_ONCE = 1000  # rows one sweep takes of each kind
# What the database could not do now, such as get a lock, it may be able to do soon.
BUSY_FOR = timedelta(seconds=10)

Row = TypeVar("Row")
Row_co = TypeVar("Row_co", covariant=True)

_seen: ContextVar[SetAside | None] = ContextVar("set_aside", default=None)
_news = OnceAMinute()


class Sliceable(Protocol[Row_co]):
    """A list, or the rows of a query."""

    def __getitem__(self, where: slice, /) -> Iterable[Row_co]: ...


@contextmanager
def sweep(now: datetime) -> Iterator[None]:
    """Ask once what is set aside, for all timers that run in this block."""
    before = _seen.set(SetAside(now))
    try:
        yield
    finally:
        _seen.reset(before)


def is_anything_set_aside(now: datetime) -> bool:
    """Whether anything failed lately, and is to be tried again."""
    return _set_aside(now).is_anything()


def is_any_set_aside(timer: str, *, now: datetime) -> bool:
    """Whether anything of this timer failed lately, or all of it."""
    return bool(_set_aside(now).count(timer))


def run(timer: str, work: Callable[[], object], *, now: datetime) -> None:
    """Run a timer. One that fails as a whole stops no other, and runs again with the
    next sweep; until then health tells of it."""
    aside = _set_aside(now)
    try:
        work()
    except Exception:
        if _news.is_due(timer):
            logger.exception("The timer %s fails; every sweep tries it again", timer)
        if not aside.waits(timer, WHOLE):
            aside.add(timer, WHOLE, pause=set_aside.FOR)
    else:
        aside.drop(timer, WHOLE)


def each(
    timer: str,
    rows: Sliceable[Row],
    work: Callable[[Row], object],
    *,
    now: datetime,
    at_most: int | None = AT_ONCE,
) -> int:
    """Do the timer's work for every row, each alone. Return for how many it went
    well."""

    def one(batch: Sequence[Row]) -> int:
        work(batch[0])
        return 1

    return in_batches(timer, rows, one, now=now, size=1, at_most=at_most)


def in_batches(
    timer: str,
    rows: Sliceable[Row],
    work: Callable[[Sequence[Row]], int],
    *,
    now: datetime,
    size: int,
    at_most: int | None = None,
) -> int:
    """Do the timer's work for all rows but those that wait for their next try. Return
    the sum of what the work returned.

    Raise what it raises where the database is away: then nobody would fare better.
    """
    aside = _set_aside(now)
    # However many fail, as many others are taken.
    limit = at_most and at_most + aside.count(timer)
    taken = [row for row in rows[:limit] if not aside.waits(timer, str(row))]
    fresh = [row for row in taken if not aside.has(timer, str(row))]
    again = [row for row in taken if aside.has(timer, str(row))]
    done = 0
    for start in range(0, len(fresh), size):
        done += _batch(timer, fresh[start : start + size], work, aside)
    return done + sum(_alone(timer, row, work, aside) for row in again)


def due_again(timer: str, *, now: datetime) -> list[str]:
    """Return the rows that are to be tried again, for a timer that cannot find them."""
    return _set_aside(now).due_again(timer)


def _set_aside(now: datetime) -> SetAside:
    return _seen.get() or SetAside(now)


def _batch(
    timer: str,
    batch: Sequence[Row],
    work: Callable[[Sequence[Row]], int],
    aside: SetAside,
) -> int:
    if len(batch) == 1:
        return _alone(timer, batch[0], work, aside)
    try:
        return work(batch)
    except Exception as error:
        if is_database_away(error):
            raise
        if _news.is_due(f"{timer} in batches"):
            logger.warning("%s goes on row by row: %r", timer, error)
        return sum(_alone(timer, row, work, aside) for row in batch)


def _alone(
    timer: str, row: Row, work: Callable[[Sequence[Row]], int], aside: SetAside
) -> int:
    name = str(row)
    try:
        done = work([row])
    except Exception as error:
        if is_database_away(error):
            raise
        pause = BUSY_FOR if _is_passing(error) else set_aside.FOR
        aside.add(timer, name, pause=pause)
        if _news.is_due(f"{timer} {name}"):
            logger.exception(
                "%s fails for %s, which is set aside for %d s",
                *(timer, name, pause.total_seconds()),
            )
        return 0
    aside.drop(timer, name)
    return done


def _is_passing(error: Exception) -> bool:
    """Whether it may be the database's fault, and not the row's."""
    return isinstance(error, OperationalError | InterfaceError)


def is_database_away(error: Exception) -> bool:
    """Whether this failed for want of a database, so that nothing else would do
    better."""
    return _is_passing(error) and not connection.is_usable()

"""Endless loops go on whatever fails; it is logged once a minute, and health tells."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

from core import clock
from core.logs import OnceAMinute

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)

FORGOTTEN = 60  # seconds; a loop that goes on has gone well or failed again by then

# {loop: (when it failed, why)}, of this process
_failing: dict[str, tuple[float, str]] = {}


class Loop:
    """An endless loop of this process, by the name of its work.

    `outages` are what it raises where something is away: one line says so. Anything
    else is a fault of ours.
    """

    def __init__(self, name: str, *, outages: tuple[type[Exception], ...]) -> None:
        self._name = name
        self._outages = outages
        self._news = OnceAMinute()

    @contextmanager
    def goes_on(self) -> Iterator[None]:
        """Do one round of the loop, which no exception ends."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - `failed` logs it
            self.failed(error)
        else:
            self.went_well()

    def failed(self, error: Exception) -> None:
        """Note that a round has failed."""
        why = type(error).__name__
        _failing[self._name] = (clock.ticks(), why)
        if not self._news.is_due(why):
            return
        if isinstance(error, self._outages):
            logger.warning("The loop %s fails and goes on: %s", self._name, error)
        else:
            logger.error("The loop %s fails and goes on", self._name, exc_info=error)

    def went_well(self) -> None:
        """Note that a round has gone well."""
        _failing.pop(self._name, None)


def failing() -> dict[str, str]:
    """Return {loop: name of the exception} of the loops whose last round failed."""
    now = clock.ticks()
    return {
        name: why
        for name, (failed_at, why) in _failing.copy().items()
        if 0 <= now - failed_at < FORGOTTEN
    }

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

_source: Callable[[], datetime] = timezone.now


def now() -> datetime:
    """Return the current time (UTC): the one clock that tests can move."""
    return _source()


def follow(source: Callable[[], datetime]) -> None:
    """Let this process live by another clock from now on: a day that is replayed."""
    global _source  # noqa: PLW0603 - a process has one clock
    _source = source


def ticks() -> float:
    """Return the seconds of a clock that nobody sets: it is for pauses, not for times.

    Tests move it together with the other one.
    """
    return time.monotonic()

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.utils import timezone

if TYPE_CHECKING:
    from datetime import datetime


def now() -> datetime:
    """Return the current time (UTC): the one clock that tests can move."""
    return timezone.now()


def ticks() -> float:
    """Return the seconds of a clock that nobody sets: it is for pauses, not for times.

    Tests move it together with the other one.
    """
    return time.monotonic()

"""Threads without which a process would look well, and not do its work."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def vital(is_to_stop: Callable[[], bool]) -> Iterator[None]:
    """Have the process end where this block does without being told to: the supervisor
    starts it again."""
    try:
        yield
    finally:
        if not is_to_stop():
            os.kill(os.getpid(), signal.SIGTERM)

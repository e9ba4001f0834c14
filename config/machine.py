"""What this machine lets us use."""

from __future__ import annotations

import os


def processors() -> int:
    """Return how many processors we may run on: a container may have fewer."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

"""A pytest plugin: gives each parallel worker a Redis of its own.

Channels of Redis know neither databases nor tests: two workers that share one would
hear each other's events. It is loaded before Django reads its settings.
"""

from __future__ import annotations

import os

if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    shared = os.environ["REDIS_URL"]
    os.environ["REDIS_URL"] = shared.replace("redis.sock", f"{worker}.sock")

"""Runs a day in a child process that can reach neither the database nor Redis."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from reports.simulation.day import Day

ROOT = Path(__file__).resolve().parent.parent.parent
LONGEST = timedelta(minutes=45)  # that a replay may take, and all of a page's run
MOST_WORDS = 2000  # characters of what a child that fails says


class Failed(Exception):
    """The child died: it says what it said last."""


class Stopped(Exception):
    """It took too long, or somebody asked for it to stop."""


def run(day: Day, *, told: Callable[[float], bool]) -> dict[str, Any]:
    """Return the figures of a day that is replayed. `told` hears how far it is, 0-1,
    and says whether to go on. Raise Failed or Stopped."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as trouble:
        child = subprocess.Popen(
            [sys.executable, "-m", "reports.simulation.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=trouble,
            env=_environment(folder),
            cwd=ROOT,
            start_new_session=True,
        )
        late = threading.Event()
        clock = threading.Timer(LONGEST.total_seconds(), _give_up, [child, late])
        clock.start()
        try:
            _hand_over(child, day)
            figures = _listen(child, told)
        finally:
            clock.cancel()
            _kill(child)
            if child.stdout is not None:
                child.stdout.close()
        if figures is None and late.is_set():
            raise Stopped
        if figures is None:
            raise Failed(_words(trouble) or "It ended without a word.")
        return figures


def _environment(folder: str) -> dict[str, str]:
    """Return nothing of ours: no database but one in memory, no Redis, no keys."""
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": "sqlite://:memory:",
        "REDIS_URL": f"unix://{folder}/none",
        "PARLEY_DATA": folder,
        "SECRET_KEY": secrets.token_hex(32),
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PATH": os.defpath,
        "TMPDIR": folder,
        "LANG": "C.UTF-8",
    }


def _hand_over(child: subprocess.Popen[bytes], day: Day) -> None:
    assert child.stdin is not None
    with contextlib.suppress(BrokenPipeError), child.stdin:
        child.stdin.write(json.dumps(day.as_json()).encode())


def _listen(
    child: subprocess.Popen[bytes], told: Callable[[float], bool]
) -> dict[str, Any] | None:
    """Return the figures; None where the child is gone before it said them."""
    assert child.stdout is not None
    for line in child.stdout:
        if not line.endswith(b"\n"):
            break  # it was killed while it spoke
        words = json.loads(line)
        if "figures" in words:
            figures: dict[str, Any] = words["figures"]
            return figures
        if not told(words["progress"]):
            raise Stopped
    return None


def _give_up(child: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    _kill(child)


def _kill(child: subprocess.Popen[bytes]) -> None:
    """End the child, if it has not ended."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _words(trouble: IO[bytes]) -> str:
    trouble.seek(0)
    words = trouble.read().decode(errors="replace").strip()
    return words[-MOST_WORDS:]

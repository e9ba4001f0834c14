"""Starts processes, starts them again when they die, and stops them together."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import itertools
import logging
import os
import shutil
import signal
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Self

log = logging.getLogger(__name__)

GRACE = 8  # seconds that a child may take to end when asked to
STEADY = 20  # seconds after which a child counts as up and running
PAUSES = (0.0, 0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0)  # seconds, by early deaths in a row
JUMP = 2.0  # seconds by which the clock is wrong all of a sudden
BETWEEN_LOOKS = 1.0  # seconds, at the clock
LOG_LIMIT = 20_000_000  # bytes; a longer log is put aside
BETWEEN_LOGS = 10.0  # seconds between two looks at the logs

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True, kw_only=True)
class Child:
    """A process to keep running; its output goes to `<name>.log`.

    One that `trusts_the_clock` is started again when the clock was set, or when the
    machine had slept.
    """

    name: str
    command: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    pass_fds: Sequence[int] = ()
    trusts_the_clock: bool = False


class Supervisor:
    """Keeps its children running for as long as the `async with` block lasts."""

    def __init__(self, *, logs: Path) -> None:
        self.logs = logs
        self._written: set[Path] = set()
        self._keepers: list[asyncio.Task[None]] = []
        self._trusting: dict[str, Process] = {}

    async def __aenter__(self) -> Self:
        for watch in (self._watch_the_clock(), self._watch_logs()):
            self._keepers.append(asyncio.create_task(watch))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)

    async def start(self, child: Child) -> None:
        """Start the child, and start it again whenever it ends."""
        process = await self._spawn(child)
        self._keepers.append(asyncio.create_task(self._keep(child, process)))

    async def _keep(self, child: Child, process: Process) -> None:
        young = 0
        while True:
            started = time.monotonic()
            code = await ending(process)
            young = young + 1 if time.monotonic() - started < STEADY else 0
            pauses = itertools.chain(PAUSES[young:], itertools.repeat(PAUSES[-1]))
            log.warning(
                "%s ended (%s) and is started again. Its log: %s",
                child.name,
                _in_words(code),
                self._log_of(child),
            )
            process = await self._spawn_after(pauses, child)

    async def _watch_the_clock(self) -> None:
        """End what relies on the time when it jumped; it is started again then."""
        ahead = _ahead()
        while True:
            await asyncio.sleep(BETWEEN_LOOKS)
            before, ahead = ahead, _ahead()
            if abs(ahead - before) < JUMP:
                continue
            log.warning("The clock has jumped by %+.0f s", ahead - before)
            for process in self._trusting.values():
                with contextlib.suppress(ProcessLookupError):
                    process.terminate()

    async def _spawn_after(self, pauses: Iterator[float], child: Child) -> Process:
        while True:
            pause = next(pauses)
            if pause:
                log.info("%s waits for %g s", child.name, pause)
            await asyncio.sleep(pause)
            try:
                return await self._spawn(child)
            except Exception as error:  # noqa: BLE001 - whatever it is, try again
                log.error("%s cannot be started: %s", child.name, error)

    async def _spawn(self, child: Child) -> Process:
        path = self._log_of(child)
        self._written.add(path)
        # To append, so that what is written after the log was emptied begins it.
        with path.open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                *child.command,
                env=os.environ | dict(child.env),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=child.pass_fds,
                # Away from the terminal's group: Ctrl-C reaches the supervisor
                # alone, which then stops its children in order.
                process_group=0,
                preexec_fn=die_with_parent,
            )
        if child.trusts_the_clock:
            self._trusting[child.name] = process
        log.info("%s started (process %d)", child.name, process.pid)
        return process

    async def _watch_logs(self) -> None:
        while True:
            for path in list(self._written):
                try:
                    await asyncio.to_thread(put_aside, path)
                except Exception as error:  # noqa: BLE001 - whatever it is, go on
                    log.warning("%s cannot be put aside: %s", path, error)
            await asyncio.sleep(BETWEEN_LOGS)

    def _log_of(self, child: Child) -> Path:
        return self.logs / f"{child.name}.log"


def put_aside(path: Path) -> None:
    """Keep a long log as `.log.1`, and empty it for those who write to it.

    They have it open: a file under another name would go on growing.
    """
    if not path.exists() or path.stat().st_size <= LOG_LIMIT:
        return
    kept = path.with_suffix(".log.1")
    try:
        shutil.copyfile(path, kept)
    except OSError:
        kept.unlink(missing_ok=True)  # half of it would only take up room
        raise
    os.truncate(path, 0)
    log.info("%s has grown long, and was put aside as %s", path, kept.name)


def die_with_parent() -> None:
    """Have the kernel kill this new child when its parent is killed (Linux)."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _ahead() -> float:
    """Return the seconds by which the time is ahead of the clock that nobody sets, and
    that stands still while the machine sleeps."""
    return time.time() - time.monotonic()


async def ending(process: Process) -> int:
    """Return the exit code; end the process when this wait is cancelled."""
    try:
        return await process.wait()
    except asyncio.CancelledError:
        await _end(process)
        raise


async def _end(process: Process) -> None:
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(GRACE):
            await process.wait()
    except (TimeoutError, asyncio.CancelledError):
        # Asked twice, or too slow: no more patience.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def _in_words(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:  # of those for real time most have no name
        return f"killed by signal {-code}"

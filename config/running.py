"""`manage.py run`: sets up what is missing, then runs everything until Ctrl-C.

It loads no apps, as it only waits most of the time: what needs them is a child.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import logging.handlers
import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

from django.conf import settings

from config import processes, secret, startup, supervisor
from config.supervisor import Supervisor

if TYPE_CHECKING:
    import socket

LOGS = settings.DATA / "logs"
DISK_FULL = {errno.ENOSPC, errno.EDQUOT}


def main() -> None:
    os.chdir(settings.BASE_DIR)
    os.umask(0o077)
    try:
        startup.need_room()
        show_log()
        startup.tighten()
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(_run())
    except startup.CannotStart as reason:
        _give_up(str(reason))
    except OSError as error:
        if error.errno not in DISK_FULL:
            raise
        _give_up(secret.unusable(settings.DATA, error))
    _say("Parley has stopped.")


def _give_up(sentence: str) -> NoReturn:
    sys.stderr.write(f"{sentence}\n")
    raise SystemExit(1) from None


async def _run() -> None:
    _stop_on_signals()
    listener = startup.listen(settings.HOST, settings.PORT)
    with listener, startup.claim(settings.DATA) as lock:
        was_cut_short = startup.was_cut_short(lock)
        with startup.noted(lock):
            await _serve(listener, was_cut_short=was_cut_short)


async def _serve(listener: socket.socket, *, was_cut_short: bool) -> None:
    # Two blocks, so that Redis stops after those who use it.
    async with Supervisor(logs=LOGS) as store, Supervisor(logs=LOGS) as parley:
        if settings.EMBEDDED_REDIS:
            await processes.start_redis(store)
        welcome = await processes.prepare(listener, check=was_cut_short)
        await parley.start(processes.timers(listener))
        await parley.start(processes.worker(listener))
        for number in range(1, settings.WEB_PROCESSES + 1):
            await parley.start(processes.web(listener, number))
        supervisor.log.info("Waiting until all of them are well")
        await processes.until_healthy(processes.reachable(listener))
        _say(welcome)
        await asyncio.Event().wait()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _stop_on_signals() -> None:
    """Cancel the current task on Ctrl-C, SIGTERM, and when the terminal closes."""
    task = asyncio.current_task()
    assert task is not None
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # not under nohup
        loop.add_signal_handler(signal.SIGHUP, task.cancel)


def show_log() -> None:
    """Send the supervisor's lines to the terminal and to run.log. Raise CannotStart."""
    log = logging.getLogger("config.supervisor")
    log.setLevel(logging.INFO)
    log.propagate = False
    # A disk that is full is said by the health check, not with every line.
    logging.raiseExceptions = False
    try:
        LOGS.mkdir(parents=True, exist_ok=True)
        file = logging.handlers.RotatingFileHandler(
            LOGS / "run.log", maxBytes=supervisor.LOG_LIMIT, backupCount=1
        )
    except OSError as error:
        sentence = secret.unusable(settings.DATA, error)
        raise startup.CannotStart(sentence) from error
    for handler in (logging.StreamHandler(sys.stdout), file):
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        log.addHandler(handler)

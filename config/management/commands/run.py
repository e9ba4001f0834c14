from __future__ import annotations

import asyncio
import contextlib
import logging
import logging.handlers
import os
import signal
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand

from config import processes, secret, startup, supervisor, welcome
from config.supervisor import Supervisor
from core import mailing, outages

if TYPE_CHECKING:
    import socket

LOGS = settings.DATA / "logs"


class Command(BaseCommand):
    help = "Set up what is missing, then run everything until Ctrl-C."
    # The test suite runs the checks; here they would only delay the start.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        os.chdir(settings.BASE_DIR)
        os.umask(0o077)
        try:
            startup.need_room()
            _show_log()
            startup.tighten()
            with contextlib.suppress(asyncio.CancelledError):
                asyncio.run(self._run())
        except startup.CannotStart as reason:
            self._give_up(str(reason))
        except OSError as error:
            if error.errno not in outages.DISK_FULL:
                raise
            self._give_up(secret.unusable(settings.DATA, error))
        self._say("Parley has stopped.")

    def _give_up(self, sentence: str) -> NoReturn:
        self.stderr.write(sentence)
        raise SystemExit(1) from None

    async def _run(self) -> None:
        _stop_on_signals()
        listener = startup.listen(settings.HOST, settings.PORT)
        with listener, startup.claim(settings.DATA) as lock:
            if startup.was_cut_short(lock):
                await asyncio.to_thread(startup.check_database)
            with startup.noted(lock):
                await self._serve(listener)

    async def _serve(self, listener: socket.socket) -> None:
        # Two blocks, so that Redis stops after those who use it.
        async with Supervisor(logs=LOGS) as store, Supervisor(logs=LOGS) as parley:
            if settings.EMBEDDED_REDIS:
                await processes.start_redis(store)
            await asyncio.gather(
                asyncio.to_thread(startup.prepare_database),
                asyncio.to_thread(startup.collect_static_files),
            )
            await parley.start(processes.timers(listener))
            await parley.start(processes.worker(listener))
            await parley.start(processes.scanner(listener))
            if mailing.is_on():
                await parley.start(processes.mailer(listener))
            for number in range(1, settings.WEB_PROCESSES + 1):
                await parley.start(processes.web(listener, number))
            supervisor.log.info("Waiting until all of them are well")
            await processes.until_healthy(processes.reachable(listener))
            self._say(await asyncio.to_thread(welcome.text, listener))
            await asyncio.Event().wait()

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _stop_on_signals() -> None:
    """Cancel the current task on Ctrl-C, SIGTERM, and when the terminal closes."""
    task = asyncio.current_task()
    assert task is not None
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # not under nohup
        loop.add_signal_handler(signal.SIGHUP, task.cancel)


def _show_log() -> None:
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

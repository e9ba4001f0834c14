"""A Parley of its own for the browser: a process that can be stopped and started."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from http.client import HTTPConnection
from typing import TYPE_CHECKING

from agents.models import Socket
from config.supervisor import die_with_parent
from core import clock, heartbeat, redis

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 120  # seconds
TURN_SECRET = "parley-tests"


class Server:
    """The ASGI server, as bin/run starts it, on the database of the tests."""

    def __init__(self, *, database: str, folder: Path) -> None:
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.turn_port = _free_port()
        self.logs = folder
        self._log = folder / "web.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.browser.settings",
            "PARLEY_TEST_DATABASE": database,
            "PARLEY_DATA": str(folder),
            "PORT": str(self.port),
            "PARLEY_CONTACTS_PER_MINUTE": "0",
            "PARLEY_MESSAGES_PER_MINUTE": "0",
            # Mail is on; it is sent when a test lets its worker look.
            "EMAIL_URL": "smtp://127.0.0.1:9",
            "EMAIL_FROM": "chat@parley.example",
            "PUBLIC_URL": self.url,
            # Of video calls; the relay runs for as long as a test wants it.
            "TURN_URLS": f"turn:127.0.0.1:{self.turn_port}",
            "TURN_SECRET": TURN_SECRET,
        }

    def collect_static(self) -> None:
        """Put the hashed files in place: the browser gets what production serves."""
        subprocess.run(
            [sys.executable, "manage.py", "collectstatic", "--no-input"],
            check=True,
            env=self._environment,
            stdout=subprocess.DEVNULL,
        )

    def start(self) -> None:
        """Return once the server answers."""
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "uvicorn", "config.asgi:application"),
                    *("--host", "127.0.0.1", "--port", str(self.port)),
                    *("--loop", "uvloop", "--http", "core.wire:Requests"),
                    *("--ws", "core.wire:Sockets"),
                    *("--timeout-graceful-shutdown", "1"),
                ],
                env=self._environment,
                stdout=output,
                stderr=output,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - there are no threads
            )
        deadline = time.monotonic() + PATIENCE
        while not self._is_alive():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"No server:\n{self._log.read_text()}")
            time.sleep(0.05)

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(PATIENCE)
            self._process = None

    @contextmanager
    def timers(self) -> Iterator[None]:
        """Run their worker and the beat beside it; the first sweep has run."""
        redis.client().delete(redis.key(heartbeat.LAST_SWEEP))
        with ExitStack() as stack:
            for name, command in self._timers().items():
                stack.enter_context(self._running(name, command))
            deadline = time.monotonic() + PATIENCE
            while not heartbeat.is_fresh(clock.now()):
                if time.monotonic() > deadline:
                    raise RuntimeError("No sweep has run.")
                time.sleep(0.05)
            yield

    @contextmanager
    def scanner(self) -> Iterator[None]:
        """Run a worker that checks files beside the server."""
        celery = [sys.executable, "-m", "celery", "--app", "config.celery"]
        # Nothing else of its work: a test waits for what it asks for alone.
        worker = ["worker", "--queues", "nothing", "--beside", "scans=2"]
        with self._running("scanner", [*celery, *worker, "--pool", "threads"]):
            yield

    def _timers(self) -> dict[str, list[str]]:
        """Return the commands of bin/run, on our settings."""
        celery = [sys.executable, "-m", "celery", "--app", "config.celery"]
        worker = ["worker", "--queues", "timers", "--pool", "threads"]
        return {"timers": [*celery, *worker, "--concurrency", "2", "--clock"]}

    @contextmanager
    def _running(self, name: str, command: list[str]) -> Iterator[None]:
        with (self.logs / f"{name}.log").open("ab") as output:
            process = subprocess.Popen(
                command,
                env=self._environment | {"CELERY_SKIP_CHECKS": "1"},
                stdout=output,
                stderr=output,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - there are no threads
            )
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)

    def kill(self) -> None:
        """End it like a power cut: nobody says goodbye."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(PATIENCE)
        self._process = None
        # Its rows would count as closed in 15 s; the test does not wait for that.
        Socket.objects.all().delete()

    def _is_alive(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz/live")
            return connection.getresponse().status == HTTPStatus.OK
        except OSError:
            return False
        finally:
            connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

"""A Parley of one's own, started as bin/run starts it: real processes, real time."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PATIENCE = 300  # seconds; whoever takes longer is ended, and the test fails
READY = "Ctrl-C stops everything."
CHILDREN = ("redis", "timers", "worker", "web")


class Running:
    """A Parley that was started as bin/run starts it."""

    def __init__(self, data: Path, *, port: int | str = 0, **env: str) -> None:
        self.data = data
        own = {"PORT": str(port), "PARLEY_DATA": str(data), **env}
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name not in {"DATABASE_URL", "REDIS_URL", "SECRET_KEY"}
        }
        self.process = subprocess.Popen(
            [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), "run"],
            cwd="/",
            env=inherited | own,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said: list[str] = []

    def until(self, text: str) -> str:
        """Return the next line with this text in it."""
        assert self.process.stdout is not None
        with self._patience():
            for line in self.process.stdout:
                self.said.append(line)
                if text in line:
                    return line
        raise AssertionError(f"{text!r} was not said:\n{''.join(self.said)}")

    @property
    def port(self) -> int:
        (line,) = [line for line in self.said if "ready at" in line]
        return int(line.rstrip("/\n").rpartition(":")[2])

    def pid_of(self, child: str) -> int:
        lines = [line for line in self.said if f"{child} started (process" in line]
        return int(lines[-1].rstrip(")\n").rpartition(" ")[2])

    def health(self) -> dict[str, str]:
        _, body = self.ask("GET", "/healthz/ready")
        checks: dict[str, str] = json.loads(body)["checks"]
        return checks

    def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        token: str = "",
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """Send a request, with a JSON body if one is given; return its answer."""
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=PATIENCE
        )
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        connection.request(method, path, json.dumps(body), headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer, content

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal. Return the exit code."""
        self.process.send_signal(number)
        return self.ended()

    def ended(self) -> int:
        """Return the exit code of one that ends by itself."""
        assert self.process.stdout is not None
        with self._patience(), self.process.stdout as rest:
            self.said += rest
            return self.process.wait()

    @contextmanager
    def _patience(self) -> Iterator[None]:
        """Kill the process if this takes long, so that the test goes on and fails."""
        timer = threading.Timer(PATIENCE, self.process.kill)
        timer.start()
        yield
        timer.cancel()


@contextmanager
def running(data: Path, *, port: int | str = 0, **env: str) -> Iterator[Running]:
    parley = Running(data, port=port, **env)
    try:
        yield parley
    finally:
        if parley.process.returncode is None:
            parley.end()

"""The servers that are compared: one process each, all with the product's options; but
what the product does about its connections (`core/wire.py`) is its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import TYPE_CHECKING

from config import processes, startup
from config.supervisor import die_with_parent

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from config.supervisor import Child

HOST = "127.0.0.1"
PATIENCE = 60  # seconds
APPLICATION = "config.asgi:application"
PRODUCT = "bench.product:application"
PLAIN = {"core.wire:Requests": "h11", "core.wire:Sockets": "websockets-sansio"}


class NotServed(Exception):
    """A server did not start; says what is in its log."""


@dataclass(frozen=True)
class Server:
    """A running server: its port, and its process, which leads a group."""

    port: int
    pid: int


@contextmanager
def product(folder: Path, *, web: int = 1) -> Iterator[Server]:
    """Run the product with all that belongs to it, on a database made for it; its web
    processes are one group."""
    # In a process of its own: connections come with threads, and we start processes.
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, check=True)
    with (
        startup.listen(HOST, 0) as listener,
        _timers(listener, folder),
        _web(listener, PRODUCT, folder) as server,
        ExitStack() as stack,
    ):
        for _ in range(web - 1):
            stack.enter_context(_web(listener, PRODUCT, folder, group=server.pid))
        yield server


@contextmanager
def timers(folder: Path) -> Iterator[None]:
    """Run the product's timers alone."""
    with startup.listen(HOST, 0) as listener, _timers(listener, folder):
        yield


@contextmanager
def _timers(listener: socket.socket, folder: Path) -> Iterator[None]:
    child = processes.timers(listener)
    with _process(child, child.command, folder):
        yield


@contextmanager
def relay(module: str, folder: Path) -> Iterator[Server]:
    """Run one of the yardsticks."""
    with (
        startup.listen(HOST, 0) as listener,
        _web(listener, f"{module}:application", folder) as server,
    ):
        yield server


@contextmanager
def _web(
    listener: socket.socket, application: str, folder: Path, *, group: int = 0
) -> Iterator[Server]:
    child = processes.web(listener)
    instead = {APPLICATION: application} | ({} if application == PRODUCT else PLAIN)
    command = [instead.get(word, word) for word in child.command]
    log = folder / f"{application}.log"
    with _process(child, command, folder, log=log, group=group) as process:
        port = listener.getsockname()[1]
        _wait_until_it_answers(port, process, log)
        yield Server(port=port, pid=process.pid)


@contextmanager
def _process(
    child: Child,
    command: Sequence[str],
    folder: Path,
    *,
    log: Path | None = None,
    group: int = 0,
) -> Iterator[subprocess.Popen[bytes]]:
    with (log or folder / f"{child.name}.log").open("ab") as output:
        process = subprocess.Popen(
            command,
            env=os.environ | dict(child.env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=child.pass_fds,
            process_group=group,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - there are no threads here
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_it_answers(
    port: int, process: subprocess.Popen[bytes], log: Path
) -> None:
    deadline = time.monotonic() + PATIENCE
    while not _answers(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise NotServed(log.read_text())
        time.sleep(0.05)


def _answers(port: int) -> bool:
    """Whether anything comes back: the raw relay knows no pages."""
    connection = HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/healthz/live")
        connection.getresponse().read()
    except OSError:
        return False
    finally:
        connection.close()
    return True

"""What has to be there before anything runs: port and folder. The supervisor does this,
which is small as long as it loads no apps; `preparing` has the rest."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import socket
import stat
from pathlib import Path
from typing import IO, TYPE_CHECKING

from django.conf import settings

from config.folders import free_at
from config.supervisor import log

if TYPE_CHECKING:
    from collections.abc import Iterator

BACKLOG = 2048
LAST_PORT = 65535
MEBIBYTE = 1024 * 1024
ROOM = 64 * MEBIBYTE  # bytes: database, static files and logs of the first start


class CannotStart(Exception):
    """A sentence that says why, and what to do about it."""


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens there. Raise CannotStart where that fails.

    It stays open while the server restarts, so that nobody is turned away then.
    """
    if not 0 <= port <= LAST_PORT:
        raise CannotStart(f"PORT must be 0 to {LAST_PORT}, not {port}.")
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.create_server(
            address, family=family, backlog=BACKLOG, dualstack_ipv6=host == "::"
        )
    except OSError as error:
        raise CannotStart(_why_not(host, port, error)) from error
    # Connections inherit it. The server, which gets the listener as a number, takes
    # them for unix sockets, and a frame would wait 40 ms for the one before it.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is already in use: stop what uses it, "
            f"or choose another one, for example with PORT={port + 1}."
        )
    return f"Parley cannot listen on port {port} of {host}: {error}."


def need_room(needed: int = ROOM) -> None:
    """Raise CannotStart where the disk is too small for a first start."""
    folder = settings.DATA
    free = free_at(folder)
    if free < needed and not stamp_of_static_files().exists():
        raise CannotStart(
            f"There is not enough room for Parley's data in {folder}: "
            f"{free // MEBIBYTE} MB are free on that disk, and the first start takes "
            f"{needed // MEBIBYTE} MB. Make room, or choose another folder with "
            "PARLEY_DATA."
        )


def tighten() -> None:
    """Let nobody else look into the data folder, which may be older than this rule.

    A folder that others own, or use as well, is left as it is."""
    mode = settings.DATA.stat().st_mode
    if not mode & (stat.S_IRWXG | stat.S_IRWXO):
        return
    try:
        if mode & stat.S_ISVTX:
            raise PermissionError("others have files in it")
        settings.DATA.chmod(0o700)
    except PermissionError as error:
        log.warning("%s is open to other people: %s", settings.DATA, error)


def claim(folder: Path) -> IO[str]:
    """Return a lock on the data folder. Raise CannotStart if another copy has it."""
    lock = (folder / "run.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise CannotStart(
            f"Another copy of Parley is running on {folder}: stop it, "
            "or give this one a folder of its own with PARLEY_DATA."
        ) from error
    return lock


def was_cut_short(lock: IO[str]) -> bool:
    """Whether the last one that had the lock was killed, or lost its power."""
    lock.seek(0)
    return bool(lock.read())


@contextlib.contextmanager
def noted(lock: IO[str]) -> Iterator[None]:
    """Leave a note in the lock's file as long as Parley runs."""
    # On a full disk it is left out: people can read what there is.
    with contextlib.suppress(OSError):
        os.ftruncate(lock.fileno(), 0)
        os.write(lock.fileno(), f"{os.getpid()}\n".encode())
    try:
        yield
    finally:
        os.ftruncate(lock.fileno(), 0)


def stamp_of_static_files() -> Path:
    return Path(settings.STATIC_ROOT) / ".collected"

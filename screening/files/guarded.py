"""A file is read in a child process, and only a well-formed verdict counts."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from screening.files.verdicts import Finding, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent.parent
# For how many seconds it may read, and how polite its session is in them: the kernel
# may share the processor among sessions first, and then nothing else counts.
STAGES = (
    (3.0, "19"),  # who talks comes first
    (12.0, "5"),  # a third of what another gets: where much else runs, it gets on
    (10.0, "0"),  # a check that starves is a file that is blocked
)
TRIES = 10  # for others than root the kernel takes one change of a session in 0.1 s
LONGEST_VERDICT = 1000  # characters
UNREADABLE = Verdict(Finding.UNREADABLE)


def scan(file: IO[bytes], ending: str, *, picture: IO[bytes]) -> Verdict:
    """Return what is found out about an open file on this disk whose name has this
    ending; a picture drawn anew is written to `picture`.

    A child that dies, or answers nonsense, found it unreadable.
    """
    secret = secrets.token_hex(16)
    with tempfile.TemporaryFile() as answer:
        status = _run(file, ending, secret, answer, picture)
        if status is None or -status in {signal.SIGXCPU, signal.SIGKILL}:
            return Verdict(Finding.TIMEOUT)
        if status != 0:
            return UNREADABLE
        answer.seek(0)
        return _verdict(answer.read(LONGEST_VERDICT + 1), secret) or UNREADABLE


def _run(
    file: IO[bytes], ending: str, secret: str, answer: IO[bytes], picture: IO[bytes]
) -> int | None:
    """Return how the child ended; None where it took too long."""
    descriptors = (answer.fileno(), picture.fileno())
    file.seek(0)
    os.lseek(file.fileno(), 0, os.SEEK_SET)
    command = [sys.executable, "-m", "screening.files.child", ending, secret]
    with tempfile.TemporaryDirectory() as folder:
        child = subprocess.Popen(
            [*command, *map(str, descriptors)],
            stdin=file,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=descriptors,
            # Nothing of ours: no passwords of databases, no keys.
            env=_environment(folder),
            cwd=folder,
            start_new_session=True,
        )
        try:
            for seconds, niceness in STAGES:
                _rank(child, niceness)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    return child.wait(seconds)
            return None
        finally:
            _end(child)


def _rank(child: subprocess.Popen[bytes], niceness: str) -> None:
    """Give the session of the child its place, where there are such places."""
    for _ in range(TRIES):
        try:
            Path(f"/proc/{child.pid}/autogroup").write_text(niceness)
        except BlockingIOError:
            time.sleep(0.1)
            continue
        except OSError:
            pass  # there are none
        return


def _environment(folder: str) -> dict[str, str]:
    return {
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PATH": os.defpath,
        "TMPDIR": folder,
        "LANG": "C.UTF-8",
    }


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the child, and all that it may have started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _verdict(answer: bytes, secret: str) -> Verdict | None:
    """Return the verdict that these bytes are; None where they are none."""
    if len(answer) > LONGEST_VERDICT:
        return None
    try:
        words = json.loads(answer)
        return _understood(words, secret)
    except (ValueError, TypeError, AttributeError, KeyError):
        return None


def _understood(words: Mapping[str, Any], secret: str) -> Verdict | None:
    if words["secret"] != secret or len(words) != 4:  # noqa: PLR2004 - its fields
        return None
    finding, is_picture = Finding(words["finding"]), words["is_picture"]
    content_type = words["content_type"]
    if not isinstance(content_type, str) or not isinstance(is_picture, bool):
        return None
    return Verdict(finding, content_type, is_picture)

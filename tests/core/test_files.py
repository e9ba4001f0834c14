"""Every connection is an open file: how many there may be, and who says so in time."""

from __future__ import annotations

import errno
import logging
import os
import resource
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from core import files
from core.logs import OnceAMinute

if TYPE_CHECKING:
    from django.test import Client

LIMIT = resource.getrlimit(resource.RLIMIT_NOFILE)
RAISES = "import config.asgi, resource; print(resource.getrlimit(7))"


@pytest.fixture(autouse=True)
def nothing_was_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_news", OnceAMinute())


def limit_is(monkeypatch: pytest.MonkeyPatch, soft: int) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda which: (soft, soft))


def test_the_web_process_raises_its_limit() -> None:
    """As much as it may, in a shell whose limit is low."""
    low = min(512, LIMIT[1])
    wanted = files.MOST if LIMIT[1] == -1 else min(LIMIT[1], files.MOST)

    said = subprocess.check_output(
        [sys.executable, "-c", RAISES],
        cwd=settings.BASE_DIR,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (low, LIMIT[1])),
    )

    assert said.strip() == str((wanted, LIMIT[1]))


def test_the_web_process_hands_the_interpreter_over_soon() -> None:
    """Else each small step of a message may wait for an upload."""
    says = "import config.asgi, sys; print(sys.getswitchinterval())"

    said = subprocess.check_output(
        [sys.executable, "-c", says], cwd=settings.BASE_DIR, text=True
    )

    assert float(said) < 0.001


def test_a_limit_is_never_lowered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST", 10)

    assert files.raise_limit() == resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def test_a_limit_that_cannot_be_raised_stops_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(which: int, limits: tuple[int, int]) -> None:
        raise ValueError("not allowed")

    monkeypatch.setattr(resource, "getrlimit", lambda which: (64, 128))
    monkeypatch.setattr(resource, "setrlimit", refuse)

    assert files.raise_limit() == 64


def test_a_connection_that_is_one_of_the_last_is_logged_once_a_minute(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    limit_is(monkeypatch, 100)

    with caplog.at_level(logging.ERROR):
        files.note(89)
        assert not caplog.records
        files.note(90)
        files.note(95)

    [said] = caplog.messages
    assert "90 of 100 files are open" in said


def test_health_tells_that_files_run_out(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "files" not in client.get("/healthz/ready").json()

    limit_is(monkeypatch, 3)

    assert "of 3 files are open" in client.get("/healthz/ready").json()["files"]


def test_health_tells_that_there_are_none_left(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str, flags: int) -> int:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(os, "open", refuse)

    assert files.shortage() == "No more files can be opened."

"""A line of the log is one line, whatever it quotes."""

from __future__ import annotations

import io
import logging
import socket
from logging.config import dictConfig
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client

from config import processes

if TYPE_CHECKING:
    from collections.abc import Iterator

FORGED = "2026-01-01 00:00:00 ERROR core All is lost"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Give what the handlers of the settings write."""
    written = io.StringIO()
    root = logging.getLogger()
    before = root.handlers[:], root.level
    dictConfig({**settings.LOGGING, "incremental": False})
    handler = next(
        handler for handler in root.handlers if type(handler) is logging.StreamHandler
    )
    handler.setStream(written)
    yield written
    root.handlers[:], root.level = before[0], before[1]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x1b[2J", "\u2028", "\x85"])
def test_nobody_writes_a_line_of_ours(log: io.StringIO, end: str) -> None:
    logging.getLogger("core").warning("Called %s", f"Dora{end}{FORGED}")

    text = log.getvalue()
    assert len(text.splitlines()) == 1
    assert FORGED in text
    assert "\x1b" not in text


def test_neither_in_a_traceback(log: io.StringIO) -> None:
    try:
        raise ValueError(f"Dora\n{FORGED}\r{FORGED}")
    except ValueError:
        logging.getLogger("core").exception("It failed")

    first, *rest = log.getvalue().splitlines()
    assert first.endswith("It failed")
    assert any("ValueError" in line for line in rest)
    assert all(line.startswith("  | ") for line in rest)


def test_an_outage_is_one_line_with_its_reason(log: io.StringIO) -> None:
    try:
        raise OperationalError("connection refused 100%")
    except OperationalError:
        logging.getLogger("core").exception("It failed")

    assert log.getvalue().endswith("It failed: connection refused 100%\n")
    assert len(log.getvalue().splitlines()) == 1


def test_a_line_has_an_end(log: io.StringIO) -> None:
    logging.getLogger("core").warning("Called %s", "x" * 100_000)

    assert len(log.getvalue()) < 1100


def test_a_name_that_is_not_ours_is_one_line(log: io.StringIO) -> None:
    answer = Client().get("/", headers={"host": "evil.example"})

    assert answer.status_code == 400
    lines = [line for line in log.getvalue().splitlines() if "evil" in line]
    assert len(lines) == 1
    assert "Traceback" not in log.getvalue()


def test_the_server_tells_no_addresses_of_visitors() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        command = list(processes.web(listener).command)

    assert "--no-access-log" in command
    assert command[command.index("--log-level") + 1] == "warning"

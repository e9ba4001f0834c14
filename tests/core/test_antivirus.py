"""clamd is asked as its protocol says; whatever is no clear answer is none."""

from __future__ import annotations

import io
import socket
import struct
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from core import antivirus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django import Settings

VIRUS = b"X5O!P%@AP"  # the beginning of what scanners are tested with


@contextmanager
def clamd(
    listener: socket.socket, answer: bytes | None = None
) -> Iterator[list[bytes]]:
    """Be a clamd that finds VIRUS, or always says `answer`; give what it was sent."""
    heard: list[bytes] = []

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rwb") as wire:
            assert wire.read(10) == b"zINSTREAM\0"
            content = b""
            while size := struct.unpack(">I", wire.read(4))[0]:
                content += wire.read(size)
            heard.append(content)
            found = b"stream: Eicar FOUND" if VIRUS in content else b"stream: OK"
            wire.write((found if answer is None else answer) + b"\0")

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield heard
    finally:
        thread.join(5)
        listener.close()


@pytest.fixture
def listener(settings: Settings) -> socket.socket:
    listener = socket.create_server(("127.0.0.1", 0))
    settings.CLAMD_URL = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
    return listener


@pytest.mark.parametrize(
    ("content", "finds"), [(b"Hello", False), (b"Hello " + VIRUS, True)]
)
def test_a_file_is_sent_whole(
    listener: socket.socket, content: bytes, finds: bool
) -> None:
    content += b"." * 200_000

    with clamd(listener) as heard:
        assert antivirus.finds_something(io.BytesIO(content)) is finds

    assert heard == [content]


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR", b"OK"])
def test_no_clear_answer_is_none(listener: socket.socket, answer: bytes) -> None:
    with clamd(listener, answer):
        assert antivirus.finds_something(io.BytesIO(b"Hello")) is None


def test_a_clamd_that_is_not_there_has_found_nothing_out(
    listener: socket.socket,
) -> None:
    listener.close()

    assert antivirus.finds_something(io.BytesIO(b"Hello")) is None


def test_a_socket_of_this_machine_will_do(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "clamd"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()
    settings.CLAMD_URL = f"unix://{path}"

    with clamd(listener):
        assert antivirus.finds_something(io.BytesIO(VIRUS)) is True


def test_without_one_nothing_is_searched(settings: Settings) -> None:
    settings.CLAMD_URL = ""

    assert antivirus.finds_something(io.BytesIO(VIRUS)) is False

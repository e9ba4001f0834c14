"""Files on their way in: cut off half way, and many at once."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from contacts.models import Attachment
from tests import sockets
from tests.steps import for_customers

if TYPE_CHECKING:
    from socket import socket

    from pytest_django import Settings

    from tests.steps import Chat

MANY = 200
CHECKED = 60  # seconds in which all that were taken have been checked, on busy cores


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    return tmp_path


BODY = (
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    b"Hello\r\n--b--\r\n"
)


def begin(wire: socket, chat: Chat, body: bytes, *, length: int) -> None:
    """Send the head of an upload, and as much of its body."""
    head = (
        f"POST {for_customers(chat, 'attachments')} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {chat.token}\r\nContent-Length: {length}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nConnection: close\r\n\r\n"
    )
    wire.sendall(head.encode() + body)


def answer_on(wire: socket) -> int:
    """Return the status of the answer, read to its end."""
    answer = b"".join(iter(lambda: wire.recv(65536), b""))
    return int(answer.split()[1])


def test_an_upload_that_is_cut_off_leaves_nothing(talking: Chat, media: Path) -> None:
    with sockets.running() as server, server.dial() as wire:
        begin(wire, talking, BODY + b"x" * 100_000, length=5_000_000)
        port = wire.getsockname()[1]
        wire.close()
        server.finished(port).wait(sockets.PATIENCE)

    assert not Attachment.objects.exists()
    assert [path for path in media.rglob("*") if path.is_file()] == []


@pytest.mark.slow
def test_many_uploads_at_once_hold_up_no_message(talking: Chat) -> None:
    with ExitStack() as stack:
        page = stack.enter_context(sockets.page_of(talking))
        server = stack.enter_context(sockets.running())
        wires = [stack.enter_context(server.dial()) for _ in range(MANY)]
        for wire in wires:
            wire.settimeout(CHECKED)
            begin(wire, talking, BODY, length=len(BODY))

        message = page.say(talking, "Is anybody there?")["message"]

        answers = Counter(map(answer_on, wires))
    assert message["text"] == "Is anybody there?"
    assert answers.keys() <= {201, 429, 503}
    assert Attachment.objects.count() == answers[201] > 0

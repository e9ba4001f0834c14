"""A virus scanner beside us: clamd, asked by its INSTREAM command."""

from __future__ import annotations

import logging
import socket
import struct
from contextlib import closing
from typing import IO
from urllib.parse import urlsplit

from django.conf import settings

logger = logging.getLogger(__name__)

SECONDS = 20  # for an answer
PIECE = 64 * 1024  # bytes
LONGEST_ANSWER = 1024
PORT = 3310


def finds_something(file: IO[bytes]) -> bool | None:
    """Whether clamd finds a virus in the file; False where there is no clamd, None
    where it cannot be asked."""
    if not settings.CLAMD_URL:
        return False
    try:
        return _verdict(_ask(file))
    except OSError as error:
        logger.error("No virus scan: clamd cannot be asked (%s)", error)
        return None


def _ask(file: IO[bytes]) -> bytes:
    file.seek(0)
    with closing(_connect()) as clamd:
        clamd.sendall(b"zINSTREAM\0")
        while piece := file.read(PIECE):
            clamd.sendall(struct.pack(">I", len(piece)) + piece)
        clamd.sendall(struct.pack(">I", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
            more = clamd.recv(LONGEST_ANSWER)
            if not more:
                break
            answer += more
    return answer.rstrip(b"\0\n")


def _connect() -> socket.socket:
    url = urlsplit(settings.CLAMD_URL)
    if url.scheme == "unix":
        clamd = socket.socket(socket.AF_UNIX)
        clamd.settimeout(SECONDS)
        clamd.connect(url.path)
        return clamd
    return socket.create_connection((url.hostname, url.port or PORT), SECONDS)


def _verdict(answer: bytes) -> bool | None:
    if answer == b"stream: OK":
        return False
    if answer.endswith(b" FOUND"):
        return True
    logger.error("No virus scan: clamd answers %r", answer[:100])
    return None

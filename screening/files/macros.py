"""Macros of Office files: their source is kept compressed (MS-OVBA 2.4.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from screening.files.verdicts import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = "vba"  # the storage whose streams are modules
# A container's first byte, and a chunk's header with its signature behind it.
CONTAINER = re.compile(rb"\x01(?=[\x00-\xff][\x30-\x3f\xb0-\xbf])")
MOST_CONTAINERS = 5000  # of one stream; compiled code has bytes like these in it
MOST_UNPACKED = 8 * 1024 * 1024  # bytes, of one stream
SIZE, SIGNATURE, COMPRESSED = 0x0FFF, 0b011, 0x8000
CHUNK = 4096  # bytes of it, unpacked
LEAST = 3  # bytes that are worth a reference


def sources(stream: bytes) -> Iterator[bytes]:
    """Yield all that is compressed in the stream of a module, whatever it has in front
    of it. Raise Unreadable where there is no end of it."""
    left = MOST_UNPACKED
    for number, found in enumerate(CONTAINER.finditer(stream)):
        source = _unpacked(stream, found.end(), most=left)
        left -= len(source)
        if left <= 0 or number == MOST_CONTAINERS:
            raise Unreadable
        yield source


def _unpacked(stream: bytes, at: int, *, most: int) -> bytes:
    """Return what the chunks from there on hold, as far as they make sense."""
    made = bytearray()
    while at + 2 <= len(stream) and len(made) < most:
        header = int.from_bytes(stream[at : at + 2], "little")
        if header >> 12 & 0b111 != SIGNATURE:
            break
        start, at = at + 2, at + (header & SIZE) + 3
        if not header & COMPRESSED:
            at = start + CHUNK
            made += stream[start:at]
        elif not _unpack(stream[start:at], made):
            break
    return bytes(made)


def _unpack(chunk: bytes, made: bytearray) -> bool:
    """Add what a chunk holds; return whether all of it made sense."""
    at, start = 0, len(made)
    while at < len(chunk):
        flags = chunk[at]
        at += 1
        for place in range(8):
            if at >= len(chunk):
                break
            if not flags >> place & 1:
                made.append(chunk[at])
                at += 1
                continue
            if not _repeat(chunk[at : at + 2], made, start):
                return False
            at += 2
        if len(made) - start > CHUNK:
            return False
    return True


def _repeat(token: bytes, made: bytearray, start: int) -> bool:
    """Add what a reference of two bytes points back to; return whether it can."""
    known, reference = len(made) - start, int.from_bytes(token, "little")
    bits = max((known - 1).bit_length(), 4)  # the more is known, the more for the place
    back, length = (reference >> 16 - bits) + 1, (reference & 0xFFFF >> bits) + LEAST
    if len(token) < len("ab") or back > known:
        return False
    for _ in range(length):
        made.append(made[-back])
    return True

"""Compound files: what Office kept its documents in, and Outlook keeps its mails in."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

import olefile

from screening.files import macros
from screening.files.binary_sheets import (
    FILE_PASS,
    NUMBER,
    biff8_number,
    biff8_records,
)
from screening.files.rich_text import inflate_mail_text
from screening.files.verdicts import Encrypted, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable

    from screening.files.scan import Scan

    ReadPart = Callable[[bytes], None]

WORD_ENCRYPTED = 0x0100  # fEncrypted, in the flags of a document's first block
FLAGS_AT = 0x0A
CRYPT_SESSION = b"\x14\x2f"  # the record of a presentation that is encrypted
EMBEDDED = b"\x11\x10"  # the record of an object in a presentation
COMPRESSED = 0x10  # its instance, where it is deflated
RECORD_HEADER = 8  # bytes
LARGEST_OBJECT = 32 * 1024 * 1024  # bytes, inflated
MAIL_RTF = "__substg1.0_10090102"
LOCKED = {"EncryptedPackage", "EncryptedSummary"}
# What begins a file within a stream.
MAGICS = (
    b"PK\x03\x04",
    b"%PDF-",
    b"{\\rtf",
    olefile.MAGIC,
    b"\x89PNG",
    b"\xff\xd8\xff",
)
BROKEN = (OSError, ValueError, IndexError, TypeError, AttributeError, struct.error)


def read_compound(content: bytes, scan: Scan, read_part: ReadPart) -> None:
    """Read every stream; `read_part` reads those that are files themselves. Raise
    Encrypted where a password is needed."""
    try:
        with olefile.OleFileIO(BytesIO(content)) as file:
            paths = file.listdir()
            scan.spend_members(len(paths))
            if any(LOCKED & set(path) for path in paths):
                raise Encrypted
            for path in paths:
                stream = file.openstream(path).read()
                scan.spend(len(stream))
                if macros.FOLDER in map(str.lower, path[:-1]):
                    _read_macros(stream, scan)
                _read_stream(path[-1], stream, scan, read_part)
    except BROKEN as error:
        raise Unreadable from error
    # What is between the streams, or was left behind in them.
    scan.bytes(content)


def _read_stream(name: str, stream: bytes, scan: Scan, read_part: ReadPart) -> None:
    scan.text(name)
    if name == "WordDocument":
        _refuse_encrypted_word(stream)
    elif name in {"Workbook", "Book"}:
        _read_workbook(stream, scan)
    elif name == "PowerPoint Document":
        _read_slides(stream, scan, read_part)
    elif name == MAIL_RTF:
        read_part(inflate_mail_text(stream))
    _read_files(stream, read_part)
    scan.bytes(stream)


def _read_macros(stream: bytes, scan: Scan) -> None:
    for source in macros.sources(stream):
        scan.spend(len(source))
        scan.text(source.decode("latin-1"))


def _read_files(stream: bytes, read_part: ReadPart) -> None:
    """Read the files that a stream is or has in it, as a package of another program."""
    starts = [at for magic in MAGICS if (at := stream.find(magic)) >= 0]
    if starts:
        read_part(stream[min(starts) :])


def _refuse_encrypted_word(stream: bytes) -> None:
    flags = int.from_bytes(stream[FLAGS_AT : FLAGS_AT + 2], "little")
    if flags & WORD_ENCRYPTED:
        raise Encrypted


def _read_workbook(stream: bytes, scan: Scan) -> None:
    """Read the numbers, which are no text; the texts are found among the bytes."""
    numbers = []
    for kind, record in biff8_records(stream):
        if kind == FILE_PASS:
            raise Encrypted
        if kind == NUMBER:
            numbers.append(biff8_number(record))
    scan.text("\t".join(numbers))


def _read_slides(stream: bytes, scan: Scan, read_part: ReadPart) -> None:
    """Read the objects that a presentation keeps deflated."""
    at = stream.find(CRYPT_SESSION)
    if at >= 2 and stream[at - 2 : at] == b"\x0f\x00":  # noqa: PLR2004 - a container
        raise Encrypted
    at = stream.find(EMBEDDED)
    while at >= 0:
        start = at - 2 + RECORD_HEADER
        if at >= 2 and stream[at - 2] == COMPRESSED:  # noqa: PLR2004
            inflated = _inflated(stream[start + 4 :])
            scan.spend(len(inflated))
            if inflated:
                read_part(inflated)
        at = stream.find(EMBEDDED, at + 2)


def _inflated(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, LARGEST_OBJECT)
    except zlib.error:
        return b""  # these two bytes were something else

"""Zip files, and what office files keep in them."""

from __future__ import annotations

import re
import struct
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

from screening.files.binary_sheets import biff12_numbers
from screening.files.kinds import BROKEN
from screening.files.markup import texts_of_part
from screening.files.verdicts import Encrypted, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from screening.files.scan import Scan

    ReadPart = Callable[[bytes], None]

ENCRYPTED_FLAG = 0x1
PIECE = 1024 * 1024  # bytes inflated at once
MARKUP = (".xml", ".rels", ".vml", ".fpage", ".fdoc", ".fdseq", ".rdf", ".piece")
_SHEET = re.compile(r"xl/(?:work|macro|dialog|chart)sheets/[^/]*\.bin$", re.IGNORECASE)


def read_archive(content: bytes, scan: Scan, read_part: ReadPart) -> None:
    """Read every member: markup here, all else by `read_part`, which may find a file
    in it again. Raise Unreadable for bombs, Encrypted for what has a password."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
            scan.spend_members(len(members))
            if any(member.flag_bits & ENCRYPTED_FLAG for member in members):
                raise Encrypted
            scan.bytes(archive.comment)
            for member in members:
                _read_member(archive, member, scan, read_part)
    except BROKEN as error:
        raise Unreadable from error


def _read_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, scan: Scan, read_part: ReadPart
) -> None:
    scan.text(member.filename)
    part = b"".join(_inflate(archive, member, scan))
    try:
        if member.filename.lower().endswith(MARKUP) or part[:5] == b"<?xml":
            _read_markup(member.filename, part, scan)
        elif _SHEET.match(member.filename):
            scan.text("\t".join(biff12_numbers(part)))
            scan.bytes(part)
        else:
            read_part(part)
    except (struct.error, IndexError) as error:
        scan.note(Unreadable(*error.args))
    except (Unreadable, Encrypted) as error:
        scan.note(error)


def _inflate(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, scan: Scan
) -> Iterator[bytes]:
    """Yield the pieces of a member, counted as they come: headers may lie."""
    with archive.open(member) as file:
        while piece := file.read(PIECE):
            scan.spend(len(piece))
            yield piece


def _read_markup(name: str, part: bytes, scan: Scan) -> None:
    if name == "META-INF/manifest.xml" and b"encryption-data" in part:
        raise Encrypted
    for text in texts_of_part(part):
        scan.text(text)

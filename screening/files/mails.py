"""Mails and archived pages: their headers and every part of them."""

from __future__ import annotations

import email
import email.header
import email.policy
import re
from typing import TYPE_CHECKING

from screening.files.charsets import decode
from screening.files.markup import texts_of_html_text
from screening.files.verdicts import Encrypted, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import Message

    from screening.files.scan import Scan

    ReadPart = Callable[[bytes], None]

SEALED = {"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"}
# What programs put between parts: 19 digits by chance, and no more or less of them.
BORDER = re.compile(r"={15}[0-9]{19}==")
BROKEN = (ValueError, LookupError, TypeError, AttributeError, RecursionError)


def read_mail(content: bytes, scan: Scan, read_part: ReadPart) -> None:
    """Read a mail, the mails and files in it. Raise Encrypted for a sealed one."""
    scan.text(BORDER.sub("", decode(content)))
    try:
        mail = email.message_from_bytes(content, policy=email.policy.compat32)
        parts = list(mail.walk())
    except BROKEN as error:
        raise Unreadable from error
    scan.spend_members(len(parts))
    for part in parts:
        try:
            _read_part(part, scan, read_part)
        except BROKEN as error:
            raise Unreadable from error
        except Unreadable as error:
            scan.note(error)


def _read_part(part: Message, scan: Scan, read_part: ReadPart) -> None:
    for name, value in part.items():
        scan.text(BORDER.sub("", f"{name}: {_header(value)}"))
    if part.get_content_type() in SEALED:
        raise Encrypted
    if part.is_multipart():
        return
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return
    scan.spend(len(payload))
    if part.get_content_maintype() == "text":
        _read_text(part, decode(payload, part.get_content_charset() or ""), scan)
    else:
        read_part(payload)


def _read_text(part: Message, text: str, scan: Scan) -> None:
    scan.text(text)
    if part.get_content_subtype() in {"html", "xml"} or "<" in text:
        for said in texts_of_html_text(text):
            scan.text(said)


def _header(value: object) -> str:
    pieces = email.header.decode_header(str(value))
    return "".join(
        piece.decode(charset or "latin-1", "replace")
        if isinstance(piece, bytes)
        else piece
        for piece, charset in pieces
    )

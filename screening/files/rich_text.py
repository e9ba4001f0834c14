"""RTF: in files of its own, and in Outlook's mails."""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

from striprtf.striprtf import rtf_to_text

from screening.files.verdicts import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

# Groups in which bytes stand as hexadecimal digits.
_PACKED = re.compile(
    r"\\(?P<word>objdata|pict|themedata|datastore|colorschememapping|blipuid|fontemb"
    r"|fontfile|panose|objclass|objalias|passwordhash|rsidtbl)\b(?P<rest>[^{}]*)"
)
_HEX = re.compile(r"[0-9A-Fa-f\s]{16,}")
_CODE = re.compile(r"\\'([0-9a-fA-F]{2})")
_UNICODE = re.compile(r"\\u(-?\d{1,5})(?: ?\\'[0-9a-fA-F]{2}| ?\?| )?")
_CONTROL = re.compile(r"\\(?:[a-zA-Z]+-?\d* ?|\r?\n|[^a-zA-Z])")
_PARTING = re.compile(r"\\(?:par|line|sect|page|row|tab|cell|nestcell|nestrow)\b ?")
_NO_BREAK = re.compile(r"\\([~_-])")
OPENING = 10  # bytes: {\rtf1

# The dictionary that Outlook's compression begins with ([MS-OXRTFCP] 2.1.2.1).
_PRELOAD = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern "
    rb"\fscript \fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0"
    rb"\green0\blue0" + b"\r\n" + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
WINDOW = 4096
LZFU = b"LZFu"
LARGEST = 64 * 1024 * 1024  # bytes


def texts_of(content: bytes) -> Iterator[str]:
    """Yield what an RTF file says: as a reader shows it, and with all that it hides."""
    source = content.decode("latin-1")
    yield _swept(source)
    try:
        yield str(rtf_to_text(source, encoding="cp1252", errors="replace"))  # type: ignore[no-untyped-call]
    except (ValueError, KeyError, IndexError, LookupError, RecursionError) as error:
        raise Unreadable from error


def files_in(content: bytes) -> Iterator[bytes]:
    """Yield the objects and pictures that stand in an RTF file."""
    for match in _PACKED.finditer(content.decode("latin-1")):
        if match["word"] in {"objdata", "pict"}:
            for digits in _HEX.findall(match["rest"]):
                plain = re.sub(r"\s", "", digits)
                yield bytes.fromhex(plain[: len(plain) // 2 * 2])


def _swept(source: str) -> str:
    text = _PACKED.sub("", source).replace("\r", "").replace("\n", "")
    text = _PARTING.sub("\n", _NO_BREAK.sub(_plain_break, text))
    text = _UNICODE.sub(lambda m: chr(int(m[1]) % 0x10000), text)
    text = _CODE.sub(lambda m: chr(int(m[1], 16)), text)
    return re.sub(r"[{}]", "", _CONTROL.sub("", text))


def _plain_break(match: re.Match[str]) -> str:
    return {"~": " ", "_": "-"}.get(match[1], "")


def inflate_mail_text(stream: bytes) -> bytes:
    """Return the RTF of a mail ([MS-OXRTFCP]). Raise Unreadable for nonsense."""
    if len(stream) < 16:  # noqa: PLR2004 - its header
        raise Unreadable
    size, kind = struct.unpack_from("<I4s", stream, 4)
    if kind != LZFU:
        return stream[16:]
    if size > LARGEST:
        raise Unreadable
    return _unpack(stream[16:], size)


def _unpack(packed: bytes, size: int) -> bytes:
    made = bytearray(_PRELOAD)
    position, end = 0, len(_PRELOAD) + size
    while position < len(packed) and len(made) < end:
        flags = packed[position]
        position += 1
        for bit in range(8):
            is_reference = flags >> bit & 1
            if position + is_reference >= len(packed):
                break
            if is_reference:
                reference = packed[position] << 8 | packed[position + 1]
                if not _repeat(made, reference >> 4, (reference & 0xF) + 2):
                    return bytes(made[len(_PRELOAD) :])
            else:
                made.append(packed[position])
            position += 1 + is_reference
    return bytes(made[len(_PRELOAD) :])


def _repeat(made: bytearray, start: int, length: int) -> bool:
    """Append what stands at this place of the window; False at the end."""
    back = (len(made) - start) % WINDOW
    if not back:
        return False
    for _ in range(length):
        made.append(made[-back] if back <= len(made) else 0)
    return True

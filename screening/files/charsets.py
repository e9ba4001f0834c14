"""Bytes as the text they are meant to be."""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(
    rb"(?:encoding\s*=\s*|charset\s*=\s*)[\"']?\s*([A-Za-z0-9_.:-]{2,40})",
    re.IGNORECASE,
)
HEAD = 4096  # bytes in which an encoding is looked for
MANY = 0.3  # of every second byte, where a text is in UTF-16


def decode(content: bytes, charset: str = "") -> str:
    """Return the text: by its mark, the charset given, the one it declares, UTF-8, or
    else Windows' Western one. What does not fit is replaced."""
    for candidate in _candidates(content, charset):
        try:
            return content.decode(candidate)
        except (UnicodeError, LookupError):
            continue
    return content.decode("cp1252", "replace")


def _candidates(content: bytes, charset: str) -> list[str]:
    head = content[:HEAD]
    marked = [name for mark, name in _MARKS if content.startswith(mark)]
    if marked:
        return marked[:1]
    wide = _wide(head)
    if wide:
        return [wide]
    declared = _DECLARED.search(head)
    names = [charset, declared[1].decode("ascii") if declared else "", "utf-8"]
    # A text that we read as bytes is not in one of two bytes a character.
    return [name for name in names if name and not name.lower().startswith("utf-16")]


def _wide(head: bytes) -> str:
    """Return which UTF-16 this is without a mark, "" where it is none."""
    if len(head) < 4:  # noqa: PLR2004 - two characters
        return ""
    half = len(head) // 2
    if head[1::2].count(0) > half * MANY and head[::2].count(0) < half * MANY / 2:
        return "utf-16-le"
    if head[::2].count(0) > half * MANY and head[1::2].count(0) < half * MANY / 2:
        return "utf-16-be"
    return ""


def is_text(content: bytes) -> bool:
    """Whether these bytes are a text: no zero bytes but those of wide characters."""
    text = decode(content[: 64 * HEAD])
    return "\x00" not in text and not _CONTROLS.search(text[:HEAD])


_CONTROLS = re.compile(r"[\x01-\x06\x0e-\x1a]{2}")

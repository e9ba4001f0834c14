"""Names of files that strangers chose."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from core.text import is_seen, one_line

LONGEST = 150  # characters
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
NAMELESS = "file"


def cleaned(name: str) -> str:
    """Return the last part of a path as a name that every system takes, and that shows
    as it is: on one line, without characters that nobody sees or that turn others
    around."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    shown = "".join(c for c in unicodedata.normalize("NFC", last) if _stays(c))
    plain = _FORBIDDEN.sub("_", one_line(shown)).strip(" .")
    return _shortened(plain) or NAMELESS


def _stays(character: str) -> bool:
    # Joiners make scripts and emoji what they are.
    return character in "\u200c\u200d " or is_seen(character)


def _shortened(name: str) -> str:
    ending = PurePosixPath(name).suffix
    if len(name) <= LONGEST or len(ending) > LONGEST // 2:
        return name[:LONGEST]
    return name[: LONGEST - len(ending)] + ending


def ending_of(name: str) -> str:
    """Return how a name ends, in small letters and with the dot; "" without one."""
    _, dot, last = name.rpartition(".")
    return f".{last.lower()}" if dot else ""

"""What is found out about a file, and how readers say it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Finding(StrEnum):
    """What a scan may end with."""

    CLEAN = "clean"
    CARD_DATA = "card_data"
    ENCRYPTED = "encrypted"
    UNREADABLE = "unreadable"
    TOO_MANY_PIXELS = "too_many_pixels"
    MISMATCH = "mismatch"
    TIMEOUT = "scan_timeout"


@dataclass(frozen=True)
class Verdict:
    """What is known of a file: never a word of what stands in it.

    `content_type` is what the content is; `is_picture` says that a picture without
    its metadata was made of it.
    """

    finding: Finding
    content_type: str = "application/octet-stream"
    is_picture: bool = False


class CardFound(Exception):
    """There is card data in the file; nothing more is said of it."""


class Encrypted(Exception):
    """Nobody can read the file, or a part of it, without a password."""


class Unreadable(Exception):
    """The file, or a part of it, is corrupt, hostile or too large when unpacked."""


class TooManyPixels(Exception):
    """The picture is larger than one that is drawn anew."""

"""Pictures that people bring, drawn anew: their pixels are kept, and nothing else."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

if TYPE_CHECKING:
    from collections.abc import Callable

FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
MOST_BYTES = 1024 * 1024
MOST_PIXELS = 16_000_000
BROKEN = (
    *(OSError, ValueError, SyntaxError, TypeError, IndexError, KeyError, EOFError),
    *(OverflowError, Image.DecompressionBombError, Image.DecompressionBombWarning),
)


class NoPicture(Exception):
    """What was brought is none, or too large: a sentence says so."""


def drawn(content: bytes, shaped: Callable[[Image.Image], Image.Image]) -> bytes:
    """Return the picture as a PNG of its pixels alone, in the shape that it is given.
    Raise NoPicture."""
    if len(content) > MOST_BYTES:
        raise NoPicture(_("The file is too large: at most 1 MB."))
    try:
        return _drawn(content, shaped)
    except BROKEN as error:
        sentence = _("This is no picture: give a PNG, JPEG, GIF or WebP file.")
        raise NoPicture(sentence) from error


def _drawn(content: bytes, shaped: Callable[[Image.Image], Image.Image]) -> bytes:
    with Image.open(BytesIO(content), formats=FORMATS) as picture:
        width, height = picture.size
        if width * height > MOST_PIXELS:
            raise NoPicture(_("The picture is too large: at most 16 million pixels."))
        bare = shaped(ImageOps.exif_transpose(picture).convert("RGBA"))
    bare.info = {}
    made = BytesIO()
    bare.save(made, "PNG")
    return made.getvalue()

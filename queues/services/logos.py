"""Logos of chat pages: pictures that administrators bring, drawn anew."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from PIL import Image, ImageOps

from agents.services.configuration import NotValid
from queues.models import Logo

if TYPE_CHECKING:
    from queues.models import EntryPoint

FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
MOST_BYTES = 1024 * 1024
MOST_PIXELS = 16_000_000
SIZE = (400, 120)  # pixels at most, twice of what is shown
BROKEN = (
    *(OSError, ValueError, SyntaxError, TypeError, IndexError, KeyError, EOFError),
    *(OverflowError, Image.DecompressionBombError, Image.DecompressionBombWarning),
)


def drawn(content: bytes) -> bytes:
    """Return the picture as a small PNG that holds its pixels and nothing else. Raise
    NotValid for what is none, or too large."""
    if len(content) > MOST_BYTES:
        raise NotValid({"logo": [gettext("The file is too large: at most 1 MB.")]})
    try:
        return _drawn(content)
    except BROKEN as error:
        sentence = gettext("This is no picture: give a PNG, JPEG, GIF or WebP file.")
        raise NotValid({"logo": [sentence]}) from error


def _drawn(content: bytes) -> bytes:
    with Image.open(BytesIO(content), formats=FORMATS) as picture:
        width, height = picture.size
        if width * height > MOST_PIXELS:
            sentence = gettext("The picture is too large: at most 16 million pixels.")
            raise NotValid({"logo": [sentence]})
        bare = ImageOps.exif_transpose(picture).convert("RGBA")
    bare.thumbnail(SIZE)
    bare.info = {}
    made = BytesIO()
    bare.save(made, "PNG")
    return made.getvalue()


def put(entry_point: EntryPoint, content: bytes) -> None:
    """Store what `drawn` has made, in place of another."""
    values = {"content": content, "digest": hashlib.sha256(content).hexdigest()}
    Logo.objects.update_or_create(entry_point=entry_point, defaults=values)


def remove(entry_point: EntryPoint) -> None:
    Logo.objects.filter(entry_point=entry_point).delete()

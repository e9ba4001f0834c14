"""Logos of chat pages: pictures that administrators bring, drawn anew."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from agents.services.configuration import NotValid
from core import pictures
from queues.models import Logo

if TYPE_CHECKING:
    from PIL import Image

    from queues.models import EntryPoint

SIZE = (400, 120)  # pixels at most, twice of what is shown


def drawn(content: bytes) -> bytes:
    """Return the picture as a small PNG that holds its pixels and nothing else. Raise
    NotValid for what is none, or too large."""
    try:
        return pictures.drawn(content, _small)
    except pictures.NoPicture as refusal:
        raise NotValid({"logo": [str(refusal)]}) from refusal


def _small(picture: Image.Image) -> Image.Image:
    picture.thumbnail(SIZE)
    return picture


def put(entry_point: EntryPoint, content: bytes) -> None:
    """Store what `drawn` has made, in place of another."""
    values = {"content": content, "digest": hashlib.sha256(content).hexdigest()}
    Logo.objects.update_or_create(entry_point=entry_point, defaults=values)


def remove(entry_point: EntryPoint) -> None:
    Logo.objects.filter(entry_point=entry_point).delete()

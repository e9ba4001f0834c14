"""Pictures of agents: brought by an administrator, drawn anew, seen by customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import ImageOps

from agents.models import Picture
from agents.services.configuration import NotValid
from core import pictures, secrets

if TYPE_CHECKING:
    from PIL import Image

    from agents.models import Agent

SIZE = (160, 160)  # pixels


def drawn(content: bytes) -> bytes:
    """Return the picture as a small square PNG that holds its pixels and nothing else,
    cut off at the longer sides. Raise NotValid."""
    try:
        return pictures.drawn(content, _square)
    except pictures.NoPicture as refusal:
        raise NotValid({"picture": [str(refusal)]}) from refusal


def _square(picture: Image.Image) -> Image.Image:
    return ImageOps.fit(picture, SIZE)


def put(agent: Agent, content: bytes) -> None:
    """Store what `drawn` has made, in place of another; none, where it is empty."""
    if not content:
        Picture.objects.filter(agent=agent).delete()
        return
    values = {"content": content, "name": secrets.make()}
    Picture.objects.update_or_create(agent=agent, defaults=values)

"""The product as it is served, but for the limit on the frames of a socket.

A load is what that limit is there to keep out.
"""

from __future__ import annotations

from config.asgi import application
from core import consumers

__all__ = ["application"]

consumers.FRAMES_PER_MINUTE = consumers.FRAMES_UNTIL_CLOSED = 10**9

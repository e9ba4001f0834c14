"""Why Parley closes a socket, as numbers for clients (docs/events.md)."""

from __future__ import annotations

from enum import IntEnum


class CloseCode(IntEnum):
    BROKEN = 1011  # a fault of ours; the client connects again
    RESUME = 1013  # the client connects again and takes up where it was
    UNAUTHORISED = 4401  # not signed in (any more), or a bad token
    WRONG_ORIGIN = 4403
    FORBIDDEN = 4403  # the same number: signed in, but not for this
    UNKNOWN = 4404
    SILENT = 4408
    OVER = 4409  # the contact has ended
    FLOOD = 4429

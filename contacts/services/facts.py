"""What became of a plain draft."""

from __future__ import annotations

from typing import NamedTuple

STORED = "stored"
BUSY = "busy"
ENDED = "ended"
NOT_YOURS = "not_yours"
ORDINARY = "ordinary"


class Fact(NamedTuple):
    """What became of the draft at a place of a batch, as the database tells it."""

    place: int
    fate: str
    # Of what is stored.
    message_id: int | None
    seq: int | None
    # Of the sender, and of the contact.
    name: str | None
    customer_id: int | None
    # It is for an assistant to answer.
    asks: bool
    # The agents who hear it: those who talk, and who watches.
    hearing: list[int]

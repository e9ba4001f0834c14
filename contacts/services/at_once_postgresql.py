"""Has PostgreSQL store a batch of plain drafts: one call, one round trip.

`at_once_postgresql.sql` is what it calls, and a transaction of its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from contacts.services.facts import Fact
from contacts.services.masking import LINES_BACK, LOOK_BACK
from core import statements
from core.unthreaded import lines

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from contacts.services.plain import Plain

ROUTINE = Path(__file__).with_suffix(".sql")
CALL = "SELECT * FROM contacts_store_lines(%s::json, %s, %s, %s, %s)"


def store(drafts: Sequence[Plain], *, now: datetime, skip_locked: bool) -> list[Fact]:
    """Store plain drafts; return what became of each, in their order."""
    values = _values(drafts, now, skip_locked=skip_locked)
    return [Fact(*row) for row in statements.rows(CALL, values)]


async def store_unthreaded(drafts: Sequence[Plain], *, now: datetime) -> list[Fact]:
    """Do as `store` does, in an event loop, and wait for no contact. Raises psycopg's
    errors."""
    values = _values(drafts, now, skip_locked=True)
    return [Fact(*row) for row in await lines().rows(CALL, values)]


def _values(drafts: Sequence[Plain], now: datetime, *, skip_locked: bool) -> list[Any]:
    said = orjson.dumps([_row(one) for one in drafts]).decode()
    return [said, now, LINES_BACK, LOOK_BACK, skip_locked]


def _row(one: Plain) -> dict[str, Any]:
    draft = one.draft
    return {
        "place": one.place,
        "contact_id": str(draft.contact_id),
        "client_id": draft.client_id,
        "sender_kind": draft.sender.kind,
        "agent_id": draft.sender.agent_id,
        "sender_key": draft.sender.key,
        "text": draft.text,
        "cards_only": one.cards_only,
        "continues": one.continues,
    }

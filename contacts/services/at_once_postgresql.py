"""Has PostgreSQL store a batch of plain drafts: one call, one round trip.

`at_once_postgresql.sql` is what it calls, and a transaction of its own.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contacts.services.facts import Fact
from contacts.services.masking import LINES_BACK, LOOK_BACK
from core import statements

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from contacts.services.plain import Plain

ROUTINE = Path(__file__).with_suffix(".sql")
CALL = "SELECT * FROM contacts_store_lines(%s::json, %s, %s, %s, %s)"


def store(drafts: Sequence[Plain], *, now: datetime, skip_locked: bool) -> list[Fact]:
    """Store plain drafts; return what became of each, in their order."""
    said = json.dumps([_row(one) for one in drafts])
    values = [said, now, LINES_BACK, LOOK_BACK, skip_locked]
    return [Fact(*row) for row in statements.rows(CALL, values)]


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

"""What happened to a contact, kept for ever; nothing of what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contacts.models import ContactEvent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from contacts.models import Assignment, ContactEventCode


def note(
    code: ContactEventCode,
    *,
    contact_id: UUID,
    now: datetime,
    agent_id: int | None = None,
    actor_id: int | None = None,
    **details: Any,
) -> None:
    """Write one line of what happened; docs/events.md has the details of each code."""
    ContactEvent.objects.create(
        contact_id=contact_id,
        at=now,
        code=code,
        agent_id=agent_id,
        actor_id=actor_id,
        details=details,
    )


def note_all(
    code: ContactEventCode,
    *,
    shares: Iterable[Assignment],
    now: datetime,
    details: Mapping[UUID, dict[str, Any]] | None = None,
) -> None:
    """Write the same line for many shares at once, with details by contact."""
    ContactEvent.objects.bulk_create(
        ContactEvent(
            contact_id=share.contact_id,
            at=now,
            code=code,
            agent_id=share.agent_id,
            details=(details or {}).get(share.contact_id, {}),
        )
        for share in shares
    )

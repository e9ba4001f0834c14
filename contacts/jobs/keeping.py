"""Files that are checked or forgotten, and what else is cleared away."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from contacts.models import (
    Visitor,
)
from contacts.services import (
    attachments,
    renumbering,
    scans,
)
from core.clearing import clear

if TYPE_CHECKING:
    from datetime import datetime


def scan(attachment_id: UUID) -> None:
    """Check a file that came in."""
    scans.scan(attachment_id=attachment_id)


def give_up_scan(attachment_id: UUID) -> None:
    """Stop a file that could not be checked."""
    scans.give_up(attachment_id=attachment_id)


def give_up_stale_scans(now: datetime) -> int:
    """Stop files whose check a crash has ended. Return how many."""
    return scans.give_up_stale(now=now)


def forget_unsent_files(now: datetime) -> int:
    """Delete files that nobody sent in a day. Return how many."""
    return attachments.forget_unsent(now=now)


def forget_stray_files(now: datetime) -> int:
    """Delete files that no row knows. Return how many."""
    return attachments.forget_strays(now=now)


def renew_phones(now: datetime) -> int:
    """Read customers' numbers anew where the organisation's country has changed.
    Return of how many organisations."""
    due = renumbering.due(now=now)
    for organisation_id, since in due:
        renumbering.renew(organisation_id=organisation_id, since=since)
    return len(due)


def clear_visitors(now: datetime) -> int:
    """Forget browsers that were not used for long; their customers stay. Return how
    many."""
    return clear(Visitor.objects.filter(used_at__lte=now - Visitor.KEPT))

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext

from agents.services import sensitive_data
from contacts.services import shares
from core.errors import WrongState

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


@transaction.atomic
def rate(*, contact_id: UUID, score: int, now: datetime, comment: str = "") -> None:
    """Note the customer's rating, 1-5, of an ended chat; a later one replaces it, and
    counts when the first did. Raise WrongState, Dropped."""
    contact = shares.lock_contact(contact_id)
    if not contact.is_ended:
        raise WrongState(gettext("You can rate the chat after it has ended."))
    if contact.rated_at is None:
        contact.rated_at = now
    else:
        contact.rerated_at = now
    contact.rating = score
    contact.rating_comment = sensitive_data.storable(contact.organisation, comment)
    contact.save(update_fields=["rating", "rating_comment", "rated_at", "rerated_at"])

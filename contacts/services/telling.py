"""Tells who takes part in a contact what was said there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contacts import events

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from contacts.models import Message
    from contacts.services.drafts import Draft


def tell(
    new: Sequence[tuple[Message, Draft]], hearing: Mapping[UUID, Iterable[int]]
) -> None:
    """Send new lines to the agents who hear them and to the customers, and have their
    cards sent soon."""
    events.messages(
        (message, hearing[message.contact_id], draft.skip) for message, draft in new
    )
    events.cards_soon({message.contact_id for message, _ in new})

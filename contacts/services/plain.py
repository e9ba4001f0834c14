"""Which drafts are plain: nothing but words, in which nothing has to be masked.

They are stored by one statement (`contacts/services/at_once.py`); all others take the
ordinary path (`contacts/services/conversation.py`).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from contacts.models import SenderKind
from contacts.services.drafts import Draft
from screening import texts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from contacts.services.drafts import Identity

PEOPLE = (SenderKind.CUSTOMER, SenderKind.AGENT)
NOTHING = (None, None, "", None, (), (), ())  # besides words


class Plain(NamedTuple):
    """A draft with its place in the batch, and what has to hold for it to be plain."""

    place: int
    draft: Draft
    # The organisation looks for card numbers, and for nothing else.
    cards_only: bool = False
    # No number was under way in the sender's last line.
    continues: bool = False


def plain(drafts: Sequence[Draft]) -> list[Plain]:
    """Return the plain drafts. Those of a contact stay together, in their order: where
    one of them is not plain, none is."""
    by_contact: defaultdict[UUID, list[tuple[int, Draft]]] = defaultdict(list)
    for place, draft in enumerate(drafts):
        by_contact[draft.contact_id].append((place, draft))
    return [one for said in by_contact.values() for one in _all_or_none(said)]


def _all_or_none(said: Sequence[tuple[int, Draft]]) -> list[Plain]:
    found: list[Plain] = []
    names: set[Identity] = set()
    under_way: set[str] = set()  # whose number may go on in what they say next
    for place, draft in said:
        is_repeat = draft.client_id is not None and draft.identity in names
        if is_repeat or not _is_words(draft):
            return []
        one = _looked_at(place, draft)
        if one is None or (one.continues and draft.sender.key in under_way):
            return []
        found.append(one)
        names.add(draft.identity)
        if one.cards_only and texts.may_go_on(draft.text):
            under_way.add(draft.sender.key)
        else:
            under_way.discard(draft.sender.key)
    return found


def _is_words(draft: Draft) -> bool:
    """Whether a person said words, and nothing else is in the draft."""
    besides = (
        *(draft.event, draft.event_name, draft.event_reason, draft.event_opens_at),
        *(draft.attachments, draft.buttons, draft.sources),
    )
    return bool(draft.text) and draft.sender.kind in PEOPLE and besides == NOTHING


def _looked_at(place: int, draft: Draft) -> Plain | None:
    """Return what has to hold for a text to be stored as it is; None where it may have
    to be masked anyway."""
    if not texts.may_hold(draft.text):
        return Plain(place, draft)
    if texts.screen(draft.text).findings:
        return None
    return Plain(
        place, draft, cards_only=True, continues=texts.may_continue(draft.text)
    )

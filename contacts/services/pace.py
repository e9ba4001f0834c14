"""How much a customer may say in a minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from contacts.models import SenderKind
from core.purses import Purses

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from contacts.services.drafts import Draft, Identity
    from core.errors import TooMany


_purses = Purses()


def spend(drafts: Iterable[Draft]) -> dict[Identity, TooMany]:
    """Count the drafts of customers, a repeat among them once; return which of them
    have to wait."""
    names = {draft.identity: _name(draft) for draft in drafts if _is_counted(draft)}
    refusals = _purses.spend_each(
        list(names.values()), per_minute=settings.MESSAGES_PER_MINUTE
    )
    return {
        identity: refusal
        for identity, refusal in zip(names, refusals, strict=True)
        if refusal is not None
    }


def spend_ahead(draft: Draft) -> bool:
    """Count a draft without a trip to Redis; return whether that could be done."""
    return not _is_counted(draft) or _purses.spends(_name(draft))


def put_back(draft: Draft) -> None:
    """Uncount what `spend_ahead` counted. (Where its minute is over, nothing is.)"""
    if _is_counted(draft):
        _purses.puts_back(_name(draft))


def is_short() -> bool:
    """Whether it is time to `count_ahead`."""
    return _purses.are_short


def count_ahead() -> None:
    """Count ahead what customers who talk may say next."""
    _purses.fill(per_minute=settings.MESSAGES_PER_MINUTE)


def give_back(drafts: Iterable[Draft], *, but: Collection[Identity]) -> None:
    """Uncount the drafts, but not those that were stored."""
    names = {draft.identity: _name(draft) for draft in drafts if _is_counted(draft)}
    _purses.give_back_each(
        [name for identity, name in names.items() if identity not in but]
    )


def _is_counted(draft: Draft) -> bool:
    is_limited = settings.MESSAGES_PER_MINUTE > 0
    return is_limited and draft.sender.kind == SenderKind.CUSTOMER


def _name(draft: Draft) -> str:
    return f"messages:{draft.contact_id}"

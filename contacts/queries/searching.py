"""How customers are searched for: by words, and by phone numbers however written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.models import Organisation
from core import phones
from core.search import having, having_words

if TYPE_CHECKING:
    from django.db.models import Q


def of_customers(
    asked: str, *, organisation_id: int | None, column: str = "folded"
) -> Q:
    """Return the condition on the customers' folded column: every word occurs in it, or
    the number does, read in the organisation's country."""
    condition = having_words(asked, [column])
    if phones.searched(asked, ""):
        for spelling in phones.searched(asked, _country_of(organisation_id)):
            condition |= having(spelling, [column])
    return condition


def _country_of(organisation_id: int | None) -> str:
    if organisation_id is None:
        return ""
    found = Organisation.objects.filter(pk=organisation_id)
    return found.values_list("country", flat=True).first() or ""

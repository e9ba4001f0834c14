"""Reads that span tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q

from contacts.models import LIVE_STATES

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from agents.models import Agent


def with_live(people: QuerySet[Agent]) -> QuerySet[Agent]:
    """Return people with `live`, the number of their contacts in hand."""
    live = Count("assignments", filter=Q(assignments__state__in=LIVE_STATES))
    return people.annotate(live=live).select_related("idle_code")

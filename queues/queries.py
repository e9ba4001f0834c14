"""Reads that span tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q

from queues.models import PredefinedResponse, Queue
from queues.passages import Passage, article_passages

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from agents.models import Agent

__all__ = [
    "Passage",
    "article_passages",
    "own_responses",
    "queues_with_responses",
    "responses_in",
    "shared_responses",
]


def shared_responses() -> QuerySet[PredefinedResponse]:
    """Return the organisations' responses: those that are nobody's own."""
    return PredefinedResponse.objects.filter(owner=None)


def own_responses(agent: Agent) -> QuerySet[PredefinedResponse]:
    return PredefinedResponse.objects.filter(owner=agent)


def responses_in(*, organisation: Any, queue: Any) -> QuerySet[PredefinedResponse]:
    """Return the responses an administrator gave the agents of this queue (R34, D16).
    Both are ids, or references to those of an outer query."""
    return shared_responses().filter(
        Q(queues=None) | Q(queues=queue), organisation=organisation, is_active=True
    )


def queues_with_responses(organisation_id: int) -> set[int]:
    """Return the queues in which agents have a response."""
    responses = responses_in(organisation=organisation_id, queue=OuterRef("pk"))
    queues = Queue.objects.filter(Exists(responses), organisation=organisation_id)
    return set(queues.order_by().values_list("pk", flat=True))

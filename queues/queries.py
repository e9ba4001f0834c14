"""Reads that span tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q

from queues.models import (
    Article,
    ArticleState,
    AtClosing,
    EntryPoint,
    PredefinedResponse,
    Queue,
)
from queues.passages import Passage, article_passages, articles_with

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from agents.models import Agent
    from queues.models import ProactiveRule

__all__ = [
    "Passage",
    "article_passages",
    "articles_with",
    "own_responses",
    "queues_with_articles",
    "queues_with_responses",
    "responses_in",
    "shared_responses",
]


def is_open(queue: Queue, at: datetime) -> bool:
    """Whether the queue is open then; one without hours always is."""
    return queue.hours is None or queue.hours.opening.is_open(at)


def opens_at(queue: Queue, after: datetime) -> datetime | None:
    """Return when a queue that is closed opens again; None: not within two years."""
    return queue.hours.opening.next_change(after) if queue.hours else None


def release_at(queue: Queue, since: datetime) -> datetime | None:
    """Return when the queue lets those go who wait in it since then: when it next
    closes. None: it serves them, whatever the hour.

    Who came while it was closed waits for it to open, and to close again.
    """
    if queue.at_closing == AtClosing.SERVE or queue.hours is None:
        return None
    return queue.hours.opening.next_closing(since)


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


def queues_with_articles(organisation_id: int) -> set[int]:
    """Return the queues in which agents find an article."""
    published = Article.objects.filter(
        organisation=organisation_id, state=ArticleState.PUBLISHED
    )
    found = published.filter(Q(queues=None) | Q(queues=OuterRef("pk")))
    queues = Queue.objects.filter(Exists(found), organisation=organisation_id)
    return set(queues.order_by().values_list("pk", flat=True))


def queue_names(organisation_id: int | None) -> dict[int, str]:
    """Return the names of an organisation's queues by their ids, in order."""
    rows = Queue.objects.filter(organisation=organisation_id).order_by("name")
    return dict(rows.values_list("pk", "name"))


def offered_queues(entry_point: EntryPoint) -> list[Queue]:
    """Return the active queues between which the form lets customers choose, in its
    order; none where it does not ask."""
    field = entry_point.queue_field
    if field is None:
        return []
    queues = Queue.objects.select_related("hours").filter(
        organisation=entry_point.organisation_id, is_active=True
    )
    chosen = field.get("choices")
    if not chosen:
        return list(queues.order_by("name"))
    there = queues.in_bulk(chosen)
    return [there[pk] for pk in dict.fromkeys(chosen) if pk in there]


def inviting_keys() -> list[str]:
    """Return the keys of all entry points that may invite visitors."""
    inviting = EntryPoint.objects.filter(
        is_active=True, queue__is_active=True, proactive_rules__is_active=True
    )
    return list(inviting.order_by().values_list("key", flat=True).distinct())


def active_rules(entry_point: EntryPoint) -> QuerySet[ProactiveRule]:
    """Return the rules by which visitors are invited, in their order."""
    return entry_point.proactive_rules.filter(is_active=True)


def entry_points_offering(queue: Queue) -> list[EntryPoint]:
    """Return the entry points whose forms name this queue."""
    rows = EntryPoint.objects.filter(organisation=queue.organisation_id)
    fields = ((row, row.queue_field) for row in rows.order_by("name"))
    return [row for row, f in fields if f and queue.pk in f.get("choices", ())]

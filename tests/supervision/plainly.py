"""The figures of a queue once more: slowly, row by row, as docs/floor.md words them."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

from contacts.models import Assignment, Contact, Message, QueueVisit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from queues.models import Queue

SHORT = 5  # seconds


def figures_of(queue: Queue, *, since: datetime) -> dict[str, Any]:
    answered, abandoned, short = [], 0, 0
    for visit in QueueVisit.objects.filter(queue=queue):
        if visit.left_at is None or visit.left_at < since:
            continue
        wait = (visit.left_at - visit.entered_at).total_seconds()
        if visit.outcome == "answered":
            answered.append(wait)
        elif visit.outcome == "abandoned":
            abandoned += 1
            short += wait <= SHORT
    in_time = [wait for wait in answered if wait <= queue.service_level_threshold]
    reached = len(answered) + abandoned - short
    handling, missed, responses = _of_agents(queue, since)
    contained, ratings = _of_ends(queue, since)
    slowest = sorted(answered)[ceil(0.9 * len(answered)) - 1] if answered else None
    return {
        "offered": len(
            [v for v in QueueVisit.objects.filter(queue=queue) if v.entered_at >= since]
        ),
        "answered": len(answered),
        "abandoned": abandoned,
        "short_abandoned": short,
        "service_level": round(len(in_time) / reached, 3) if reached else None,
        "asa_seconds": _mean(answered),
        "asa_p90_seconds": slowest,
        "aht_seconds": _mean(handling),
        "first_response_seconds": _mean(responses),
        "rona": missed,
        "rating": _mean(ratings),
        "contained": contained,
    }


def _of_agents(queue: Queue, since: datetime) -> tuple[list[float], int, list[float]]:
    """Return the lengths of handled shares, how many were missed, and how long owners
    took for their first words."""
    handling, missed, responses = [], 0, []
    for share in Assignment.objects.filter(queue=queue):
        if share.ended_at is not None and share.ended_at >= since:
            missed += share.state == "rona"
            if share.connected_at is not None:
                handling.append((share.ended_at - share.connected_at).total_seconds())
        if share.kind != "conference" and share.connected_at is not None:
            words = _first_words(share)
            if words is not None and words >= since:
                responses.append((words - share.connected_at).total_seconds())
    return handling, missed, responses


def _first_words(share: Assignment) -> datetime | None:
    lines = Message.objects.filter(contact=share.contact, kind="text").order_by("seq")
    for line in lines:
        if line.sender_agent_id != share.agent_id:
            continue
        is_later = share.ended_at is not None and line.created_at > share.ended_at
        assert share.connected_at is not None
        if line.created_at >= share.connected_at and not is_later:
            return line.created_at
    return None


def _of_ends(queue: Queue, since: datetime) -> tuple[int, list[int]]:
    contained, ratings = 0, []
    for contact in Contact.objects.exclude(ended_at=None):
        meant = contact.queue or contact.chosen_queue
        if meant is None and contact.entry_point is not None:
            meant = contact.entry_point.queue
        assert contact.ended_at is not None
        if meant != queue:
            continue
        contained += contact.enqueued_at is None and contact.ended_at >= since
        rated_at = contact.rated_at or contact.ended_at
        if contact.rating is not None and rated_at >= since:
            ratings.append(contact.rating)
    return contained, ratings


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 3) if values else None

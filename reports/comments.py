"""What customers wrote with their ratings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Subquery

from agents.models import Agent
from queues.models import Queue
from reports.counting.contacts import rated

if TYPE_CHECKING:
    from reports.adding import Only
    from reports.answers import Question, Row

MOST = 200


def comments(organisation_id: int, question: Question, only: Only) -> list[Row]:
    """Return the comments of ratings that a report counts, the newest first."""
    places = {"agent": "owner", "queue": "meant"}
    narrowed = {f"{places[name]}__in": ids for name, ids in only.items()}
    contacts = rated(organisation_id, question.since, question.until)
    rows = (
        contacts.exclude(rating_comment="")
        .filter(**narrowed)
        .annotate(
            owner_name=_named(Agent, "owner", "display_name"),
            queue_name=_named(Queue, "meant", "name"),
        )
    )
    found = rows.order_by("-at", "-pk").values(
        *("pk", "at", "rating", "rating_comment"),
        *("owner", "owner_name", "meant", "queue_name"),
    )
    return [_comment(row) for row in found[:MOST]]


def _named(model: Any, column: str, name: str) -> Subquery:
    return Subquery(model.objects.filter(pk=OuterRef(column)).values(name)[:1])


def _comment(row: dict[str, Any]) -> Row:
    return {
        "at": row["at"],
        "contact": row["pk"],
        "score": row["rating"],
        "comment": row["rating_comment"],
        "agent": _one(row["owner"], row["owner_name"]),
        "queue": _one(row["meant"], row["queue_name"]),
    }


def _one(key: int | None, name: str | None) -> dict[str, Any] | None:
    return None if key is None else {"id": key, "name": name}

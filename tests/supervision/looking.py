"""Looks at the floor over REST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.steps import API, client_for

if TYPE_CHECKING:
    from agents.models import Agent
    from queues.models import Queue
    from tests.steps import Json


def floor_for(viewer: Agent, **narrowed: Any) -> Json:
    answer = client_for(viewer).get(f"{API}/floor/", narrowed)
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def queue_for(viewer: Agent, queue: Queue) -> Json:
    [found] = [row for row in floor_for(viewer)["queues"] if row["id"] == queue.pk]
    return dict(found)


def names(rows: list[Json]) -> list[str]:
    return [row.get("name") or row["display_name"] for row in rows]

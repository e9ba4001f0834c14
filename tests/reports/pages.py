"""The pages of reports, as their visitors' browsers get them."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.test import Client

from tests.factories import QueueVisitFactory

if TYPE_CHECKING:
    from datetime import datetime

    from agents.models import Agent
    from queues.models import Queue


def browser_of(viewer: Agent) -> Client:
    browser = Client()
    browser.force_login(viewer)
    return browser


def page(viewer: Agent, **asked: Any) -> Any:
    return browser_of(viewer).get(f"/reports/?{urlencode(asked)}")


def text(answer: Any) -> str:
    """Return what a page says, on one line."""
    told = re.sub(r"<[^>]*>", " ", answer.content.decode())
    return " ".join(unescape(told).split())


def shown(viewer: Agent, **asked: Any) -> str:
    answer = page(viewer, **asked)
    assert answer.status_code == 200, answer.content
    return text(answer)


def waits(queue: Queue, at: datetime) -> None:
    """Let somebody have left a queue unanswered at that time."""
    QueueVisitFactory.create(
        queue=queue,
        contact__queue=queue,
        contact__organisation=queue.organisation,
        entered_at=at,
        left_at=at.replace(minute=at.minute + 1),
        outcome="abandoned",
    )

"""Changes what somebody may, over REST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.steps import API, client_for

if TYPE_CHECKING:
    from agents.models import Agent


def change(ada: Agent, agent: Agent, **settings: Any) -> None:
    answer = client_for(ada).patch(f"{API}/agents/{agent.pk}/", settings, format="json")
    assert answer.status_code == 200, answer.content

"""What the audit trail says, as an administrator reads it over REST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agents.models import AuditEntry
from tests import steps
from tests.steps import API, Json

if TYPE_CHECKING:
    from agents.models import Agent


def read(agent: Agent, **asked: Any) -> list[Json]:
    """Return the entries, the newest first; those of how the reader got in only where
    they are asked for."""
    newest = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first()
    answer = steps.client_for(agent).get(f"{API}/audit/", asked)
    assert answer.status_code == 200, answer.content
    found = [each for each in answer.json()["results"] if each["id"] <= (newest or 0)]
    if "action" in asked:
        return found
    return [each for each in found if not _is_of_reader(each, agent)]


def said(agent: Agent, action: str) -> Json:
    """Return the only entry of this action."""
    [entry] = read(agent, action=action)
    return entry


def _is_of_reader(entry: Json, agent: Agent) -> bool:
    is_own = (entry["actor"] or {}).get("id") == agent.pk
    return is_own and entry["action"] in {"signed_in", "token_made"}

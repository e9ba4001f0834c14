"""What is kept of a routing decision, so that it can be explained later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from queues.routing import WhyNot, why_not

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from queues.routing import Candidate, Waiting

# Agents whose reasons are kept with a decision.
MOST_KEPT = 20


def reasons_for(
    chosen: Candidate, others: Sequence[Candidate], *, waiting: Waiting, now: datetime
) -> dict[str, Any]:
    """Return what is kept of a routing decision: why this agent, why not others, who
    come in the order of their turns.

    `{"available_since", "live", "others": [{"agent", "why_not" | "available_since"}]}`;
    of who lacks skills also `lacked`: id of the skill, level that was needed, own one.
    """
    rows: list[dict[str, Any]] = []
    for candidate in others:
        if candidate.agent_id == chosen.agent_id or len(rows) == MOST_KEPT:
            continue
        reason = why_not(candidate, waiting=waiting, now=now)
        row: dict[str, Any] = {"agent": candidate.agent_id, "why_not": reason}
        if reason is None:
            row["available_since"] = candidate.available_since.isoformat()
        elif reason == WhyNot.LACKS_SKILL:
            row["lacked"] = _lacked(candidate, waiting, now)
        rows.append(row)
    return {
        "available_since": chosen.available_since.isoformat(),
        "live": chosen.live_count,
        "others": rows,
    }


def _lacked(candidate: Candidate, waiting: Waiting, now: datetime) -> list[list[int]]:
    waited = now - waiting.visit_started_at
    return [
        [
            each.skill_id,
            each.level_after(waited),
            candidate.skills.get(each.skill_id, 0),
        ]
        for each in waiting.lacks(candidate, now=now)
    ]

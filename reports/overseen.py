"""Which rows of sums count in somebody's report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.access import everybody_of
from agents.models import Role
from queues.access import queues_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agents.models import Agent
    from reports.adding import Only
    from reports.answers import Question
    from reports.counting.tally import Table
    from reports.definitions.report import Report


def only(viewer: Agent, question: Question, report: Report) -> Mapping[Table, Only]:
    """Return the ids by dimension of each table that can be cut as it is asked; no ids
    where all of the organisation's count."""
    ids = {
        name: found
        for name in ("queue", "agent")
        if (found := _ids(name, viewer, question, seen_by=report.seen_by)) is not None
    }
    asked = {name for name in ("queue", "agent") if getattr(question, name)}
    return {
        table: {name: each for name, each in ids.items() if name in table.DIMENSIONS}
        for table in report.tables
        if asked <= set(table.DIMENSIONS)
    }


def _ids(
    name: str, viewer: Agent, question: Question, *, seen_by: str
) -> frozenset[int] | None:
    """Return which queues or agents count; None: whichever there are, or were."""
    asked = getattr(question, name)
    is_narrowed = name == seen_by and (
        question.team is not None or viewer.role != Role.ADMINISTRATOR
    )
    if asked is None and not is_narrowed:
        return None
    rows = queues_of(viewer) if name == "queue" else everybody_of(viewer)
    if asked is not None:
        rows = rows.filter(pk=asked)
    if question.team is not None and name == seen_by:
        by_team = "distribution__team" if name == "queue" else "teams"
        rows = rows.filter(**{by_team: question.team})
    return frozenset(rows.order_by().values_list("pk", flat=True))

from __future__ import annotations

from reports.models.criterion import Criterion
from reports.models.review import HIGHEST, LOWEST, MAX_COMMENT, Review, Score
from reports.models.rolled import Named, Rolled, Subject
from reports.models.saved_view import SavedView
from reports.models.simulation import OPEN, Simulation, SimulationState
from reports.models.sums import (
    AgentSums,
    AssistantSums,
    ContactSums,
    IdleSums,
    QueueSums,
    RatingSums,
    ShareSums,
    Span,
    Sums,
    WrapUpSums,
)

__all__ = [
    "HIGHEST",
    "LOWEST",
    "MAX_COMMENT",
    "OPEN",
    "AgentSums",
    "AssistantSums",
    "ContactSums",
    "Criterion",
    "IdleSums",
    "Named",
    "QueueSums",
    "RatingSums",
    "Review",
    "Rolled",
    "SavedView",
    "Score",
    "ShareSums",
    "Simulation",
    "SimulationState",
    "Span",
    "Subject",
    "Sums",
    "WrapUpSums",
]

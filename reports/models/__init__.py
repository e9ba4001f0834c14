from __future__ import annotations

from reports.models.criterion import Criterion
from reports.models.review import HIGHEST, LOWEST, MAX_COMMENT, Review, Score
from reports.models.rolled import Named, Rolled, Subject
from reports.models.saved_view import SavedView
from reports.models.sums import AgentSums, QueueSums, ShareSums, Span, Sums

__all__ = [
    "HIGHEST",
    "LOWEST",
    "MAX_COMMENT",
    "AgentSums",
    "Criterion",
    "Named",
    "QueueSums",
    "Review",
    "Rolled",
    "SavedView",
    "Score",
    "ShareSums",
    "Span",
    "Subject",
    "Sums",
]

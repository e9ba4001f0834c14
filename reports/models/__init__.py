from __future__ import annotations

from reports.models.criterion import Criterion
from reports.models.review import HIGHEST, LOWEST, MAX_COMMENT, Review, Score

__all__ = ["HIGHEST", "LOWEST", "MAX_COMMENT", "Criterion", "Review", "Score"]

from __future__ import annotations

from queues.models.article import Article, ArticlePassage, ArticleState
from queues.models.asked_skill import LONGEST_STEP, Ask, AskedSkill
from queues.models.assistant import (
    MAX_BUTTON,
    MAX_BUTTONS,
    Assistant,
    AssistantKind,
    Intent,
    IntentAction,
    validate_buttons,
)
from queues.models.assistant_day import AssistantDay
from queues.models.entry_point import (
    ADDRESS_FIELDS,
    FIELD_TYPES,
    QUEUE_FIELD,
    SHORTEST_SECRET,
    EntryPoint,
)
from queues.models.hours import Hours
from queues.models.logo import Logo
from queues.models.predefined_response import PredefinedResponse
from queues.models.proactive_rule import ProactiveRule
from queues.models.queue import AtClosing, DistributionGroup, Queue

__all__ = [
    "ADDRESS_FIELDS",
    "FIELD_TYPES",
    "LONGEST_STEP",
    "MAX_BUTTON",
    "MAX_BUTTONS",
    "QUEUE_FIELD",
    "SHORTEST_SECRET",
    "Article",
    "ArticlePassage",
    "ArticleState",
    "Ask",
    "AskedSkill",
    "Assistant",
    "AssistantDay",
    "AssistantKind",
    "AtClosing",
    "DistributionGroup",
    "EntryPoint",
    "Hours",
    "Intent",
    "IntentAction",
    "Logo",
    "PredefinedResponse",
    "ProactiveRule",
    "Queue",
    "validate_buttons",
]

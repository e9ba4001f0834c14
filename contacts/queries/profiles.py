"""What the multimedia profile of an agent lets the agent do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import (
    BooleanField,
    Case,
    OuterRef,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from agents.models import Agent, MultimediaProfile
from agents.queries import most_specific_profile

if TYPE_CHECKING:
    from django.db.models import QuerySet


FILES, VIDEO = "attachments_enabled", "video_enabled"


def with_allowed(switch: str) -> QuerySet[Any]:
    """Return all agents with `allowed`: whether they may do this, by the switch of the
    organisation and that of their profile, if they have one."""
    chosen = MultimediaProfile.objects.filter(pk=OuterRef("profile"))
    by_profile = Coalesce(Subquery(chosen.values(switch)[:1]), True)
    by_both = When(**{f"organisation__{switch}": True}, then=by_profile)
    return Agent.objects.annotate(profile=most_specific_profile()).annotate(
        allowed=Case(by_both, default=Value(value=False), output_field=BooleanField())
    )


def may_attach(agent: Agent) -> bool:
    """Whether the agent may send files."""
    return _is_allowed(agent, FILES)


def may_video(agent: Agent) -> bool:
    """Whether the agent may start video calls."""
    return _is_allowed(agent, VIDEO)


def _is_allowed(agent: Agent, switch: str) -> bool:
    agents = with_allowed(switch).filter(pk=agent.pk)
    return bool(agents.values_list("allowed", flat=True).get())

"""Which settings have a trail of changes, and what of them is never kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auditlog.registry import auditlog
from auditlog.signals import pre_log

from agents.models import Agent, IdleCode, MultimediaProfile, Organisation, Team
from queues.models import (
    Assistant,
    DistributionGroup,
    EntryPoint,
    Intent,
    PredefinedResponse,
    Queue,
)
from wrapup.models import WrapUpCode

if TYPE_CHECKING:
    from django.db.models import Model


def not_settings(model: type[Model]) -> list[str]:
    """Return what nobody sets: the work of the day, which has logs of its own, and
    what is made of other fields."""
    fields = model._meta.concrete_fields
    return [field.name for field in fields if not field.editable]


def hidden(value: str) -> str:
    """Return what stands for a secret in the trail."""
    return "(hidden)" if value else ""


def is_kept(instance: PredefinedResponse, **_: Any) -> bool:
    """Whether the trail has the change: of what a person keeps, it says nothing, even
    where it goes with its owner."""
    return instance.owner_id is None


def register() -> None:
    for model in (
        Organisation,
        MultimediaProfile,
        Team,
        IdleCode,
        Queue,
        DistributionGroup,
        Intent,
    ):
        auditlog.register(model, exclude_fields=not_settings(model))
    # The library's question, asked before it writes.
    pre_log.connect(is_kept, sender=PredefinedResponse)
    for of_queues in (PredefinedResponse, WrapUpCode):
        excluded = not_settings(of_queues)
        auditlog.register(of_queues, exclude_fields=excluded, m2m_fields={"queues"})
    secrets = {"mask_callable": "administration.audit.hidden"}
    masked = {EntryPoint: ["identity_secret"], Assistant: ["webhook_secret"]}
    for keeper, fields in masked.items():
        excluded = not_settings(keeper)
        auditlog.register(
            keeper, exclude_fields=excluded, mask_fields=fields, **secrets
        )
    auditlog.register(
        Agent,
        exclude_fields=[*not_settings(Agent), "last_login"],
        mask_fields=["password"],
        m2m_fields={"teams"},
        **secrets,
    )

"""Which settings have a trail of changes, and what of them is never kept."""

from __future__ import annotations

from auditlog.registry import auditlog

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

# The work of the day, which has logs of its own.
NOT_SETTINGS = [
    *(field.name for field in Agent._meta.concrete_fields if not field.editable),
    "last_login",
]


def hidden(value: str) -> str:
    """Return what stands for a secret in the trail."""
    return "(hidden)" if value else ""


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
        auditlog.register(model)
    auditlog.register(PredefinedResponse, m2m_fields={"queues"})
    auditlog.register(WrapUpCode, m2m_fields={"queues"})
    secrets = {"mask_callable": "administration.audit.hidden"}
    auditlog.register(EntryPoint, mask_fields=["identity_secret"], **secrets)
    auditlog.register(Assistant, mask_fields=["webhook_secret"], **secrets)
    auditlog.register(
        Agent,
        exclude_fields=NOT_SETTINGS,
        mask_fields=["password"],
        m2m_fields={"teams"},
        **secrets,
    )

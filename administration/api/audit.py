"""REST: the audit trail (contract 3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import django_filters
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import generics, serializers

from agents.access import agent_for_user, audit_entries_for_agent
from agents.authentication import ByPersons, IsAdministrator
from agents.models import AuditAction, AuditEntry
from core.filters import IdFilter, MomentFilter

if TYPE_CHECKING:
    from django.db.models import QuerySet


class AuditFilter(django_filters.FilterSet):
    """What the trail can be narrowed by."""

    actor = IdFilter(label="Id of the person who did it")
    action = django_filters.ChoiceFilter(choices=AuditAction.choices)
    since = MomentFilter("at", "gte", label="At this time or later")
    until = MomentFilter("at", "lt", label="Before this time")

    class Meta:
        model = AuditEntry
        fields: list[str] = []


@extend_schema_field(
    {
        "type": ["object", "null"],
        "description": "Who did it, as they were called then; a program with the name "
        "of its token. Null: the system, or somebody who was not let in.",
        "properties": {
            "id": {"type": "integer"},
            "display_name": {"type": "string"},
        },
        "required": ["id", "display_name"],
        "examples": [{"id": 1, "display_name": "Ada"}],
    }
)
class ActorField(serializers.Field[Any, Any, Any, Any]):
    def to_representation(self, entry: AuditEntry) -> dict[str, Any] | None:
        if entry.actor_id is None:
            return None
        return {"id": entry.actor_id, "display_name": entry.actor_name}


@extend_schema_field(
    {
        "type": ["object", "null"],
        "description": "What it is about, as it was called then.",
        "properties": {
            "kind": {"type": "string"},
            "id": {
                "type": ["integer", "string", "null"],
                "description": "Null where it is about no single row.",
            },
            "name": {"type": "string"},
        },
        "required": ["kind", "id", "name"],
        "examples": [{"kind": "queue", "id": 1, "name": "Support"}],
    }
)
class ObjectField(serializers.Field[Any, Any, Any, Any]):
    def to_representation(self, entry: AuditEntry) -> dict[str, Any] | None:
        return entry.object


@extend_schema_field(
    {
        "type": "object",
        "description": "By field, the old and the new value; null: there was none.",
        "additionalProperties": {
            "type": "array",
            "items": {},
            "minItems": 2,
            "maxItems": 2,
        },
        "examples": [{"priority": [0, 7]}],
    }
)
class ChangesField(serializers.JSONField):
    pass


class AuditEntrySerializer(serializers.ModelSerializer[AuditEntry]):
    """Something that was done."""

    examples: ClassVar[dict[str, Any]] = {
        "address": "192.0.2.7",
        "action": "changed",
        "reason": "",
    }

    actor = ActorField(source="*", read_only=True)
    object = ObjectField(source="*", read_only=True)
    changes = ChangesField(read_only=True)

    class Meta:
        model = AuditEntry
        fields = [
            "id",
            "at",
            "actor",
            "address",
            "action",
            "object",
            "changes",
            "reason",
        ]


@extend_schema_view(
    get=extend_schema(operation_id="audit", summary="The audit trail, newest first")
)
class AuditView(generics.ListAPIView[AuditEntry]):
    """What was done in the organisation: who signed in, changed settings, read
    conversations of others, took exports."""

    permission_classes = [IsAdministrator, ByPersons]
    serializer_class = AuditEntrySerializer
    filterset_class = AuditFilter
    queryset = AuditEntry.objects.none()

    def get_queryset(self) -> QuerySet[AuditEntry]:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return audit_entries_for_agent(agent_for_user(self.request.user))

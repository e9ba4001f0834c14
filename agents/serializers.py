"""The one JSON shape of each noun of this app (contract 3.2)."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from agents.models import Agent, IdleCode


class NamedSerializer(serializers.Serializer[object]):
    """Anything that is shown by its name: {id, name}."""

    examples: ClassVar[dict[str, Any]] = {"name": "Support"}

    id = serializers.IntegerField()
    name = serializers.CharField()


class AgentSerializer(serializers.ModelSerializer[Agent]):
    """A person who works here."""

    examples: ClassVar[dict[str, Any]] = {
        "email": "alice@acme.example",
        "display_name": "Alice",
        "idle_code": {"id": 1, "name": "Break"},
    }

    idle_code = NamedSerializer(allow_null=True, read_only=True)

    class Meta:
        model = Agent
        fields = [
            "id",
            "email",
            "display_name",
            "role",
            "teams",
            "multimedia_profile",
            "is_active",
            "state",
            "idle_code",
            "state_since",
        ]
        read_only_fields = fields


class IdleCodeSerializer(serializers.ModelSerializer[IdleCode]):
    examples: ClassVar[dict[str, Any]] = {"name": "Break"}

    class Meta:
        model = IdleCode
        fields = ["id", "name", "is_default"]
        read_only_fields = fields

"""The one JSON shape of each noun of this app (contract 3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agents import queries
from agents.models import Agent, IdleCode
from core import languages

if TYPE_CHECKING:
    from collections.abc import Mapping


class NamedSerializer(serializers.Serializer[object]):
    """Anything that is shown by its name: {id, name}."""

    examples: ClassVar[dict[str, Any]] = {"name": "Support"}

    id = serializers.IntegerField()
    name = serializers.CharField()


@extend_schema_field({"type": "string", "examples": ["q7Zb0Jk2vXo1TnRd"]})
class KeyField(serializers.CharField):
    """The opaque key that all lines of one person share."""


class AgentSerializer(serializers.ModelSerializer[Agent]):
    """A person who works here."""

    examples: ClassVar[dict[str, Any]] = {
        "email": "alice@acme.example",
        "display_name": "Alice",
        "language": "de",
        "idle_code": {"id": 1, "name": "Break"},
        "slots": {"voice": 0, "chat": 3, "email": 0, "social": 0},
    }

    key = KeyField(read_only=True, help_text="The `sender.key` of one's own lines.")
    language = serializers.ChoiceField(
        languages.SHIPPED,
        allow_blank=True,
        read_only=True,
        help_text="Empty: the browser's.",
    )
    idle_code = NamedSerializer(allow_null=True, read_only=True)
    slots = serializers.SerializerMethodField(
        help_text="Contacts at once per channel, by the profile in force."
    )

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField()))
    def get_slots(self, agent: Agent) -> dict[str, int]:
        known: Mapping[int, dict[str, int]] = self.context.get("slots", {})
        return known.get(agent.pk) or queries.slots_of([agent.pk])[agent.pk]

    class Meta:
        model = Agent
        fields = [
            "id",
            "key",
            "email",
            "display_name",
            "role",
            "teams",
            "multimedia_profile",
            "language",
            "is_active",
            "state",
            "idle_code",
            "state_since",
            "slots",
        ]
        read_only_fields = fields


class IdleCodeSerializer(serializers.ModelSerializer[IdleCode]):
    examples: ClassVar[dict[str, Any]] = {"name": "Break"}

    class Meta:
        model = IdleCode
        fields = ["id", "name", "is_default"]
        read_only_fields = fields

"""REST: queues, entry points, assistants, predefined responses (contract 3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from administration.api.base import ConfigurationViewSet, SettingSerializer, WholeRow
from administration.services import changes
from core.strict import JsonType, StrictSerializer
from queues.access import assistant_now, entry_point_now, queue_now
from queues.models import (
    FIELD_TYPES,
    MAX_BUTTON,
    MAX_BUTTONS,
    Ask,
    AskedSkill,
    Assistant,
    DistributionGroup,
    EntryPoint,
    Intent,
    PredefinedResponse,
    ProactiveRule,
    Queue,
)
from queues.queries import shared_responses
from queues.services import assistants, queues

if TYPE_CHECKING:
    from collections.abc import Collection


class DistributionSerializer(WholeRow, SettingSerializer[DistributionGroup]):
    """A team that serves the queue once a contact has waited some seconds."""

    class Meta:
        model = DistributionGroup
        exclude = ["id"]
        extra_kwargs: ClassVar[dict[str, Any]] = {"after_seconds": {"default": 0}}


class AskedSkillSerializer(WholeRow, SettingSerializer[AskedSkill]):
    """A skill that contacts ask agents for, and how it relaxes while they wait."""

    examples: ClassVar[dict[str, Any]] = {"skill": 1, "level": 3, "relax_seconds": 30}

    class Meta:
        model = AskedSkill
        exclude = ["id"]


class QueueSerializer(SettingSerializer[Queue]):
    """Where contacts wait for the agents who serve it."""

    examples: ClassVar[dict[str, Any]] = {"name": "Support"}

    distribution = DistributionSerializer(many=True, required=False)
    asked_skills = AskedSkillSerializer(many=True, required=False)

    class Meta:
        model = Queue


class QueuesViewSet(ConfigurationViewSet[Queue]):
    """Where contacts wait."""

    serializer_class = QueueSerializer
    queryset = Queue.objects.prefetch_related("distribution", "asked_skills")
    filterset_fields: ClassVar[list[str]] = ["is_active", "teams", "overflow_queue"]
    beside = ("distribution", "asked_skills")

    def store(
        self, row: Queue, *, changed: Collection[str] | None, beside: dict[str, Any]
    ) -> Queue:
        groups = beside.get("distribution")
        if groups is not None:
            groups = [queues.Group(g["team"], g["after_seconds"]) for g in groups]
        changes.save_queue(
            row,
            changed=changed,
            distribution=groups,
            asked_skills=_asks(beside.get("asked_skills")),
        )
        return queue_now(row.pk)

    def remove(self, row: Queue) -> None:
        queues.delete(row)


def _asks(rows: list[dict[str, Any]] | None) -> list[Ask] | None:
    return None if rows is None else [Ask(**row) for row in rows]


@extend_schema_field({"type": ["string", "integer"], "maxLength": 200})
class ChoiceField(serializers.CharField):
    """A text; where the queue is asked for, the id of one."""

    json_type = JsonType((str, int), _("a text, or the id of a queue"))

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return data if type(data) is int else super().run_validation(data)

    def to_representation(self, value: Any) -> Any:
        return value


class PrechatFieldSerializer(WholeRow, StrictSerializer):
    """A field of the pre-chat form."""

    examples: ClassVar[dict[str, Any]] = {"name": "order", "label": "Order number"}

    name = serializers.RegexField(r"^[a-z][a-z0-9_]{0,39}\Z")
    label = serializers.CharField(max_length=100)  # type: ignore[assignment]
    type = serializers.ChoiceField(FIELD_TYPES)
    required = serializers.BooleanField(default=False)  # type: ignore[assignment]
    choices = serializers.ListField(
        child=ChoiceField(max_length=200),
        required=False,
        help_text="Texts for a select; ids of active queues for a `queue`, where none "
        "offers all of them.",
    )


class ProactiveRuleSerializer(WholeRow, SettingSerializer[ProactiveRule]):
    """When visitors of a site with the widget are invited to chat, and how."""

    examples: ClassVar[dict[str, Any]] = {
        "pattern": "/shop/*",
        "text": "Questions? We are here.",
    }

    class Meta:
        model = ProactiveRule
        exclude = ["id", "position"]


class EntryPointSettingsSerializer(SettingSerializer[EntryPoint]):
    """Where a channel's contacts arrive: a chat page and its widget."""

    examples: ClassVar[dict[str, Any]] = {
        "key": "acme-web",
        "name": "Acme",
        "allowed_origins": ["https://www.acme.example"],
        "greeting": "Welcome to Acme.",
    }

    allowed_origins = serializers.ListField(
        child=serializers.CharField(max_length=300), required=False
    )
    prechat_fields = PrechatFieldSerializer(many=True, required=False)
    identity_secret = serializers.CharField(
        write_only=True, required=False, allow_blank=True, max_length=200
    )
    proactive_rules = ProactiveRuleSerializer(many=True, required=False)
    asked_skills = AskedSkillSerializer(many=True, required=False)

    class Meta:
        model = EntryPoint
        extra_kwargs: ClassVar[dict[str, Any]] = {"key": {"validators": []}}


class EntryPointsViewSet(ConfigurationViewSet[EntryPoint]):
    """Where a channel's contacts arrive."""

    serializer_class = EntryPointSettingsSerializer
    queryset = EntryPoint.objects.prefetch_related("proactive_rules", "asked_skills")
    filterset_fields: ClassVar[list[str]] = ["is_active", "queue", "assistant"]
    beside = ("proactive_rules", "asked_skills")

    def store(
        self,
        row: EntryPoint,
        *,
        changed: Collection[str] | None,
        beside: dict[str, Any],
    ) -> EntryPoint:
        rules = beside.get("proactive_rules")
        if rules is not None:
            rules = [ProactiveRule(**rule) for rule in rules]
        asks = _asks(beside.get("asked_skills"))
        changes.save_entry_point(row, changed=changed, rules=rules, asked_skills=asks)
        return entry_point_now(row.pk)


class IntentSerializer(WholeRow, SettingSerializer[Intent]):
    """What a scripted assistant understands, and what it then does."""

    examples: ClassVar[dict[str, Any]] = {
        "name": "Opening hours",
        "phrases": ["opening hours"],
        "reply": "We are open from 9 to 5.",
    }

    phrases = serializers.ListField(
        child=serializers.CharField(max_length=200), max_length=100
    )
    buttons = serializers.ListField(
        child=serializers.CharField(max_length=MAX_BUTTON),
        max_length=MAX_BUTTONS,
        required=False,
    )
    asked_skills = AskedSkillSerializer(many=True, required=False)

    class Meta:
        model = Intent
        exclude = ["id", "position"]


class AssistantSerializer(SettingSerializer[Assistant]):
    """A virtual assistant that answers before people do."""

    examples: ClassVar[dict[str, Any]] = {
        "name": "Robot",
        "greeting": "Welcome to Acme.",
        "webhook_url": "https://bot.acme.example/reply",
        "base_url": "https://models.acme.example/v1",
    }

    intents = IntentSerializer(many=True, required=False)
    webhook_secret = serializers.CharField(
        write_only=True, required=False, allow_blank=True, max_length=200
    )
    api_key = serializers.CharField(
        write_only=True, required=False, allow_blank=True, max_length=500
    )

    class Meta:
        model = Assistant


class AssistantsViewSet(ConfigurationViewSet[Assistant]):
    """Virtual assistants that answer before people do."""

    serializer_class = AssistantSerializer
    queryset = Assistant.objects.prefetch_related("intents__asked_skills")
    filterset_fields: ClassVar[list[str]] = ["kind"]
    beside = ("intents",)

    def store(
        self,
        row: Assistant,
        *,
        changed: Collection[str] | None,
        beside: dict[str, Any],
    ) -> Assistant:
        intents = beside.get("intents")
        if intents is not None:
            intents = [_intent(**intent) for intent in intents]
        assistants.save(row, changed=changed, intents=intents)
        return assistant_now(row.pk)


def _intent(
    asked_skills: list[dict[str, Any]] | None = None, **settings: Any
) -> Intent:
    intent = Intent(**settings)
    intent.asks = _asks(asked_skills)
    return intent


class PredefinedResponseSerializer(SettingSerializer[PredefinedResponse]):
    """A text that agents insert into their replies."""

    examples: ClassVar[dict[str, Any]] = {
        "name": "Greeting",
        "text": "Hello {customer.name}, how can I help?",
        "owner": None,
    }

    class Meta:
        model = PredefinedResponse
        read_only_fields = ["owner"]


class PredefinedResponsesViewSet(ConfigurationViewSet[PredefinedResponse]):
    """Texts that agents insert into their replies. What people keep for themselves is
    not among them."""

    serializer_class = PredefinedResponseSerializer
    queryset = shared_responses().prefetch_related("queues")
    filterset_fields: ClassVar[list[str]] = ["is_active", "queues"]
    beside = ("queues",)

    def store(
        self,
        row: PredefinedResponse,
        *,
        changed: Collection[str] | None,
        beside: dict[str, Any],
    ) -> PredefinedResponse:
        queues = beside.get("queues")
        return changes.save_response(row, changed=changed, queues=queues)

    def remove(self, row: PredefinedResponse) -> None:
        changes.delete_response(row)

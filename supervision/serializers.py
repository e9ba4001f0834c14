"""The one JSON shape of the floor (docs/floor.md)."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from agents.models import AgentState, Power, Role
from agents.serializers import NamedSerializer
from contacts.models import LIVE_STATES
from contacts.serializers import SomebodySerializer
from supervision.board import KINDS


class FiguresSerializer(serializers.Serializer[Any]):
    """What happened in a queue in a span of time."""

    examples: ClassVar[dict[str, Any]] = {
        "service_level": 0.9,
        "asa_seconds": 8.5,
        "asa_p90_seconds": 19.0,
        "aht_seconds": 312.0,
        "first_response_seconds": 14.2,
        "rating": 4.6,
    }

    offered = serializers.IntegerField()
    answered = serializers.IntegerField()
    abandoned = serializers.IntegerField()
    short_abandoned = serializers.IntegerField()
    service_level = serializers.FloatField(allow_null=True, help_text="0-1.")
    asa_seconds = serializers.FloatField(allow_null=True)
    asa_p90_seconds = serializers.FloatField(allow_null=True)
    aht_seconds = serializers.FloatField(allow_null=True)
    first_response_seconds = serializers.FloatField(allow_null=True)
    rona = serializers.IntegerField()
    rating = serializers.FloatField(allow_null=True, help_text="1-5.")
    contained = serializers.IntegerField()


class StandingSerializer(serializers.Serializer[Any]):
    """How many of the agents who serve a queue are in which state."""

    def get_fields(self) -> dict[str, Any]:
        return {kind: serializers.IntegerField() for kind in KINDS}


class QueueOnFloorSerializer(serializers.Serializer[Any]):
    """A queue as it is now."""

    examples: ClassVar[dict[str, Any]] = {"name": "Support"}

    id = serializers.IntegerField()
    name = serializers.CharField()
    open = serializers.BooleanField(help_text="Whether it takes contacts now.")
    waiting = serializers.IntegerField()
    longest_wait_seconds = serializers.IntegerField(
        allow_null=True, help_text="Of those whom nobody has answered."
    )
    ringing = serializers.IntegerField()
    connected = serializers.IntegerField()
    wrapup = serializers.IntegerField(help_text="Shares in wrap-up.")
    agents = StandingSerializer()
    last_30m = FiguresSerializer()
    today = FiguresSerializer()


class InHandSerializer(serializers.Serializer[Any]):
    """A contact that an agent has in hand."""

    contact = serializers.UUIDField()
    customer = NamedSerializer()
    queue = NamedSerializer()
    state = serializers.ChoiceField([state.value for state in LIVE_STATES])
    since = serializers.DateTimeField()
    unanswered_since = serializers.DateTimeField(
        allow_null=True, help_text="Since when the customer waits for an answer."
    )
    watcher = SomebodySerializer(allow_null=True)


class AgentOnFloorSerializer(serializers.Serializer[Any]):
    """An agent as they are now."""

    SLOTS: ClassVar[dict[str, int]] = {"voice": 0, "chat": 3, "email": 0, "social": 0}
    examples: ClassVar[dict[str, Any]] = {
        "display_name": "Alice",
        "live": {**SLOTS, "chat": 1},
        "slots": SLOTS,
    }

    id = serializers.IntegerField()
    display_name = serializers.CharField()
    role = serializers.ChoiceField(Role.choices)
    teams = serializers.ListField(child=serializers.IntegerField())
    state = serializers.ChoiceField(AgentState.choices)
    idle_code = NamedSerializer(allow_null=True)
    state_since = serializers.DateTimeField()
    live = serializers.DictField(
        child=serializers.IntegerField(), help_text="Contacts in hand, per channel."
    )
    slots = serializers.DictField(
        child=serializers.IntegerField(), help_text="Contacts at once, per channel."
    )
    contacts = InHandSerializer(many=True)


class HelpSerializer(serializers.Serializer[Any]):
    """An agent who asks for help with a contact."""

    examples: ClassVar[dict[str, Any]] = {"text": "May I refund this?"}

    contact = serializers.UUIDField()
    agent = SomebodySerializer()
    text = serializers.CharField(allow_blank=True)
    since = serializers.DateTimeField()


class KnownQueueSerializer(serializers.Serializer[Any]):
    """A queue of the organisation, whoever serves it."""

    examples: ClassVar[dict[str, Any]] = {
        "name": "Support",
        "service_level_threshold": 20,
        "first_response_threshold": 60,
    }

    id = serializers.IntegerField()
    name = serializers.CharField()
    is_active = serializers.BooleanField(help_text="Contacts can be moved there.")
    service_level_threshold = serializers.IntegerField(
        help_text="Seconds from which on somebody waits too long."
    )
    first_response_threshold = serializers.IntegerField(
        help_text="Seconds from which on somebody waits too long for an answer."
    )


class FloorSerializer(serializers.Serializer[Any]):
    """The floor at one moment, as far as the reader oversees it."""

    now = serializers.DateTimeField()
    timers = serializers.ChoiceField(
        ["ok", "stale"], help_text="`stale`: what happens by itself is late."
    )
    queues = QueueOnFloorSerializer(many=True)
    agents = AgentOnFloorSerializer(many=True)
    help = HelpSerializer(many=True)
    all_queues = KnownQueueSerializer(many=True)
    may = serializers.ListField(
        child=serializers.ChoiceField(Power.choices),
        help_text="What the reader may do with the contacts of others.",
    )

"""REST: an entry point, as the public sees it (contract 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from contacts.services import offline, opening, prechat
from core import clock
from queues.access import entry_point_for_key

if TYPE_CHECKING:
    from queues.models import EntryPoint


class ChoiceSerializer(serializers.Serializer[Any]):
    examples: ClassVar[dict[str, Any]] = {
        "name": "order",
        "label": "Order number",
        "type": "text",
    }

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    type = serializers.CharField()
    required = serializers.BooleanField()  # type: ignore[assignment]
    choices = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="What a `select` or `queue` may be answered with; queues by name.",
    )


class AttachmentRulesSerializer(serializers.Serializer[Any]):
    examples: ClassVar[dict[str, Any]] = {
        "extensions": [".pdf", ".png"],
        "max_total_bytes": 36700160,
    }

    enabled = serializers.BooleanField()
    extensions = serializers.ListField(child=serializers.CharField())
    max_total_bytes = serializers.IntegerField()


class EntryPointSerializer(serializers.Serializer[Any]):
    """What a chat page needs before a chat is opened."""

    examples: ClassVar[dict[str, Any]] = {
        "name": "Acme",
        "greeting": "Welcome to Acme.",
        "farewell": "Goodbye!",
        "logo": "/chat/acme-web/logo.png?5f2d1c0b9a8e",
        "language": "en",
        "colour": "#2454c6",
        "privacy_url": "https://www.acme.example/privacy",
        "consent_text": "I have read the privacy notice.",
    }

    name = serializers.CharField()
    greeting = serializers.CharField()
    farewell = serializers.CharField()
    logo = serializers.CharField(
        allow_null=True, help_text="The address of a PNG on this host."
    )
    language = serializers.CharField(
        help_text="Of the page: en, de or ar; empty: the browser's."
    )
    colour = serializers.CharField(help_text="As #2454c6; empty: Parley's own.")
    privacy_url = serializers.CharField(help_text="Empty: none.")
    consent_text = serializers.CharField(
        help_text="What customers agree to; empty: they are not asked."
    )
    prechat_fields = ChoiceSerializer(many=True)
    open = serializers.BooleanField()
    closed_reason = serializers.ChoiceField(
        [reason.value for reason in opening.ClosedReason], allow_null=True
    )
    opens_at = serializers.DateTimeField(
        allow_null=True,
        help_text="When it opens again, outside the opening hours. Null: nobody knows.",
    )
    offline_messages = serializers.BooleanField(
        help_text="Whether a message can be left here, to be answered by mail."
    )
    attachments = AttachmentRulesSerializer()


class EntryPointView(APIView):
    """An entry point, as the public sees it."""

    authentication_classes = ()
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="chat_entry_point",
        summary="What a chat page needs before a chat",
        responses=EntryPointSerializer,
        auth=[],
    )
    def get(self, request: Request, key: str) -> Response:
        """Return the greeting, the fields to ask for, and whether the chat is open."""
        entry_point = entry_point_for_key(key)
        now = clock.now()
        reason = opening.closed_reason(entry_point, now)
        is_outside = reason is opening.ClosedReason.OUTSIDE_HOURS
        answer = {
            "name": entry_point.name,
            "greeting": entry_point.greeting,
            "farewell": entry_point.farewell,
            "logo": _logo_of(entry_point),
            "language": entry_point.language,
            "colour": entry_point.colour,
            "privacy_url": entry_point.privacy_url,
            "consent_text": entry_point.consent_text,
            "prechat_fields": [
                {"required": False, **field} for field in prechat.questions(entry_point)
            ],
            "open": reason is None,
            "closed_reason": reason,
            "opens_at": opening.opens_at(entry_point, now) if is_outside else None,
            "offline_messages": offline.is_offered(entry_point),
            "attachments": {
                "enabled": entry_point.organisation.attachments_enabled,
                "extensions": entry_point.organisation.attachment_extensions,
                "max_total_bytes": entry_point.organisation.attachment_max_total_bytes,
            },
        }
        return Response(EntryPointSerializer(answer).data)


def _logo_of(entry_point: EntryPoint) -> str | None:
    logo = getattr(entry_point, "logo", None)
    if logo is None:
        return None
    return f"{reverse('chat-logo', args=[entry_point.key])}?{logo.digest[:12]}"

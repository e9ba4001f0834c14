"""Video calls: which page has one, and what its browser needs."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from contacts.serializers.cards import CardSerializer
from contacts.serializers.contacts import CustomerContactSerializer
from core.strict import StrictSerializer

TAB = r"^[A-Za-z0-9-]{1,64}$"


class TabInput(StrictSerializer):
    tab = serializers.RegexField(
        TAB,
        max_length=64,
        required=False,
        help_text="The name of the page that has the call, as its socket has said. "
        "Without one every page of the person has it.",
    )


class IceServerSerializer(serializers.Serializer[Any]):
    examples: ClassVar[dict[str, Any]] = {
        "urls": ["turn:turn.acme.example:3478"],
        "username": "1767225600:7-agent",
        "credential": "c2lnbmVk",
    }

    urls = serializers.ListField(child=serializers.CharField())
    username = serializers.CharField(required=False)
    credential = serializers.CharField(required=False)


class IceSerializer(serializers.Serializer[Any]):
    """How the browser finds the other end; for this person and this call alone."""

    servers = IceServerSerializer(many=True)
    relay_only = serializers.BooleanField()
    expires_at = serializers.DateTimeField(
        help_text="The same command again brings newer ones."
    )


class CardInCallSerializer(CardSerializer):
    """A card, with what the browser of a video call needs."""

    ice = IceSerializer()


class CustomerContactInCallSerializer(CustomerContactSerializer):
    """A contact as its customer sees it, with what the browser of a call needs."""

    ice = IceSerializer()

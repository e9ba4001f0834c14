"""A predefined response, ready to be inserted."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers


class FilledResponseSerializer(serializers.Serializer[Any]):
    """A predefined response with the names of a contact in it."""

    examples: ClassVar[dict[str, Any]] = {
        "name": "Greeting",
        "text": "Hello Dora, how can I help?",
    }

    id = serializers.IntegerField()
    name = serializers.CharField()
    text = serializers.CharField()

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from wrapup.models import WrapUpCode


class WrapUpChoiceSerializer(serializers.ModelSerializer[WrapUpCode]):
    """A reason to choose on the WRAP UP page."""

    examples: ClassVar[dict[str, Any]] = {"name": "Resolved"}

    class Meta:
        model = WrapUpCode
        fields = ["id", "name", "description", "is_default"]
        read_only_fields = fields

from __future__ import annotations

from rest_framework import serializers

from wrapup.models import WrapUpCode


class WrapUpChoiceSerializer(serializers.ModelSerializer[WrapUpCode]):
    """A reason to choose on the WRAP UP page."""

    class Meta:
        model = WrapUpCode
        fields = ["id", "name", "description", "is_default"]
        read_only_fields = fields

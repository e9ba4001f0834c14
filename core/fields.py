"""Fields of REST bodies and frames for what people type."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core import text


class TextField(serializers.CharField):
    """A text of which people see something."""

    def to_internal_value(self, data: Any) -> str:
        value = str(super().to_internal_value(data))
        if not self.allow_blank and text.is_blank(value):
            self.fail("blank")
        return value


class AddressField(serializers.EmailField):
    """An e-mail address without characters that nobody sees."""

    def to_internal_value(self, data: Any) -> str:
        value = str(super().to_internal_value(data))
        if not all(map(text.is_seen, value)):
            raise serializers.ValidationError(self.default_error_messages["invalid"])
        return value

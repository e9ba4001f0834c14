"""Fields of REST bodies and frames for what people type."""

from __future__ import annotations

from typing import Any
from urllib.parse import urldefrag, urlsplit

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core import text


class TextField(serializers.CharField):
    """A text of which people see something."""

    def to_internal_value(self, data: Any) -> str:
        value = str(super().to_internal_value(data))
        if not self.allow_blank and text.is_blank(value):
            self.fail("blank")
        return value


class PageField(serializers.CharField):
    """The address of a web page, without what only its browser needs to know: the
    part behind `#`."""

    default_error_messages = {"page": _("Enter the address of a web page: https://…")}

    def to_internal_value(self, data: Any) -> str:
        value = urldefrag(str(super().to_internal_value(data))).url
        try:
            parts = urlsplit(value)
        except ValueError:
            self.fail("page")
        is_page = parts.scheme in {"http", "https"} and bool(parts.netloc)
        if not is_page or not all(map(text.is_seen, value)):
            self.fail("page")
        return value


class AddressField(serializers.EmailField):
    """An e-mail address without characters that nobody sees."""

    def to_internal_value(self, data: Any) -> str:
        value = str(super().to_internal_value(data))
        if not all(map(text.is_seen, value)):
            raise serializers.ValidationError(self.default_error_messages["invalid"])
        return value

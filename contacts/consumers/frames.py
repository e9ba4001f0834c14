"""The shapes of what sockets are sent."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from contacts.queries import CURSOR
from contacts.serializers import MAX_SEQ, TAB, MessageInput
from core.realtime import encode
from core.strict import OBJECT, StrictSerializer


class ContactFrame(StrictSerializer):
    contact = serializers.UUIDField()


class SendFrame(ContactFrame, MessageInput):
    """Not larger than a message over REST."""


class SyncFrame(ContactFrame):
    """From a line on, or from where the last answer had its `next`."""

    after = serializers.IntegerField(min_value=0, max_value=MAX_SEQ, default=0)
    next = serializers.RegexField(CURSOR, max_length=40, allow_null=True, default=None)


class TypingFrame(ContactFrame):
    on = serializers.BooleanField()


class ReadFrame(ContactFrame):
    seq = serializers.IntegerField(min_value=1, max_value=MAX_SEQ)


class SignalField(serializers.JSONField):
    """Descriptions and candidates, as browsers make them."""

    json_type = OBJECT
    MOST = 32 * 1024  # characters

    default_error_messages = {"long": _("This is too long.")}

    def to_internal_value(self, data: Any) -> Any:
        if len(encode(data)) > self.MOST:
            self.fail("long")
        return super().to_internal_value(data)


class SignalFrame(ContactFrame):
    data = SignalField()  # type: ignore[assignment]


class HelloFrame(StrictSerializer):
    token = serializers.CharField(max_length=200)
    tab = serializers.RegexField(TAB, max_length=64, required=False)
    after = serializers.IntegerField(min_value=0, max_value=MAX_SEQ, default=0)


def valid(form: type[serializers.Serializer[Any]], frame: dict[str, Any]) -> Any:
    """Return the frame's values, or raise ValidationError."""
    return _form(form).run_validation(frame)


@cache
def _form(form: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """Return a form of this kind: to make one takes longer than to use it."""
    return form()

"""The shapes of what sockets are sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from contacts.queries import CURSOR
from contacts.serializers import MAX_CLIENT_ID, MAX_SEQ, MAX_TEXT, TAB, MessageInput
from core.realtime import encode
from core.strict import OBJECT, StrictSerializer
from core.text import is_blank

Frame = dict[str, Any]

PLAIN_TOKEN = re.compile("[A-Za-z0-9_-]{1,200}")
PLAIN_TAB = re.compile(TAB)


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


def valid(form: type[serializers.Serializer[Any]], frame: Frame) -> Any:
    """Return the frame's values, or raise ValidationError."""
    read_plainly = PLAINLY.get(form)
    values = read_plainly(frame) if read_plainly else None
    return values or _form(form).run_validation(frame)


def greeted_plainly(frame: Frame) -> Frame | None:
    """Return the values of a page's first frame that is as it should be, as
    `said_plainly` does: after a restart all pages send theirs at once."""
    token, after = frame.get("token"), frame.get("after", 0)
    if type(token) is not str or not PLAIN_TOKEN.fullmatch(token):
        return None
    if type(after) is not int or not 0 <= after <= MAX_SEQ:
        return None
    if "tab" not in frame:
        return {"token": token, "after": after}
    tab = frame["tab"]
    if type(tab) is not str or not PLAIN_TAB.fullmatch(tab):
        return None
    return {"token": token, "tab": tab, "after": after}


def said_plainly(frame: Frame) -> Frame | None:
    """Return the values of a frame that says words and is as it should be, a tenth as
    slowly as `SendFrame` does; None where that has to look at it."""
    contact, client_id, text = map(frame.get, ("contact", "client_id", "text"))
    if not type(contact) is type(client_id) is type(text) is str:
        return None
    if not _is_plain(client_id) or not _is_plain(text):
        return None
    text = text.strip()
    if not 0 < len(client_id) <= MAX_CLIENT_ID or len(text) > MAX_TEXT:
        return None
    try:
        contact_id = _uuid(contact)
    except ValueError:
        return None
    if is_blank(text) or frame.get("attachments", []) != []:
        return None
    return {
        "contact": contact_id,
        "client_id": client_id,
        "text": text,
        "attachments": [],
    }


PLAINLY: dict[type[serializers.Serializer[Any]], Callable[[Frame], Frame | None]] = {
    SendFrame: said_plainly,
    HelloFrame: greeted_plainly,
}


@lru_cache(maxsize=10_000)
def _uuid(text: str) -> UUID:
    """Return the same one for all lines of a contact."""
    return UUID(text)


def _is_plain(text: str) -> bool:
    """Whether a text can be stored: no halves of characters, and no zeros."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text


@cache
def _form(form: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """Return a form of this kind: to make one takes longer than to use it."""
    return form()

"""A line of a conversation, to read and to send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from rest_framework import serializers
from rest_framework.fields import empty

from agents.models import Agent, MailState
from agents.serializers import KeyField
from contacts.models import (
    Customer,
    EventCode,
    Message,
    MessageKind,
    Note,
    SenderKind,
    Whisper,
    key_of_customer,
)
from contacts.serializers.attachments import (
    MOST_FILES,
    AttachmentSerializer,
    sent_json,
)
from core import secrets
from core.fields import TextField
from core.realtime import Encoded, encode
from core.strict import StrictSerializer
from core.text import is_blank

if TYPE_CHECKING:
    from collections.abc import Iterable

SILENCE = object()
MAX_TEXT = 8000  # characters
MAX_CLIENT_ID = 64
MAX_SEQ = 2**31 - 1  # what the column holds


class SenderSerializer(serializers.Serializer[Message]):
    examples: ClassVar[dict[str, Any]] = {"name": "Dora"}

    kind = serializers.ChoiceField(SenderKind.choices, source="sender_kind")
    name = serializers.CharField(source="sender_name")
    key = KeyField(
        allow_null=True,
        help_text="The same for all lines of one person (`Agent.key` is one's own), "
        "null for an assistant and the system.",
    )


class EventSerializer(serializers.Serializer[Message]):
    examples: ClassVar[dict[str, Any]] = {"name": "Alice", "reason": "agent_ended"}

    code = serializers.ChoiceField(EventCode.choices, source="event_code")
    name = serializers.CharField(source="event_name", allow_null=True)
    reason = serializers.CharField(source="event_reason", required=False)
    opens_at = serializers.DateTimeField(
        source="event_opens_at",
        required=False,
        help_text="Of an end at closing time: when the chat opens again.",
    )


class SourceSerializer(serializers.Serializer[Any]):
    """An article of the organisation that an answer is taken from."""

    examples: ClassVar[dict[str, Any]] = {"article": 7, "title": "Delivery times"}

    article = serializers.IntegerField()
    title = serializers.CharField(help_text="As it was when the answer was given.")


class MessageSerializer(serializers.Serializer[Message]):
    """A line of a conversation; the same bytes for every reader."""

    examples: ClassVar[dict[str, Any]] = {
        "client_id": "3f2a9c",
        "text": "Hello, how can I help?",
    }

    contact = serializers.UUIDField(source="contact_id")
    seq = serializers.IntegerField(help_text="Its place in the order: 1, 2, 3, ...")
    rev = serializers.IntegerField(
        help_text="Grows when the line changes: the text is masked later, or it is "
        "known what has become of its mail."
    )
    client_id = serializers.CharField(allow_null=True)
    sender = SenderSerializer(source="*")
    kind = serializers.ChoiceField(MessageKind.choices)
    text = serializers.CharField()
    event = EventSerializer(allow_null=True)
    masked = serializers.BooleanField()
    attachments = AttachmentSerializer(many=True)
    buttons = serializers.ListField(child=serializers.CharField())
    sources = SourceSerializer(many=True)
    mail = serializers.ChoiceField(
        MailState.choices,
        allow_null=True,
        help_text="Of an agent's line that goes out as mail; null for all others.",
    )
    mail_error = serializers.CharField(
        allow_null=True, help_text="Why the mail has failed."
    )
    created_at = serializers.DateTimeField()

    def to_representation(self, message: Message) -> dict[str, Any]:
        # By hand: this runs for every message that anybody sends.
        return {
            "contact": str(message.contact_id),
            "seq": message.seq,
            "rev": message.rev,
            "client_id": message.client_id,
            "sender": sender_of(message),
            "kind": message.kind,
            "text": message.text,
            "event": event_of(message),
            "masked": message.masked,
            "attachments": [sent_json(file) for file in message.files],
            "buttons": message.buttons,
            "sources": message.sources,
            "mail": message.mail or None,
            "mail_error": message.mail_error or None,
            "created_at": time_of(message.created_at),
        }


MESSAGE = MessageSerializer()


def sender_of(line: Message | Note | Whisper) -> dict[str, Any]:
    """Return who said it, in the one shape; the line has its contact at hand."""
    return {
        "kind": line.sender_kind,
        "name": line.sender_name,
        "key": _key_of_sender(line),
    }


def _key_of_sender(line: Message | Note | Whisper) -> str | None:
    match line.sender_kind:
        case SenderKind.AGENT:
            return secrets.key_of(line.sender_key)  # the agent's address
        case SenderKind.CUSTOMER:
            return key_of_customer(line.contact.customer_id)
    return None


def sender_json(person: Agent | Customer) -> dict[str, Any]:
    """Return somebody as the sender of what they do now, in the shape of messages."""
    if isinstance(person, Agent):
        kind, name = SenderKind.AGENT, person.display_name
    else:
        kind, name = SenderKind.CUSTOMER, person.label
    return {"kind": kind, "name": name, "key": person.key}


def event_of(message: Message) -> dict[str, Any] | None:
    if message.kind != MessageKind.EVENT:
        return None
    event: dict[str, Any] = {"code": message.event_code, "name": message.event_name}
    if message.event_reason:
        event["reason"] = message.event_reason
    if message.event_opens_at is not None:
        event["opens_at"] = time_of(message.event_opens_at)
    return event


def time_of(moment: Any) -> str | None:
    """Return the time as ISO 8601 in UTC."""
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


class SaidField(TextField):
    """What is said with a message: nothing will do where it names files."""

    def get_value(self, dictionary: Any) -> Any:
        said = super().get_value(dictionary)
        is_silent = said is empty or (isinstance(said, str) and is_blank(said))
        return SILENCE if is_silent and dictionary.get("attachments") else said

    def run_validation(self, data: Any = empty) -> Any:
        if data is SILENCE:
            return ""
        if data is empty:
            self.fail("required")
        return super().run_validation(data)


class MessageInput(StrictSerializer):
    """A message to send, over REST or a socket."""

    examples: ClassVar[dict[str, Any]] = {
        "client_id": "3f2a9c",
        "text": "Hello, how can I help?",
    }

    client_id = serializers.CharField(
        max_length=MAX_CLIENT_ID,
        trim_whitespace=False,
        help_text="Made by the sender; a repeat stores nothing twice.",
    )
    text = SaidField(
        max_length=MAX_TEXT,
        required=False,
        help_text="Needed where no files are named.",
    )
    attachments = serializers.ListField(
        child=serializers.UUIDField(),
        default=list,
        max_length=MOST_FILES,
        help_text="Own files that were uploaded to this contact and not sent yet.",
    )


def messages_json(messages: Iterable[Message]) -> list[dict[str, Any]]:
    """Return the messages in their one shape."""
    return [MESSAGE.to_representation(message) for message in messages]


def message_text(message: Message) -> Encoded:
    """Return the message in its one shape as JSON: made once for all its readers."""
    memo = vars(message)
    if memo.get("encoded_rev") != message.rev:
        memo["encoded"] = encode(MESSAGE.to_representation(message))
        memo["encoded_rev"] = message.rev
    encoded: Encoded = memo["encoded"]
    return encoded

"""The one JSON shape of each noun of this app (contract 3.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agents.models import Channel
from agents.serializers import NamedSerializer
from contacts import queries
from contacts.controls import Situation, controls
from contacts.models import (
    Assignment,
    AssignmentKind,
    AssignmentRole,
    AssignmentState,
    Contact,
    ContactState,
    Customer,
    EndedReason,
    EventCode,
    Message,
    MessageKind,
    SenderKind,
)
from core import clock
from core.realtime import Encoded, encode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from contacts.queries import Card, CustomerView

MAX_TEXT = 8000  # characters
MAX_CLIENT_ID = 64


class SomebodySerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    display_name = serializers.CharField()


# --- messages -----------------------------------------------------------------
class SenderSerializer(serializers.Serializer[Message]):
    kind = serializers.ChoiceField(SenderKind.choices, source="sender_kind")
    name = serializers.CharField(source="sender_name")


class EventSerializer(serializers.Serializer[Message]):
    code = serializers.ChoiceField(EventCode.choices, source="event_code")
    name = serializers.CharField(source="event_name", allow_null=True)
    reason = serializers.CharField(source="event_reason", required=False)


class MessageSerializer(serializers.Serializer[Message]):
    """A line of a conversation; the same bytes for every reader."""

    contact = serializers.UUIDField(source="contact_id")
    seq = serializers.IntegerField(help_text="Its place in the order: 1, 2, 3, ...")
    rev = serializers.IntegerField(help_text="Grows when the text is masked later.")
    client_id = serializers.CharField(allow_null=True)
    sender = SenderSerializer(source="*")
    kind = serializers.ChoiceField(MessageKind.choices)
    text = serializers.CharField()
    event = EventSerializer(allow_null=True)
    masked = serializers.BooleanField()
    attachments = serializers.ListField(child=serializers.DictField())
    buttons = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()

    def to_representation(self, message: Message) -> dict[str, Any]:
        # By hand: this runs for every message that anybody sends.
        return {
            "contact": str(message.contact_id),
            "seq": message.seq,
            "rev": message.rev,
            "client_id": message.client_id,
            "sender": {"kind": message.sender_kind, "name": message.sender_name},
            "kind": message.kind,
            "text": message.text,
            "event": event_of(message),
            "masked": message.masked,
            "attachments": [],
            "buttons": message.buttons,
            "created_at": time_of(message.created_at),
        }


MESSAGE = MessageSerializer()


def event_of(message: Message) -> dict[str, Any] | None:
    if message.kind != MessageKind.EVENT:
        return None
    event: dict[str, Any] = {"code": message.event_code, "name": message.event_name}
    if message.event_reason:
        event["reason"] = message.event_reason
    return event


def time_of(moment: Any) -> str | None:
    """Return the time as ISO 8601 in UTC."""
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


class MessageInput(serializers.Serializer[Any]):
    """A message to send, over REST or a socket."""

    client_id = serializers.CharField(
        max_length=MAX_CLIENT_ID,
        trim_whitespace=False,
        help_text="Made by the sender; a repeat stores nothing twice.",
    )
    text = serializers.CharField(max_length=MAX_TEXT)


def _situation(card: Card) -> Situation:
    contact, asked = card.share.contact, card.consulted
    left = asked is not None and asked.state == AssignmentState.LEFT
    return Situation(
        share=card.share.state,
        role=card.share.role,
        contact=contact.state,
        channel=contact.channel,
        consulted="" if asked is None or left else asked.state,
        left_in_conference=left,
    )


def _conference(card: Card) -> dict[str, Any] | None:
    asked = card.consulted
    states = {AssignmentState.OFFERED: "pending", AssignmentState.CONNECTED: "joined"}
    if asked is None or asked.state not in states:
        return None
    if card.share.state != AssignmentState.CONNECTED:
        return None
    return {
        "state": states[AssignmentState(asked.state)],
        "agent": {"id": asked.agent_id, "display_name": asked.agent.display_name},
    }


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


# --- the card -----------------------------------------------------------------
class LastMessageSerializer(serializers.Serializer[Message]):
    text = serializers.CharField()
    sender_kind = serializers.ChoiceField(SenderKind.choices)
    created_at = serializers.DateTimeField()


class ConferenceSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(["pending", "joined"])
    agent = SomebodySerializer()


class VideoSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(["ringing", "live"])
    by = serializers.CharField()
    tab = serializers.CharField(allow_null=True)


class CardSerializer(serializers.Serializer["Card"]):
    """A live share of a contact, as the Active Contact List shows it."""

    contact = serializers.UUIDField(source="share.contact_id")
    assignment = serializers.IntegerField(source="share.pk")
    state = serializers.ChoiceField(
        ["offered", "connected", "wrapup"], source="share.state"
    )
    kind = serializers.ChoiceField(AssignmentKind.choices, source="share.kind")
    role = serializers.ChoiceField(AssignmentRole.choices, source="share.role")
    channel = serializers.ChoiceField(Channel.choices, source="share.contact.channel")
    customer = NamedSerializer(source="share.contact.customer")
    queue = NamedSerializer(source="share.queue")
    customer_present = serializers.BooleanField()
    offered_at = serializers.DateTimeField(source="share.offered_at")
    blink_at = serializers.DateTimeField(source="share.blink_at")
    rona_at = serializers.DateTimeField(source="share.rona_at")
    connected_at = serializers.DateTimeField(
        source="share.connected_at", allow_null=True
    )
    wrapup_at = serializers.DateTimeField(source="share.wrapup_at", allow_null=True)
    wrapup_deadline = serializers.DateTimeField(
        source="share.wrapup_deadline", allow_null=True
    )
    conference = ConferenceSerializer(allow_null=True)
    requested_by = serializers.CharField(allow_null=True)
    note = serializers.CharField(allow_null=True)
    video = VideoSerializer(allow_null=True)
    unread = serializers.IntegerField()
    last_seq = serializers.IntegerField(source="share.contact.last_seq")
    last_message = LastMessageSerializer(allow_null=True)
    controls = serializers.ListField(child=serializers.CharField())

    def to_representation(self, card: Card) -> dict[str, Any]:
        share, contact = card.share, card.share.contact
        return {
            "contact": str(contact.pk),
            "assignment": share.pk,
            "state": share.state,
            "kind": share.kind,
            "role": share.role,
            "channel": contact.channel,
            "customer": {"id": contact.customer.pk, "name": contact.customer.label},
            "queue": {"id": share.queue.pk, "name": share.queue.name},
            "offered_at": time_of(share.offered_at),
            "blink_at": time_of(share.blink_at),
            "rona_at": time_of(share.rona_at),
            "connected_at": time_of(share.connected_at),
            "wrapup_at": time_of(share.wrapup_at),
            "wrapup_deadline": time_of(share.wrapup_deadline),
            "conference": _conference(card),
            "requested_by": share.requested_by and share.requested_by.display_name,
            "note": share.note or None,
            "video": None,
            **_conversation(card),
            "controls": controls(_situation(card)),
        }


def cards_json(cards: Iterable[Card]) -> list[dict[str, Any]]:
    """Return the cards in their one shape."""
    shape = CardSerializer()
    return [shape.to_representation(card) for card in cards]


def _conversation(card: Card) -> dict[str, Any]:
    """Return what the card tells of the conversation: nothing new to one who gave it
    away."""
    is_given_away = card.share.is_given_away
    contact = card.share.contact
    return {
        "customer_present": is_given_away or not contact.is_ended,
        "unread": 0 if is_given_away else card.unread,
        "last_seq": 0 if is_given_away else contact.last_seq,
        "last_message": None if is_given_away else _last_message(card),
    }


def _last_message(card: Card) -> dict[str, Any] | None:
    text = card.last_text
    if text is None or card.share.state == AssignmentState.OFFERED:
        return None
    return {
        "text": text.text,
        "sender_kind": text.sender_kind,
        "created_at": time_of(text.created_at),
    }


# --- the contact --------------------------------------------------------------
class AssignmentSerializer(serializers.Serializer[Assignment]):
    id = serializers.IntegerField()
    agent = SomebodySerializer()
    queue = NamedSerializer()
    kind = serializers.ChoiceField(AssignmentKind.choices)
    role = serializers.ChoiceField(AssignmentRole.choices)
    state = serializers.ChoiceField(AssignmentState.choices)
    offered_at = serializers.DateTimeField()
    connected_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    wrapup_reason = serializers.SerializerMethodField()
    wrapup_note = serializers.SerializerMethodField()

    def get_wrapup_reason(self, share: Assignment) -> str | None:
        wrap_up = getattr(share, "wrap_up", None)
        return wrap_up and wrap_up.code_name

    def get_wrapup_note(self, share: Assignment) -> str:
        wrap_up = getattr(share, "wrap_up", None)
        return wrap_up.note if wrap_up else ""


class CustomerNameSerializer(serializers.Serializer[Customer]):
    id = serializers.IntegerField()
    name = serializers.CharField(source="label")


class ContactSerializer(serializers.Serializer[Contact]):
    """A contact with everybody's share in it."""

    id = serializers.UUIDField()
    channel = serializers.ChoiceField(Channel.choices)
    state = serializers.ChoiceField(ContactState.choices)
    ended_reason = serializers.SerializerMethodField()
    priority = serializers.IntegerField()
    entry_point = NamedSerializer(allow_null=True)
    queue = NamedSerializer(allow_null=True)
    customer = CustomerNameSerializer()
    assignments = AssignmentSerializer(many=True)
    opened_at = serializers.DateTimeField()
    enqueued_at = serializers.DateTimeField(allow_null=True)
    connected_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    last_seq = serializers.IntegerField()

    @extend_schema_field(serializers.ChoiceField(EndedReason.choices, allow_null=True))
    def get_ended_reason(self, contact: Contact) -> str | None:
        return contact.ended_reason or None


class CustomerSerializer(serializers.Serializer[Customer]):
    """What is known of a customer."""

    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=100, allow_blank=True)
    email = serializers.EmailField(max_length=254, allow_blank=True)
    phone = serializers.CharField(max_length=50, allow_blank=True)
    attributes = serializers.DictField(
        child=serializers.CharField(max_length=1000, allow_blank=True), read_only=True
    )
    verified = serializers.BooleanField(source="is_verified", read_only=True)


class HistorySerializer(serializers.Serializer[Contact]):
    """An earlier contact of the same customer, or of the same address."""

    id = serializers.UUIDField()
    opened_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    queue = NamedSerializer(allow_null=True)
    agents = serializers.SerializerMethodField()
    wrapup_reason = serializers.SerializerMethodField()
    match = serializers.ChoiceField(["identity", "visitor", "address"])

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_agents(self, contact: Contact) -> list[str]:
        talked = [s for s in contact.assignments.all() if s.connected_at is not None]
        return list(dict.fromkeys(share.agent.display_name for share in talked))

    def get_wrapup_reason(self, contact: Contact) -> str | None:
        reasons = [
            share.wrap_up.code_name
            for share in contact.assignments.all()
            if hasattr(share, "wrap_up")
        ]
        return reasons[-1] if reasons else None


# --- what the customer sees ---------------------------------------------------
class CustomerContactSerializer(serializers.Serializer[Contact]):
    """A contact as its customer sees it."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(ContactState.choices)
    queue_position = serializers.IntegerField(allow_null=True)
    estimated_wait_seconds = serializers.IntegerField(allow_null=True)
    agents = serializers.ListField(child=serializers.CharField())
    video = VideoSerializer(allow_null=True)
    can_send = serializers.BooleanField()
    last_seq = serializers.IntegerField()

    def to_representation(self, contact: Contact) -> dict[str, Any]:
        [shape] = customers_json([contact])
        return shape


def customers_json(contacts: Iterable[Contact]) -> list[dict[str, Any]]:
    """Return the contacts as their customers see them."""
    views = queries.customer_views(contacts, now=clock.now())
    return [_customer_json(view) for view in views]


def _customer_json(view: CustomerView) -> dict[str, Any]:
    contact = view.contact
    return {
        "id": str(contact.pk),
        "state": contact.state,
        "queue_position": view.position,
        "estimated_wait_seconds": _estimated_wait(view),
        "agents": view.agents,
        "video": None,
        "can_send": not contact.is_ended,
        "last_seq": contact.last_seq,
    }


def _estimated_wait(view: CustomerView) -> int | None:
    if view.position is None or view.answer_interval is None:
        return None
    return round(view.answer_interval * view.position)

"""A live share of a contact, as the desk shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.text import Truncator
from rest_framework import serializers

from agents.models import Channel, Power
from agents.serializers import NamedSerializer
from contacts.controls import WATCHER, Situation, controls
from contacts.models import (
    AssignmentKind,
    AssignmentRole,
    AssignmentState,
    HandoverReason,
    HelpRequest,
    Message,
    WatchMode,
)
from contacts.serializers.contacts import SomebodySerializer, VideoSerializer
from contacts.serializers.messages import SenderSerializer, sender_of, time_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from contacts.queries import Card


TIMES = (
    "offered_at",
    "blink_at",
    "rona_at",
    "connected_at",
    "wrapup_at",
    "wrapup_deadline",
)
LONGEST_SUMMARY = 300  # characters


class LastMessageSerializer(serializers.Serializer[Message]):
    examples: ClassVar[dict[str, Any]] = {"text": "Hello, how can I help?"}

    text = serializers.CharField()
    sender = SenderSerializer(source="*")
    created_at = serializers.DateTimeField()


class ConferenceSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(["pending", "joined"])
    agent = SomebodySerializer()


class HandoverSerializer(serializers.Serializer[Any]):
    """Why an assistant's chat came to people."""

    examples: ClassVar[dict[str, Any]] = {"summary": "Where is my order?"}

    reason = serializers.ChoiceField(HandoverReason.choices)
    misses = serializers.IntegerField(
        help_text="How often in a row the assistant did not understand."
    )
    summary = serializers.CharField(
        allow_null=True,
        help_text="What the customer said last to the assistant; where a language "
        "model has written one, its summary.",
    )
    is_automatic = serializers.BooleanField(
        help_text="Whether a language model has written the summary."
    )


class HelpAskedSerializer(serializers.Serializer[HelpRequest]):
    """What an agent has asked those who oversee."""

    examples: ClassVar[dict[str, Any]] = {"text": "A question about an invoice"}

    text = serializers.CharField()
    since = serializers.DateTimeField(source="asked_at")


class CardSerializer(serializers.Serializer["Card"]):
    """A live share of a contact, as the Active Contact List shows it."""

    examples: ClassVar[dict[str, Any]] = {
        "customer": {"id": 1, "name": "Dora"},
        "requested_by": "Bob",
        "last_seq": 12,
        "version": 21,
        "watchers": ["Sam"],
        "controls": ["send", "respond", "transfer", "conference", "end", "video"],
    }

    contact = serializers.UUIDField(source="share.contact_id")
    assignment = serializers.IntegerField(
        source="share.pk", allow_null=True, help_text="Null for a watcher."
    )
    state = serializers.ChoiceField(
        ["offered", "connected", "wrapup"], source="share.state"
    )
    kind = serializers.ChoiceField(AssignmentKind.choices, source="share.kind")
    role = serializers.ChoiceField(
        [*AssignmentRole.values, WATCHER], source="share.role"
    )
    channel = serializers.ChoiceField(Channel.choices, source="share.contact.channel")
    customer = NamedSerializer(source="share.contact.customer")
    queue = NamedSerializer(source="share.queue")
    customer_present = serializers.BooleanField()
    customer_away_since = serializers.DateTimeField(
        allow_null=True,
        help_text="Since when the customer is out of reach. Null while present, for "
        "the first 15 seconds of an absence, and after the end.",
    )
    offered_at = serializers.DateTimeField(source="share.offered_at", allow_null=True)
    blink_at = serializers.DateTimeField(source="share.blink_at", allow_null=True)
    rona_at = serializers.DateTimeField(source="share.rona_at", allow_null=True)
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
    ended_at = serializers.DateTimeField(
        allow_null=True, help_text="When the conversation ended, for all."
    )
    waiting_since = serializers.DateTimeField(
        help_text="Since when the customer stood in line before this offer, in all."
    )
    unanswered_since = serializers.DateTimeField(
        allow_null=True, help_text="Since when the customer waits for an answer."
    )
    first_response_threshold = serializers.IntegerField(
        help_text="The queue's, in seconds."
    )
    returned_from = SomebodySerializer(
        allow_null=True, help_text="Who had an offered contact before."
    )
    handover = HandoverSerializer(
        allow_null=True, help_text="Null where no assistant handed it over."
    )
    watchers = serializers.ListField(
        child=serializers.CharField(),
        help_text="Who watches, for agents only where the organisation tells them.",
    )
    watch_mode = serializers.ChoiceField(
        WatchMode.choices, allow_null=True, help_text="On a watcher's card: how."
    )
    owner = SomebodySerializer(
        allow_null=True, help_text="On a watcher's card: who is watched."
    )
    help = HelpAskedSerializer(
        allow_null=True, help_text="What the agent has asked those who oversee."
    )
    unread = serializers.IntegerField()
    last_seq = serializers.IntegerField(source="share.contact.last_seq")
    last_message = LastMessageSerializer(allow_null=True)
    version = serializers.IntegerField(help_text="Grows with every change.")
    controls = serializers.ListField(child=serializers.CharField())

    def to_representation(self, card: Card) -> dict[str, Any]:
        shown = _own(card)
        return {**shown, **_watchers(card)} if card.is_watchers else shown


def cards_json(cards: Iterable[Card]) -> list[dict[str, Any]]:
    """Return the cards in their one shape."""
    shape = CardSerializer()
    return [shape.to_representation(card) for card in cards]


def _own(card: Card) -> dict[str, Any]:
    """Return the card as its agent sees it."""
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
        **{name: time_of(getattr(share, name)) for name in TIMES},
        "conference": _conference(card),
        "requested_by": share.requested_by and share.requested_by.display_name,
        "note": share.note or None,
        "video": _video(card),
        "waiting_since": time_of(card.waiting_since),
        "unanswered_since": time_of(card.unanswered_since),
        "first_response_threshold": share.queue.first_response_threshold,
        "returned_from": card.returned_from,
        "watchers": _watching(card),
        "watch_mode": None,
        "owner": None,
        "help": _help(card),
        **_conversation(card),
        "controls": controls(_situation(card)),
    }


def _watching(card: Card) -> list[str]:
    """Return the names of those who watch, where the agent is told of it."""
    watch = card.watch
    if watch is None or card.share.state != AssignmentState.CONNECTED:
        return []
    is_told = card.is_watchers or not watch.is_silent
    return [watch.watcher.display_name] if is_told else []


def _help(card: Card) -> dict[str, Any] | None:
    asked = card.help
    if asked is None:
        return None
    return {"text": asked.text, "since": time_of(asked.asked_at)}


def _watchers(card: Card) -> dict[str, Any]:
    """Return what is otherwise on the card of one who only watches."""
    assert card.watch is not None
    agent = card.share.agent
    nothing = ("assignment", "offered_at", "blink_at", "rona_at", "requested_by")
    hidden = ("note", "video", "returned_from", "help")
    return {
        **dict.fromkeys([*nothing, *hidden]),
        "role": WATCHER,
        "watchers": _watching(card),
        "watch_mode": card.watch.mode,
        "owner": {"id": agent.pk, "display_name": agent.display_name},
        "unread": 0,
    }


def _conversation(card: Card) -> dict[str, Any]:
    """Return what the card tells of the conversation: nothing new to one who gave it
    away."""
    is_given_away = card.share.is_given_away
    contact = card.share.contact
    return {
        "customer_present": is_given_away or not contact.is_ended,
        "customer_away_since": _away_since(card),
        "ended_at": None if is_given_away else time_of(contact.ended_at),
        "unread": 0 if is_given_away else card.unread,
        "last_seq": 0 if is_given_away else contact.last_seq,
        "last_message": None if is_given_away else _last_message(card),
        "handover": None if is_given_away else _handover(card),
        "version": card.share.kept_version if is_given_away else contact.card_version,
    }


def _away_since(card: Card) -> str | None:
    contact = card.share.contact
    is_over = card.share.is_given_away or contact.is_ended
    return None if is_over else time_of(contact.customer_away_since)


def _handover(card: Card) -> dict[str, Any] | None:
    contact = card.share.contact
    if not contact.handover_reason:
        return None
    line = card.handover_line
    return {
        "reason": contact.handover_reason,
        "misses": contact.assistant_misses,
        "summary": contact.handover_summary
        or (line and Truncator(line).chars(LONGEST_SUMMARY)),
        "is_automatic": bool(contact.handover_summary),
    }


def _last_message(card: Card) -> dict[str, Any] | None:
    text = card.last_text
    if text is None:
        return None
    return {
        "text": text.text or ", ".join(file["name"] for file in text.files),
        "sender": sender_of(text),
        "created_at": time_of(text.created_at),
    }


def _situation(card: Card) -> Situation:
    contact, asked = card.share.contact, card.consulted
    left = asked is not None and asked.state == AssignmentState.LEFT
    return Situation(
        share=card.share.state,
        role=WATCHER if card.is_watchers else card.share.role,
        powers=_powers(card),
        contact=contact.state,
        channel=contact.channel,
        is_by_mail=contact.is_answered_by_mail,
        consulted="" if asked is None or left else asked.state,
        left_in_conference=left,
        has_responses=card.has_responses,
        may_attach=card.may_attach,
        may_video=card.may_video,
    )


def _powers(card: Card) -> frozenset[str]:
    if card.watch is None or not card.is_watchers:
        return frozenset()
    return frozenset(p for p in Power if card.watch.watcher.may(p))


def _video(card: Card) -> dict[str, Any] | None:
    """Return the call that is on; its page only to the agent whose call it is."""
    call = card.call
    if call is None or card.share.state != AssignmentState.CONNECTED:
        return None
    is_own = call["agent"] == card.share.agent_id
    tab = call["agent_tab"] if is_own else ""
    return {"state": call["state"], "by": call["by"], "tab": tab or None}


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

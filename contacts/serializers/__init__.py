"""The one JSON shape of each noun of this app."""

from __future__ import annotations

from contacts.serializers.cards import CardSerializer, cards_json
from contacts.serializers.contacts import (
    ContactSerializer,
    CustomerContactSerializer,
    CustomerSerializer,
    HistorySerializer,
    SomebodySerializer,
    customers_json,
)
from contacts.serializers.messages import (
    MAX_CLIENT_ID,
    MAX_SEQ,
    MAX_TEXT,
    MessageInput,
    MessageSerializer,
    message_text,
    messages_json,
    sender_json,
    sender_of,
    time_of,
)
from contacts.serializers.notes import (
    CustomerNoteSerializer,
    NoteInput,
    NoteSerializer,
    WhisperSerializer,
    notes_json,
)
from contacts.serializers.responses import FilledResponseSerializer
from contacts.serializers.video import (
    TAB,
    CardInCallSerializer,
    CustomerContactInCallSerializer,
    IceSerializer,
    TabInput,
)

__all__ = [
    "MAX_CLIENT_ID",
    "MAX_SEQ",
    "MAX_TEXT",
    "TAB",
    "CardInCallSerializer",
    "CardSerializer",
    "ContactSerializer",
    "CustomerContactInCallSerializer",
    "CustomerContactSerializer",
    "CustomerNoteSerializer",
    "CustomerSerializer",
    "FilledResponseSerializer",
    "HistorySerializer",
    "IceSerializer",
    "MessageInput",
    "MessageSerializer",
    "NoteInput",
    "NoteSerializer",
    "SomebodySerializer",
    "TabInput",
    "WhisperSerializer",
    "cards_json",
    "customers_json",
    "message_text",
    "messages_json",
    "notes_json",
    "sender_json",
    "sender_of",
    "time_of",
]

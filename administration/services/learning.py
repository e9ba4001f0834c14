"""What an assistant did not understand becomes something that it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from contacts import queries
from contacts.services import assisting
from core import text
from queues.models.assistant import MAX_PHRASE
from queues.services import assistants

if TYPE_CHECKING:
    from datetime import datetime

    from contacts.models import Miss
    from queues.models import Intent


@transaction.atomic
def learn(miss: Miss, *, intent: Intent, now: datetime) -> str:
    """Make a phrase of an intent of what was not understood. Return the phrase. Raise
    NotValid."""
    phrase = said_in(miss)[:MAX_PHRASE].strip()
    assistants.add_phrase(intent, phrase=phrase)
    assisting.settle(miss, now=now)
    return phrase


def said_in(miss: Miss) -> str:
    """Return what the customer said, on one line."""
    [view] = queries.in_words([miss])
    return text.one_line(view.text)

"""Contacts for which the sweep may have something to do."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from agents.models import Channel
from contacts.models import Contact, ContactState

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from core.moments import Moment

A_SECOND = timedelta(seconds=1)


def queued() -> QuerySet[Contact]:
    """Return the contacts that stand in a line."""
    return Contact.objects.filter(state=ContactState.QUEUED)


def waits_over(now: datetime | Moment) -> QuerySet[Contact]:
    """Return those that have waited too long."""
    return queued().filter(wait_deadline__lte=now)


def releases_due(now: datetime | Moment) -> QuerySet[Contact]:
    """Return those that wait in queues which have closed."""
    return queued().filter(release_at__lte=now)


def turns_late(now: datetime | Moment) -> QuerySet[Contact]:
    """Return those whose assistant has not begun to answer within a second."""
    return Contact.objects.filter(
        state=ContactState.BOT, turn_due_at__lte=now - A_SECOND
    )


def chats_that_may_fall_silent() -> QuerySet[Contact]:
    """Return the chats that end where nobody says anything for long."""
    return Contact.objects.filter(
        state=ContactState.CONNECTED,
        channel=Channel.CHAT,
        organisation__customer_inactivity_seconds__isnull=False,
    )

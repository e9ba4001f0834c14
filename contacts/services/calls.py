"""How a video call ends, for whoever holds the lock of its contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contacts import events
from contacts.models import (
    ON,
    CallEnd,
    CallOutcome,
    ContactEventCode,
    VideoCall,
    VideoState,
)
from contacts.services import audit, conversation

if TYPE_CHECKING:
    from datetime import datetime

    from contacts.models import Contact


def current(contact: Contact) -> VideoCall | None:
    """Return the call that is on, ringing or live."""
    calls = VideoCall.objects.select_related("started_by")
    return calls.filter(contact=contact, state__in=ON).first()


def end(
    contact: Contact,
    call: VideoCall,
    now: datetime,
    *,
    outcome: CallOutcome,
    by: CallEnd | None,
) -> None:
    """End a call. Of a live one the conversation says who has left it."""
    was_live = call.is_live
    call.state = VideoState.ENDED
    call.outcome = outcome
    call.ended_by = by or ""
    call.ended_at = now
    call.lost_end, call.lost_until = "", None
    call.save()
    audit.note(
        ContactEventCode.VIDEO_ENDED,
        contact_id=contact.pk,
        agent_id=call.started_by_id,
        now=now,
        outcome=call.outcome,
        by=call.ended_by or None,
        seconds=call.seconds(),
    )
    if was_live:
        name = None if by == CallEnd.CUSTOMER else call.started_by.display_name
        conversation.append([conversation.video_ended(contact, name)], now=now)
    events.contact(contact.pk)


def end_with_chat(
    contact: Contact, now: datetime, *, by: CallEnd = CallEnd.AGENT
) -> None:
    """End the call, if there is one, because its agent or its customer goes."""
    call = current(contact)
    if call is not None:
        end(contact, call, now, outcome=CallOutcome.CHAT_OVER, by=by)

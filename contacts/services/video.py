"""Video calls: the agent starts one, the customer accepts, either ends it (D26)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents import addresses
from agents.models import Channel
from contacts import events, queries
from contacts.models import (
    CallEnd,
    CallOutcome,
    Contact,
    ContactEventCode,
    VideoCall,
    VideoState,
)
from contacts.services import audit, calls, conversation, refusals, shares
from core.errors import Forbidden, WrongState

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from contacts.models import Assignment

RINGS_FOR = timedelta(seconds=60)
# A page that is loaded again, or a phone that changes its network, is back sooner.
GRACE = timedelta(seconds=30)
NO_CALL = _("There is no video call now.")
ELSEWHERE = _("You have this video call in another window.")


class VideoOff(Forbidden):
    code = "video_off"
    sentence = _("Video calls are switched off for you.")


@transaction.atomic
def start(*, share: Assignment, tab: str, now: datetime) -> Assignment:
    """Ring the customer. The same command again, from the same page, changes nothing.

    Raises VideoOff, ContactEnded, WrongState.
    """
    contact, share = shares.lock(share)
    shares.refuse_unless_owned(share)
    if contact.is_ended:
        raise refusals.ContactEnded
    if contact.channel != Channel.CHAT:
        raise WrongState(gettext("Only a chat can have a video call."))
    if not queries.may_video(share.agent):
        raise VideoOff
    call = _current(contact, now)
    if call is not None:
        _refuse_elsewhere(call, CallEnd.AGENT, tab)
        return share
    VideoCall.objects.create(
        contact=contact,
        started_by=share.agent,
        agent_tab=tab,
        ringing_at=now,
        ring_until=now + RINGS_FOR,
    )
    audit.note(
        ContactEventCode.VIDEO_STARTED,
        contact_id=contact.pk,
        agent_id=share.agent_id,
        now=now,
    )
    events.contact(contact.pk)
    return share


@transaction.atomic
def end_by_agent(*, share: Assignment, now: datetime) -> Assignment:
    """Take back a call that rings, or leave a live one. Harmless to repeat."""
    contact, share = shares.lock(share)
    shares.refuse_consulted(share)
    call = calls.current(contact)
    if call is None or call.started_by_id != share.agent_id:
        _refuse_unless_repeat(contact.video_calls.filter(started_by=share.agent))
        return share
    outcome = CallOutcome.LEFT if call.is_live else CallOutcome.CANCELLED
    calls.end(contact, call, now, outcome=outcome, by=CallEnd.AGENT)
    return share


@transaction.atomic
def accept(*, contact_id: UUID, tab: str, now: datetime) -> None:
    """The customer joins. The same command again, from the same page, changes nothing.

    Raises ContactEnded, WrongState.
    """
    contact = shares.lock_contact(contact_id)
    if contact.is_ended:
        raise refusals.ContactEnded
    call = _current(contact, now)
    if call is None:
        raise WrongState(gettext("The video call is over."))
    if call.is_live:
        _refuse_elsewhere(call, CallEnd.CUSTOMER, tab)
        return
    call.state = VideoState.LIVE
    call.customer_tab = tab
    call.live_at = now
    call.save(update_fields=["state", "customer_tab", "live_at"])
    began = conversation.video_started(contact, call.started_by.display_name)
    conversation.append([began], now=now)
    events.contact(contact.pk)


@transaction.atomic
def decline(*, contact_id: UUID, now: datetime) -> None:
    """The customer does not want to. Harmless to repeat."""
    contact = shares.lock_contact(contact_id)
    call = _current(contact, now)
    if call is None:
        outcomes = [CallOutcome.DECLINED, CallOutcome.MISSED, CallOutcome.CANCELLED]
        _refuse_unless_repeat(contact.video_calls.filter(outcome__in=outcomes))
        return
    if call.is_live:
        raise WrongState(gettext("You are in the video call: end it."))
    calls.end(contact, call, now, outcome=CallOutcome.DECLINED, by=CallEnd.CUSTOMER)
    _tell(call, events.Notice.VIDEO_DECLINED, "The customer declined the video call")


@transaction.atomic
def end_by_customer(*, contact_id: UUID, now: datetime) -> None:
    """The customer leaves a live call. Harmless to repeat."""
    contact = shares.lock_contact(contact_id)
    call = calls.current(contact)
    if call is None:
        _refuse_unless_repeat(contact.video_calls.filter(live_at__isnull=False))
        return
    if not call.is_live:
        raise WrongState(gettext("Accept or decline the video call first."))
    calls.end(contact, call, now, outcome=CallOutcome.LEFT, by=CallEnd.CUSTOMER)


@transaction.atomic
def expire(*, call_id: int, now: datetime) -> None:
    """Stop ringing, where nobody answered in time. Harmless to repeat."""
    contact, call = _lock(call_id)
    if call.state == VideoState.RINGING and call.ring_until <= now:
        _miss(contact, call, now)


@transaction.atomic
def watch(*, call_id: int, now: datetime, since: datetime) -> None:
    """Note which end of a live call is out of reach; end the call where one stays so.

    `since` is when presence began to be watched without a gap.
    """
    contact, call = _lock(call_id)
    if call.state != VideoState.LIVE:
        return
    lost = queries.lost_end(call)
    if lost is None or lost != call.lost_end or call.lost_until is None:
        call.lost_end = lost or ""
        call.lost_until = now + GRACE if lost else None
        call.save(update_fields=["lost_end", "lost_until"])
    elif max(call.lost_until, since + GRACE) <= now:
        calls.end(contact, call, now, outcome=CallOutcome.LOST, by=lost)


def _lock(call_id: int) -> tuple[Contact, VideoCall]:
    """Return the call's contact, locked, and the call as it is now."""
    call = VideoCall.objects.get(pk=call_id)
    contact = shares.lock_contact(call.contact_id)
    return contact, VideoCall.objects.select_related("started_by").get(pk=call_id)


def _current(contact: Contact, now: datetime) -> VideoCall | None:
    """Return the call that is on, but for one that has rung for too long."""
    call = calls.current(contact)
    if call is None or call.is_live or call.rings_at(now):
        return call
    _miss(contact, call, now)
    return None


def _miss(contact: Contact, call: VideoCall, now: datetime) -> None:
    calls.end(contact, call, now, outcome=CallOutcome.MISSED, by=None)
    words = "The customer did not answer the video call"
    _tell(call, events.Notice.VIDEO_MISSED, words)


def _tell(call: VideoCall, code: events.Notice, text: str) -> None:
    to = addresses.of_agent(call.started_by_id)
    events.notice(contact_id=call.contact_id, to=to, code=code, text=text)


def _refuse_elsewhere(call: VideoCall, end: CallEnd, tab: str) -> None:
    if call.tab_of(end) != tab:
        raise WrongState(ELSEWHERE)


def _refuse_unless_repeat(ended: QuerySet[VideoCall]) -> None:
    """Let a repeat pass: the call that this ended, or could have, is there."""
    if not ended.exists():
        raise WrongState(NO_CALL)

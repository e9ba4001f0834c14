"""How a contact ends: by its agent, by its customer, or before anybody answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from agents.models import Channel
from contacts import events
from contacts.models import (
    Assignment,
    AssignmentOutcome,
    AssignmentState,
    CallEnd,
    Contact,
    ContactEventCode,
    ContactState,
    EndedReason,
    VisitOutcome,
)
from contacts.services import audit, calls, conversation, router, shares, watching

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from contacts.services.drafts import Draft


@transaction.atomic
def end(*, share: Assignment, now: datetime) -> Assignment:
    """End the chat for the customer (D17), and begin the agent's wrap-up.

    A share in wrap-up or completed after this End is returned as it is.
    """
    contact, share = shares.lock(share)
    if share.outcome == AssignmentOutcome.END:
        return share
    shares.refuse_unless_owned(share)
    shares.refuse_in_conference(contact)
    withdraw_offer(contact, now)

    if not contact.is_ended:
        left = conversation.agent_left(contact, share.agent.display_name)
        finish(contact, EndedReason.AGENT_ENDED, now, first=[left])
    shares.begin_wrap_up(contact, share, now, outcome=AssignmentOutcome.END)
    audit.note(
        ContactEventCode.ENDED, contact_id=contact.pk, agent_id=share.agent_id, now=now
    )
    events.contact(contact.pk)
    return share


@transaction.atomic
def leave(*, contact_id: UUID, now: datetime) -> None:
    """The customer leaves, wherever the contact is; leaving twice is harmless."""
    contact = shares.lock_contact(contact_id)
    if contact.is_ended:
        return
    reason = (
        EndedReason.CUSTOMER_LEFT
        if contact.state == ContactState.CONNECTED
        else EndedReason.ABANDONED
    )
    withdraw_offer(contact, now)
    shares.end_visit(contact, VisitOutcome.ABANDONED, now)
    finish(contact, reason, now, first=[conversation.customer_left(contact)])
    _release_consulted(contact, now)
    audit.note(ContactEventCode(reason), contact_id=contact.pk, now=now)


def _release_consulted(contact: Contact, now: datetime) -> None:
    """End the share of a colleague who heard the last lines, without wrap-up (R69)."""
    asked = shares.consulted(contact)
    if asked is not None:
        shares.finish(
            asked,
            AssignmentState.LEFT,
            now,
            removed=events.Removal.CUSTOMER_LEFT,
            outcome=AssignmentOutcome.CUSTOMER_LEFT,
        )
        router.route_soon(contact.organisation_id)


def withdraw_offer(contact: Contact, now: datetime) -> None:
    """Take the card of a locked contact back from an agent, whose state is untouched
    (E3), and whose slot is free again."""
    offer = contact.assignments.filter(state=AssignmentState.OFFERED).first()
    if offer is not None:
        shares.finish(
            offer, AssignmentState.WITHDRAWN, now, removed=events.Removal.WITHDRAWN
        )
        audit.note(
            ContactEventCode.WITHDRAWN,
            contact_id=contact.pk,
            agent_id=offer.agent_id,
            now=now,
        )
        router.route_soon(contact.organisation_id)


def finish(
    contact: Contact,
    reason: EndedReason,
    now: datetime,
    *,
    first: Sequence[Draft] = (),
    words: str = "The chat has ended",
    opens_at: datetime | None = None,
) -> None:
    """End a locked contact: the last lines, the last frames, then its sockets close.
    `opens_at` is when the chat opens again that ends at closing time."""
    if contact.state == ContactState.CONNECTED:
        calls.end_with_chat(contact, now, by=_leaver(reason))
    over = replace(
        conversation.contact_ended(contact, reason, words), event_opens_at=opens_at
    )
    conversation.append([*first, over], now=now)
    watching.end(contact, now)
    contact.state = ContactState.ENDED
    contact.ended_reason = reason
    contact.ended_at = now
    contact.save(update_fields=["state", "ended_reason", "ended_at"])
    close_if_done(contact, now)
    events.contact(contact.pk)
    events.contact_over(contact.pk)


def _leaver(reason: EndedReason) -> CallEnd:
    """Return which end of a video call goes with a contact that ends so."""
    is_left = reason == EndedReason.CUSTOMER_LEFT
    return CallEnd.CUSTOMER if is_left else CallEnd.AGENT


@transaction.atomic
def end_inactive(*, contact_id: UUID, now: datetime) -> None:
    """End a chat in which nobody said anything for the organisation's limit, as if
    the customer had left: the owner's share stays, nobody joins any more, and who has
    joined is released. Harmless to repeat."""
    contact = shares.lock_contact(contact_id)
    seconds = contact.organisation.customer_inactivity_seconds
    last = contact.last_message_at
    if contact.state != ContactState.CONNECTED or contact.channel != Channel.CHAT:
        return
    if seconds is None or last is None:
        return
    if last + timedelta(seconds=seconds) > now:
        return
    withdraw_offer(contact, now)
    finish(contact, EndedReason.INACTIVITY, now)
    _release_consulted(contact, now)
    audit.note(ContactEventCode.INACTIVITY, contact_id=contact.pk, now=now)


def close_if_done(contact: Contact, now: datetime) -> None:
    """Stamp `closed_at` once an ended contact has no live share left."""
    if not contact.is_ended or contact.closed_at is not None:
        return
    live = [AssignmentState.CONNECTED, AssignmentState.WRAPUP]
    if not contact.assignments.filter(state__in=live).exists():
        contact.closed_at = now
        contact.save(update_fields=["closed_at"])

"""An assistant's turn: claimed by one worker, thought out, answered once.

A worker that dies loses no turn: its claim runs out, and another one takes it. One that
is late doubles no answer: it has lost its claim by then.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from assistants.services import language_models, replies, webhooks
from contacts.models import (
    Contact,
    ContactState,
    HandoverReason,
    Message,
    MessageKind,
    SenderKind,
)
from contacts.services import assisting, conversation, shares, turns
from core.errors import DomainError
from core.sweeping import is_database_away
from queues.models import AssistantKind, IntentAction

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from assistants.services.replies import Reply

logger = logging.getLogger(__name__)

# How long a worker has for an answer, all told.
CLAIMED_FOR = timedelta(seconds=15)
CLAIMED_FOR_A_MODEL = timedelta(seconds=30)


@dataclass(frozen=True)
class Due:
    """A turn that nobody has taken yet, and whose it is."""

    contact_id: UUID
    assistant_id: int | None
    kind: str | None

    @property
    def claimed_for(self) -> timedelta:
        is_model = self.kind == AssistantKind.LLM
        return CLAIMED_FOR_A_MODEL if is_model else CLAIMED_FOR


@dataclass(frozen=True)
class Turn:
    """A claim: until when, and what there is to answer."""

    contact: Contact
    until: datetime
    said: str  # the customer's lines that have no answer yet, one below the other

    @property
    def last_seq(self) -> int:
        return self.contact.last_seq


def due(*, contact_id: UUID, now: datetime) -> Due | None:
    """Return the turn that is due in this contact; None where none is, or somebody has
    it in hand."""
    row = (
        _due(contact_id, now).values_list("pk", "assistant", "assistant__kind").first()
    )
    return row and Due(*row)


def _due(contact_id: UUID, now: datetime) -> QuerySet[Contact]:
    return Contact.objects.filter(
        pk=contact_id, state=ContactState.BOT, turn_due_at__lte=now
    )


def claim(due: Due, *, now: datetime) -> Turn | None:
    """Take a turn, with all that was said until now; None where another worker was
    faster."""
    until = now + due.claimed_for
    if not _due(due.contact_id, now).update(turn_due_at=until):
        return None
    contact = Contact.objects.select_related(
        "assistant", "customer", "entry_point"
    ).get(pk=due.contact_id)
    lines = Message.objects.filter(
        contact=contact,
        sender_kind=SenderKind.CUSTOMER,
        kind=MessageKind.TEXT,
        seq__gt=contact.answered_seq,
        seq__lte=contact.last_seq,
    )
    texts = lines.order_by("seq").values_list("text", flat=True)
    return Turn(contact, until, "\n".join(texts))


def think(turn: Turn) -> Reply | None:
    """Return what the assistant answers; None where it fails."""
    assistant = turn.contact.assistant
    if assistant is None:  # deleted meanwhile
        return None
    try:
        if assistant.kind == AssistantKind.WEBHOOK:
            return webhooks.reply_in(turn.contact, assistant=assistant)
        if assistant.kind == AssistantKind.LLM:
            return language_models.reply_in(
                turn.contact, turn.said, assistant=assistant
            )
        return replies.reply_to(turn.said, assistant=assistant)
    except Exception as error:
        if is_database_away(error):
            raise
        logger.exception("The assistant %s fails", assistant.pk)
        return None


@transaction.atomic
def answer(turn: Turn, *, reply: Reply | None, now: datetime) -> bool:
    """Say the reply, and do what follows. Return whether the turn was still ours.

    Where the customer has said more meanwhile nothing is said yet: it is answered
    together, by the turn that is due at once.
    """
    contact = shares.lock_contact(turn.contact.pk)
    if contact.state != ContactState.BOT or contact.turn_due_at != turn.until:
        return False
    if contact.last_seq > turn.last_seq:
        contact.turn_due_at = now
        contact.save(update_fields=["turn_due_at"])
        turns.wake([contact.pk])
        return True
    if reply is None:
        assisting.hand_over(contact, HandoverReason.FAILURE, now)
        return True
    if reply.action == IntentAction.ESCALATE and not assisting.can_hand_over(
        contact, reply.queue, now
    ):
        # Its words speak of somebody who is about to come.
        reply = replace(reply, lines=())
    if _say(contact, turn, reply, now):
        _go_on(contact, reply, now)
    else:
        assisting.hand_over(contact, HandoverReason.FAILURE, now)
    return True


def _say(contact: Contact, turn: Turn, reply: Reply, now: datetime) -> bool:
    """Store what is said. Return whether all of it was: the organisation may store no
    line with sensitive data."""
    lines = [
        assisting.line(
            contact,
            line.text,
            client_id=f"turn-{turn.last_seq}-{number}",
            buttons=line.buttons,
            sources=line.sources,
        )
        for number, line in enumerate(reply.lines, 1)
    ]
    answers = conversation.append(lines, now=now) if lines else []
    if reply.is_miss or reply.reason == HandoverReason.NO_SOURCE:
        assisting.note_miss(
            contact, after_seq=contact.answered_seq, last_seq=turn.last_seq, now=now
        )
    contact.turn_due_at = None
    contact.answered_seq = turn.last_seq
    contact.assistant_misses = contact.assistant_misses + 1 if reply.is_miss else 0
    contact.save(update_fields=["turn_due_at", "answered_seq", "assistant_misses"])
    return not any(isinstance(answer, DomainError) for answer in answers)


def _go_on(contact: Contact, reply: Reply, now: datetime) -> None:
    if reply.action == IntentAction.END:
        assisting.end(contact, now)
    elif reply.action == IntentAction.ESCALATE:
        assisting.hand_over(
            contact,
            reply.reason,
            now,
            queue=reply.queue,
            summary=reply.summary,
            skills=reply.skills,
        )
    elif contact.assistant and contact.assistant_misses >= contact.assistant.max_misses:
        assisting.hand_over(contact, HandoverReason.MISSES, now)

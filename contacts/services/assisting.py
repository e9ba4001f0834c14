"""A chat that an assistant answers: how it begins, goes to people, or ends there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.services import sensitive_data
from contacts.models import (
    ContactEventCode,
    ContactState,
    EndedReason,
    HandoverReason,
    Miss,
    SenderKind,
    VisitOutcome,
)
from contacts.services import (
    audit,
    conversation,
    ending,
    hours,
    refusals,
    shares,
    waiting,
)
from contacts.services.drafts import Draft, Sender
from core.errors import WrongState
from core.wording import speaking
from queues import queries
from queues.models import AssistantKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from django_stubs_ext import StrOrPromise

    from contacts.models import Contact
    from queues.models import Assistant, Queue


# Whoever talks to a language model is told so first (Regulation (EU) 2024/1689, 50).
DEFAULT_GREETINGS: dict[str, StrOrPromise] = {
    AssistantKind.LLM: _(
        "Hello! I am an automated assistant. Ask me something, or talk to a "
        "person at any time."
    ),
}


class Source(NamedTuple):
    """An article, by its id and its title, that an answer is taken from."""

    article: int
    title: str


def begin(contact: Contact, assistant: Assistant, now: datetime) -> None:
    """Store a new contact in the hands of its assistant, who speaks first."""
    contact.state = ContactState.BOT
    contact.assistant = assistant
    contact.save(force_insert=True)
    audit.note(ContactEventCode.OPENED, contact_id=contact.pk, now=now)
    greeting = assistant.greeting.strip()
    if not greeting and assistant.kind in DEFAULT_GREETINGS:
        with speaking(contact.spoken_language):
            greeting = str(DEFAULT_GREETINGS[assistant.kind])
    if greeting:
        conversation.append([line(contact, greeting, client_id="greeting")], now=now)


def line(
    contact: Contact,
    text: str,
    *,
    client_id: str,
    buttons: Sequence[str] = (),
    sources: Sequence[Source] = (),
) -> Draft:
    """Return a line of the contact's assistant. It is stored only while the contact is
    with the assistant, and only once for a `client_id`."""
    name = contact.assistant.name if contact.assistant else ""
    sender = Sender(SenderKind.BOT, name=name)
    screened = (sensitive_data.screen(contact.organisation, each) for each in buttons)
    return Draft(
        contact.pk,
        sender,
        text,
        client_id,
        buttons=tuple(each.text for each in screened),
        sources=tuple(each._asdict() for each in sources),
    )


@transaction.atomic
def escalate(*, contact_id: UUID, now: datetime) -> None:
    """The customer asks for a person. Where one is on the way, or there, nothing
    changes. Raises ContactEnded, Closed outside the opening hours, or WrongState where
    no assistant ever answered."""
    contact = shares.lock_contact(contact_id)
    if contact.is_ended:
        raise refusals.ContactEnded
    if contact.state == ContactState.BOT:
        hours.refuse_outside(_queue_of(contact, None), now)
        hand_over(contact, HandoverReason.ASKED, now)
    elif not (contact.handover_reason or contact.assistant):
        raise WrongState(gettext("No assistant answers here."))


def hand_over(
    contact: Contact,
    reason: HandoverReason,
    now: datetime,
    *,
    queue: Queue | None = None,
    summary: str = "",
    skills: str = "",
) -> None:
    """Put a locked contact from its assistant's hands into a queue: this one, the one
    that the customer chose before the chat, or the entry point's. The summary is the
    assistant's own, for the agent who takes over; the skills are what it asks of
    agents besides (`queues.skills`).

    A full queue takes it too: nobody is turned away in the middle of a conversation.
    Outside the queue's opening hours it stays where it is, and the assistant says so.
    """
    point = contact.entry_point
    assert point is not None
    queue = _queue_of(contact, queue)
    if not queries.is_open(queue, now):
        _stay(contact, queue, now)
        return
    contact.handover_reason = reason
    contact.handover_summary = _screened(contact, summary)
    contact.handover_seq = contact.last_seq
    contact.intent_skills = skills
    contact.turn_due_at = None
    contact.priority = queue.priority_from(point)
    contact.save(
        update_fields=[
            *("handover_reason", "handover_summary", "handover_seq"),
            *("turn_due_at", "priority"),
        ]
    )
    conversation.append([conversation.queued(contact, queue)], now=now)
    waiting.move(contact, queue, VisitOutcome.MOVED, now)
    audit.note(
        ContactEventCode.HANDED_OVER,
        contact_id=contact.pk,
        now=now,
        queue=queue.pk,
        reason=reason,
    )


def can_hand_over(contact: Contact, queue: Queue | None, now: datetime) -> bool:
    """Whether this queue, or else where the contact would go, is open."""
    return queries.is_open(_queue_of(contact, queue), now)


def _queue_of(contact: Contact, queue: Queue | None) -> Queue:
    """Return this queue, or the one that the customer chose before the chat where it
    takes contacts still, or the entry point's."""
    assert contact.entry_point is not None
    chosen = contact.chosen_queue
    if queue is None and chosen is not None and chosen.is_active:
        return chosen
    return queue or contact.entry_point.queue


def _stay(contact: Contact, queue: Queue, now: datetime) -> None:
    """Leave a locked contact with its assistant, which has had its turn."""
    contact.turn_due_at = None
    contact.answered_seq = contact.last_seq
    contact.assistant_misses = 0
    contact.save(update_fields=["turn_due_at", "answered_seq", "assistant_misses"])
    with speaking(contact.spoken_language):
        words = hours.nobody_there(queue, now)
    said = line(contact, words, client_id=f"closed-{contact.last_seq}")
    conversation.append([said], now=now)


def _screened(contact: Contact, text: str) -> str:
    return sensitive_data.screen(contact.organisation, text).text if text else ""


def note_miss(
    contact: Contact, *, after_seq: int, last_seq: int, now: datetime
) -> None:
    """Keep which lines of a contact its assistant did not understand."""
    Miss.objects.create(contact=contact, after_seq=after_seq, last_seq=last_seq, at=now)


def settle(miss: Miss, *, now: datetime) -> None:
    """Somebody has seen to what was not understood."""
    Miss.objects.filter(pk=miss.pk, settled_at=None).update(settled_at=now)


def end(contact: Contact, now: datetime) -> None:
    """End a locked contact that its assistant has brought to its end."""
    contact.turn_due_at = None
    contact.save(update_fields=["turn_due_at"])
    ending.finish(contact, EndedReason.BOT_ENDED, now)
    audit.note(ContactEventCode.BOT_ENDED, contact_id=contact.pk, now=now)

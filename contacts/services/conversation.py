"""The conversation: the one service that stores messages."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import F

from contacts import queries
from contacts.models import (
    Contact,
    EventCode,
    Message,
    MessageKind,
    SenderKind,
)
from contacts.services import at_once, attachments, pace, replies, turns
from contacts.services.drafts import SYSTEM, Draft
from contacts.services.masking import Masking, Said, may_need_masking
from contacts.services.refusals import Busy, UnknownContact, refusal_of
from contacts.services.telling import tell
from core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from contacts.services.drafts import Identity, Sender
    from queues.models import Queue

Refusal = DomainError
# What is needed of a contact to store what is said, and of an organisation to mask it.
LOCKED = ["pk", "state", "channel", "entry_point_id", "last_seq", "watched_by_id"]
MASKING_SETTINGS = ["sensitive_data_policy", "sensitive_data_detectors", "country"]


def append(
    drafts: Sequence[Draft], *, now: datetime, skip_locked: bool = False
) -> list[Message | Refusal]:
    """Store lines, each at the next place of its contact, and tell who takes part.

    Answers per draft the message (the stored one for a repeated client_id) or why it
    was refused; with `skip_locked` that is Busy where somebody else holds the contact.
    """
    try:
        answers = _append(drafts, {}, now, skip_locked=skip_locked)
    except IntegrityError:
        # Repeats are rare, so they are looked for only where one shows: here,
        return _append(drafts, _known(drafts), now, skip_locked=skip_locked)
    # and among the refused.
    return _remembered(drafts, answers)


def _remembered(
    drafts: Sequence[Draft], answers: Sequence[Message | Refusal]
) -> list[Message | Refusal]:
    """Return the answers, with what was stored before in place of a refusal."""
    pairs = list(zip(drafts, answers, strict=True))
    known = _known(
        draft
        for draft, answer in pairs
        if isinstance(answer, DomainError) and not isinstance(answer, Busy)
    )
    return [known.get(draft.identity, answer) for draft, answer in pairs]


def append_at_once(
    drafts: Sequence[Draft], *, now: datetime, skip_locked: bool = False
) -> list[Message | Refusal]:
    """Do as `append` does, faster: what is plain is one round trip to the database."""
    found = at_once.store(drafts, now=now, skip_locked=skip_locked)
    rest = [draft for place, draft in enumerate(drafts) if place not in found]
    others = iter(append(rest, now=now, skip_locked=skip_locked) if rest else ())
    said = iter(_remembered([drafts[n] for n in found], [*found.values()]))
    told = {place: next(said) for place in found}
    return [told[n] if n in told else next(others) for n in range(len(drafts))]


@transaction.atomic
def _append(
    drafts: Sequence[Draft],
    known: dict[Identity, Message],
    now: datetime,
    *,
    skip_locked: bool,
) -> list[Message | Refusal]:
    contacts = _lock(drafts, skip_locked=skip_locked)
    talking = queries.talking_agents(contacts)
    masking = Masking(drafts, contacts, now)
    claims = attachments.Claims(drafts)
    answers: list[Message | Refusal] = []
    new: list[tuple[Message, Draft]] = []
    for draft in drafts:
        contact = contacts.get(draft.contact_id)
        if contact is None:
            answers.append(Busy() if skip_locked else UnknownContact())
            continue
        answer = known.get(draft.identity) or refusal_of(draft, contact, talking)
        verdict = answer or claims.refusal(draft) or masking.say(draft, contact)
        if isinstance(verdict, Said):
            verdict = _message(draft, verdict, contact, talking[contact.pk], now)
            verdict.files = claims.take(draft, verdict)
            masking.said(verdict)
            new.append((verdict, draft))
            if draft.client_id:
                known[draft.identity] = verdict
        answers.append(verdict)

    replies.post([message for message, _ in new], now=now)
    _store([message for message, _ in new], now)
    claims.keep()
    tell(new, {pk: row.heard_by(talking[pk]) for pk, row in contacts.items()})
    masking.finish(talking)
    return answers


def _lock(drafts: Sequence[Draft], *, skip_locked: bool) -> dict[UUID, Contact]:
    """Lock the contacts; with what is needed of their organisations, if it is."""
    known = {"customer": ["name"]}
    if may_need_masking(drafts):
        known["organisation"] = MASKING_SETTINGS
    columns = [f"{name}__{column}" for name, of in known.items() for column in of]
    rows = (
        Contact.objects.select_for_update(
            of=("self",), no_key=True, skip_locked=skip_locked
        )
        .filter(pk__in={draft.contact_id for draft in drafts})
        .select_related(*known)
        .only(*LOCKED, *columns)
        .order_by("pk")
    )
    return {contact.pk: contact for contact in rows}


def _known(drafts: Iterable[Draft]) -> dict[Identity, Message]:
    """Return the messages that repeated drafts have stored before."""
    named = [draft for draft in drafts if draft.client_id]
    if not named:
        return {}
    rows = Message.objects.filter(
        contact__in={draft.contact_id for draft in named},
        client_id__in=[draft.client_id for draft in named],
    ).select_related("contact")
    return {(row.contact_id, row.sender_key, row.client_id): row for row in rows}


def _message(
    draft: Draft,
    said: Said,
    contact: Contact,
    talking: Mapping[int, str],
    now: datetime,
) -> Message:
    contact.last_seq += 1
    return Message(
        contact=contact,
        seq=contact.last_seq,
        client_id=draft.client_id,
        sender_kind=draft.sender.kind,
        sender_agent_id=draft.sender.agent_id,
        sender_name=_name(draft.sender, contact, talking),
        sender_key=draft.sender.key,
        kind=MessageKind.EVENT if draft.event else MessageKind.TEXT,
        text=said.text,
        masked=said.is_masked,
        event_code=draft.event or "",
        event_name=draft.event_name,
        event_reason=draft.event_reason,
        event_opens_at=draft.event_opens_at,
        buttons=list(draft.buttons),
        sources=list(draft.sources),
        created_at=now,
    )


def _name(sender: Sender, contact: Contact, talking: Mapping[int, str]) -> str:
    """Return the name that the sender has now: sockets stay open for hours."""
    if sender.agent_id is not None:
        return talking[sender.agent_id]
    return contact.customer.label if sender.kind == SenderKind.CUSTOMER else sender.name


def _store(messages: Sequence[Message], now: datetime) -> None:
    """Insert the messages; contacts with as many new ones change in one statement."""
    Message.objects.bulk_create(messages)
    asked = turns.asked(messages)
    grown: defaultdict[int, list[UUID]] = defaultdict(list)
    for contact_id, number in Counter(m.contact_id for m in messages).items():
        grown[number].append(contact_id)
    for number, contact_ids in grown.items():
        Contact.objects.filter(pk__in=contact_ids).update(
            last_seq=F("last_seq") + number,
            version=F("version") + number,
            last_message_at=now,
            **turns.due(asked.intersection(contact_ids), now),
        )
    turns.wake(asked)


def send_message(
    *,
    contact_id: UUID,
    sender: Sender,
    client_id: str,
    text: str,
    now: datetime,
    attachments: Sequence[UUID] = (),
) -> tuple[Message, bool]:
    """Store what a person said; return the message and whether it is new.

    Raises ContactEnded, NotYours, Invalid and TooLarge for files that cannot be sent
    with it, or TooMany for a customer in too much of a hurry.
    """
    files = tuple(attachments)
    draft = Draft(contact_id, sender, text, client_id, attachments=files)
    answer = send_messages([draft], now=now)[0]
    if isinstance(answer, DomainError):
        raise answer
    return answer, _is_new(answer, now)


def send_messages(
    drafts: Sequence[Draft], *, now: datetime, skip_locked: bool = False
) -> list[Message | Refusal]:
    """Store what people said, as `append` does; answer TooMany to customers in too
    much of a hurry, unless they repeat themselves."""
    hurry = pace.spend(drafts)
    allowed = [d for d in drafts if d.identity not in hurry] if hurry else drafts
    try:
        answers = append_at_once(allowed, now=now, skip_locked=skip_locked)
    except BaseException:
        pace.give_back(allowed, but=())
        raise
    if not all(_is_new(answer, now) for answer in answers):
        pairs = zip(allowed, answers, strict=True)
        pace.give_back(allowed, but={d.identity for d, a in pairs if _is_new(a, now)})
    if not hurry:
        return answers
    said = {d.identity: a for d, a in zip(allowed, answers, strict=True)}
    known = _known(draft for draft in drafts if draft.identity in hurry)
    answer = {**hurry, **known, **said}
    return [answer[draft.identity] for draft in drafts]


def _is_new(answer: Message | Refusal, now: datetime) -> bool:
    return isinstance(answer, Message) and answer.created_at == now


# --- events of the conversation -----------------------------------------------
def event(
    contact: Contact, code: EventCode, text: str, *, name: str | None, reason: str = ""
) -> Draft:
    """Return an event line: the English sentence, the code for pages."""
    return Draft(
        contact.pk,
        SYSTEM,
        text,
        event=code,
        event_name=name,
        event_reason=reason,
    )


def agent_joined(contact: Contact, name: str) -> Draft:
    return event(
        contact, EventCode.AGENT_JOINED, f"{name} has joined the chat", name=name
    )


def agent_left(contact: Contact, name: str | None) -> Draft:
    """Return the line of an agent's leaving; None is an agent without a name (D19)."""
    text = f"{name or 'The agent'} has left the chat"
    return event(contact, EventCode.AGENT_LEFT, text, name=name)


def customer_left(contact: Contact) -> Draft:
    text = "The customer has left the chat"
    return event(contact, EventCode.CUSTOMER_LEFT, text, name=None)


def video_started(contact: Contact, name: str) -> Draft:
    text = f"{name} and the customer are in a video call"
    return event(contact, EventCode.VIDEO_STARTED, text, name=name)


def video_ended(contact: Contact, name: str | None) -> Draft:
    """Return the line of who has left the video call; None is the customer."""
    text = f"{name or 'The customer'} has left the video call"
    return event(contact, EventCode.VIDEO_ENDED, text, name=name)


def queued(contact: Contact, queue: Queue) -> Draft:
    text = f"Waiting in {queue.name}"
    return event(contact, EventCode.QUEUED, text, name=queue.name)


def contact_ended(contact: Contact, reason: str, text: str) -> Draft:
    return event(contact, EventCode.CONTACT_ENDED, text, name=None, reason=reason)

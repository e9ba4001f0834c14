"""Stores plain drafts as fast as the database can: see docs/messages.md.

`contacts/services/conversation.py` says the same in plain words, and stores all else.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, IntegrityError, connection, transaction
from django.db.models import Model
from django.db.models.base import ModelState

from contacts.access import NotYours
from contacts.models import Contact, Message, MessageKind, SenderKind
from contacts.services import at_once_postgresql, at_once_sqlite, facts, pace, turns
from contacts.services.plain import plain
from contacts.services.refusals import Busy, ContactEnded, UnknownContact
from contacts.services.telling import tell
from core.realtime import Letters, told_in_one

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from contacts.services.drafts import Draft
    from contacts.services.facts import Fact
    from contacts.services.plain import Plain
    from core.errors import DomainError

    Answers = dict[int, Message | DomainError]


logger = logging.getLogger(__name__)

Row = TypeVar("Row", bound=Model)
COLUMNS = [field.attname for field in Message._meta.concrete_fields]


def store(drafts: Sequence[Draft], *, now: datetime, skip_locked: bool) -> Answers:
    """Store what is plain, and tell who takes part; return by place the message or why
    it was refused.

    What has no answer takes the ordinary path, a repeat of something stored among it.
    """
    chosen = plain(drafts)
    if not chosen:
        return {}
    is_postgresql = connection.vendor == "postgresql"
    try:
        if is_postgresql:
            found = at_once_postgresql.store(chosen, now=now, skip_locked=skip_locked)
        # Stored before: then the lines leave together, else with the transaction.
        with transaction.atomic():
            if not is_postgresql:
                found = at_once_sqlite.store(chosen, now=now)
            turns.wake(_asking(drafts, found))
            return _answers(drafts, found, now, skip_locked=skip_locked)
    except IntegrityError:
        return {}


class Stored(NamedTuple):
    """What a batch has come to: by place what was stored, and who has to wait; what
    other processes are to be told; and what is left to be done by a thread."""

    answers: Answers
    letters: Letters
    left: Callable[[], None] | None


async def store_unthreaded(drafts: Sequence[Draft], *, now: datetime) -> Stored:
    """Do as `store` does in an event loop that can ask PostgreSQL itself, and count
    what customers say.

    What has to be refused has no answer, as its sender may have said it before.
    """
    chosen = _in_no_hurry(plain(drafts))
    if not chosen:
        return Stored({}, Letters(), None)
    try:
        found = await at_once_postgresql.store_unthreaded(chosen, now=now)
    except psycopg.errors.UniqueViolation:
        found = []  # a repeat
    except psycopg.Error as error:
        # Not what it says: that may be what was said.
        logger.warning("Lines are stored by a thread: %s", type(error).__name__)
        found = []
    found = [fact for fact in found if fact.fate in {facts.STORED, facts.BUSY}]
    with told_in_one() as letters:
        answers = _answers(drafts, found, now, skip_locked=True)
    asking = _asking(drafts, found)
    stored = {fact.place for fact in found if fact.fate == facts.STORED}
    for one in chosen:
        if one.place not in stored:
            pace.put_back(one.draft)

    def left() -> None:
        turns.wake(asking)
        pace.count_ahead()

    is_left = asking or pace.is_short()
    return Stored(answers, letters, left if is_left else None)


def _in_no_hurry(chosen: Sequence[Plain]) -> list[Plain]:
    """Return those that are counted without a trip. Where one of a contact is not, none
    of those behind it is: they keep their order."""
    counted: list[Plain] = []
    waiting: set[UUID] = set()
    for one in chosen:
        contact_id = one.draft.contact_id
        if contact_id in waiting or not pace.spend_ahead(one.draft):
            waiting.add(contact_id)
        else:
            counted.append(one)
    return counted


def _asking(drafts: Sequence[Draft], found: Iterable[Fact]) -> set[UUID]:
    """Return the contacts in which something is for an assistant to answer."""
    return {
        drafts[fact.place].contact_id
        for fact in found
        if fact.asks and fact.fate == facts.STORED
    }


def _answers(
    drafts: Sequence[Draft], found: Sequence[Fact], now: datetime, *, skip_locked: bool
) -> Answers:
    answers: Answers = {}
    new: list[tuple[Message, Draft]] = []
    contacts: dict[UUID, Contact] = {}
    for fact in found:
        draft = drafts[fact.place]
        match fact.fate:
            case facts.STORED:
                message = _message(draft, fact, contacts, now)
                new.append((message, draft))
                answers[fact.place] = message
            case facts.ENDED:
                answers[fact.place] = ContactEnded()
            case facts.NOT_YOURS:
                answers[fact.place] = NotYours()
            case facts.BUSY:
                answers[fact.place] = Busy() if skip_locked else UnknownContact()
    tell(new, {drafts[fact.place].contact_id: fact.hearing for fact in found})
    return answers


def _message(
    draft: Draft, fact: Fact, contacts: dict[UUID, Contact], now: datetime
) -> Message:
    """Return the line that was stored, as it would be read."""
    sender = draft.sender
    values: dict[str, Any] = {
        **dict.fromkeys(COLUMNS),
        "id": fact.message_id,
        "contact_id": draft.contact_id,
        "seq": fact.seq,
        "rev": 0,
        "client_id": draft.client_id,
        "sender_kind": sender.kind,
        "sender_agent_id": sender.agent_id,
        "sender_name": fact.name,
        "sender_key": sender.key,
        "kind": MessageKind.TEXT,
        "text": draft.text,
        **dict.fromkeys(["event_code", "event_reason", "mail", "mail_error"], ""),
        "masked": False,
        **{name: [] for name in ("buttons", "sources", "files")},
        "created_at": now,
    }
    message = _as_read(Message, values)
    if sender.kind == SenderKind.CUSTOMER:
        # Of all that a contact is, a line of its customer shows whose it is.
        message._state.fields_cache["contact"] = _contact(draft, fact, contacts)
    return message


def _contact(draft: Draft, fact: Fact, contacts: dict[UUID, Contact]) -> Contact:
    if draft.contact_id not in contacts:
        known = {"id": draft.contact_id, "customer_id": fact.customer_id}
        contacts[draft.contact_id] = _as_read(Contact, known)
    return contacts[draft.contact_id]


def _as_read(model: type[Row], values: Mapping[str, Any]) -> Row:
    """Return a row with these columns as if it were read: to have the model make it
    takes several times as long, and nobody here listens to its signals."""
    row = model.__new__(model)
    row._state = state = ModelState()
    state.adding = False
    state.db = DEFAULT_DB_ALIAS
    vars(row).update(values)
    return row

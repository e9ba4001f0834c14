"""Stores plain drafts as fast as the database can: see docs/messages.md.

`contacts/services/conversation.py` says the same in plain words, and stores all else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, IntegrityError, connection, transaction
from django.db.models import Model
from django.db.models.base import ModelState

from contacts.access import NotYours
from contacts.models import Contact, Message, MessageKind, SenderKind
from contacts.services import at_once_postgresql, at_once_sqlite, facts, turns
from contacts.services.plain import plain
from contacts.services.refusals import Busy, ContactEnded, UnknownContact
from contacts.services.telling import tell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from contacts.services.drafts import Draft
    from contacts.services.facts import Fact
    from core.errors import DomainError

    Answers = dict[int, Message | DomainError]


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
            return _answers(drafts, found, now, skip_locked=skip_locked)
    except IntegrityError:
        return {}


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
    asked = {f.place for f in found if f.asks and f.fate == facts.STORED}
    turns.wake({drafts[place].contact_id for place in asked})
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

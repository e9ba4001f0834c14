"""Masks sensitive data in lines before they are stored, also numbers that began in the
lines before."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import F, Q

from agents.services import sensitive_data
from agents.services.sensitive_data import Dropped
from contacts import events
from contacts.models import Contact, Message, MessageKind
from core import redis, secrets
from screening import texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from django_stubs_ext import StrOrPromise

    from contacts.services.drafts import Draft

# How long a number may be under way in parts, each a line of its own.
LOOK_BACK = timedelta(seconds=120)
MOST_PARTS = 20
REMEMBERED_SECONDS = 86_400  # that a line was dropped
LINES_BACK = 200  # of all who take part
NOTICES: dict[events.Notice, StrOrPromise] = {
    events.Notice.MASKED: events.WAS_MASKED,
    events.Notice.DROPPED: Dropped.sentence,
}

Speaker = tuple["UUID", str]


class Said(NamedTuple):
    """What is to be stored of a draft."""

    text: str
    is_masked: bool = False


def may_need_masking(drafts: Sequence[Draft]) -> bool:
    """Whether there is anything in the drafts that could be sensitive."""
    return any(d.event is None and texts.may_hold(d.text) for d in drafts)


class Masking:
    """Masks the drafts of one transaction, whose contacts are locked.

    Where a draft may hold sensitive data its contact has its organisation at hand.
    """

    def __init__(
        self, drafts: Sequence[Draft], contacts: Mapping[UUID, Contact], now: datetime
    ) -> None:
        self._now = now
        self._changed: dict[int, Message] = {}
        self._notices: dict[Speaker, tuple[Draft, events.Notice]] = {}
        self._counts: defaultdict[UUID, Counter[str]] = defaultdict(Counter)
        self._earlier = _earlier(drafts, contacts, now)

    def say(self, draft: Draft, contact: Contact) -> Said | Dropped:
        """Return what is to be stored of a draft, or that it is dropped."""
        if draft.event is not None or not texts.may_hold(draft.text):
            return Said(draft.text)
        organisation, parts = contact.organisation, self._parts(draft)
        is_dropping = sensitive_data.drops(organisation)
        if is_dropping and _was_dropped(draft):
            return self._drop(draft)
        *before, found = sensitive_data.screen_parts(
            organisation, [*(part.text for part in parts), draft.text]
        )
        if not found.findings:
            return Said(draft.text)
        for part, screened in zip(parts, before, strict=True):
            if screened.text != part.text:
                self._mask(part, screened.text)
        if is_dropping:
            _note_dropped(draft)
            return self._drop(draft)
        self._note(draft, events.Notice.MASKED)
        return Said(found.text, is_masked=True)

    def _drop(self, draft: Draft) -> Dropped:
        self._note(draft, events.Notice.DROPPED)
        return Dropped()

    def said(self, message: Message) -> None:
        """Let numbers go on from a line that is about to be stored."""
        speaker = message.contact_id, message.sender_key
        self._earlier.get(speaker, []).append(message)

    def _parts(self, draft: Draft) -> list[Message]:
        """Return the lines of this speaker from which a number may go on here."""
        parts: list[Message] = []
        if not texts.may_continue(draft.text):
            return parts
        lines = self._earlier.get(_speaker(draft), [])
        # A file without words says nothing, and ends no number.
        for line in reversed([line for line in lines if line.text]):
            if len(parts) == MOST_PARTS or not texts.may_go_on(line.text):
                break
            parts.insert(0, line)
            if not texts.may_continue(line.text):
                break
        return parts

    def _mask(self, line: Message, text: str) -> None:
        line.text, line.masked = text, True
        if line.pk is not None:
            line.rev += line.pk not in self._changed
            self._changed[line.pk] = line
        self._counts[line.contact_id]["masked"] += 1

    def _note(self, draft: Draft, notice: events.Notice) -> None:
        self._notices[_speaker(draft)] = draft, notice
        self._counts[draft.contact_id][notice] += 1

    def finish(self, talking: Mapping[UUID, Mapping[int, str]]) -> None:
        """Store and send again the earlier lines that changed, count what was masked or
        dropped, and tell those who said it."""
        if self._changed:
            self._store_changed()
        self._count()
        for line in self._changed.values():
            hearing = line.contact.heard_by(talking[line.contact_id])
            events.message(line, agent_ids=hearing)
        for draft, code in self._notices.values():
            if to := draft.sender.address_in(draft.contact_id):
                events.notice(
                    contact_id=draft.contact_id, to=to, code=code, text=NOTICES[code]
                )

    def _store_changed(self) -> None:
        lines = self._changed.values()
        Message.objects.bulk_update(lines, ["text", "masked", "rev"])
        # Who misses the lines learns from the version that there is something.
        events.contact(*{line.contact_id for line in lines})

    def _count(self) -> None:
        alike: defaultdict[tuple[int, int], list[UUID]] = defaultdict(list)
        for contact_id, counts in self._counts.items():
            alike[counts["masked"], counts["dropped"]].append(contact_id)
        for (masked, dropped), contact_ids in alike.items():
            Contact.objects.filter(pk__in=contact_ids).update(
                masked_messages=F("masked_messages") + masked,
                dropped_messages=F("dropped_messages") + dropped,
            )


def _speaker(draft: Draft) -> Speaker:
    return draft.contact_id, draft.sender.key


def _earlier(
    drafts: Sequence[Draft], contacts: Mapping[UUID, Contact], now: datetime
) -> dict[Speaker, list[Message]]:
    """Return what those have said lately who may go on with a number now."""
    lines: dict[Speaker, list[Message]] = {
        _speaker(draft): []
        for draft in drafts
        if draft.contact_id in contacts and draft.event is None
    }
    going_on = {
        draft.contact_id
        for draft in drafts
        if _speaker(draft) in lines and texts.may_continue(draft.text)
    }
    for message in _lately(going_on, contacts, now):
        message.contact = contacts[message.contact_id]
        if (message.contact_id, message.sender_key) in lines:
            lines[message.contact_id, message.sender_key].append(message)
    return lines


def _lately(
    contact_ids: set[UUID], contacts: Mapping[UUID, Contact], now: datetime
) -> Iterator[Message]:
    if not contact_ids:
        return
    where = (
        Q(contact=pk, seq__gt=contacts[pk].last_seq - LINES_BACK) for pk in contact_ids
    )
    rows = Message.objects.filter(
        reduce(or_, where), kind=MessageKind.TEXT, created_at__gt=now - LOOK_BACK
    )
    yield from rows.order_by("contact", "seq")


# --- lines that were dropped because of those before them -----------------------------
def _trace(draft: Draft) -> str:
    return f"dropped:{secrets.digest(repr(draft.identity))}"


def _note_dropped(draft: Draft) -> None:
    """Remember a dropped line: by the time of a repeat the lines before are masked."""
    if draft.client_id and texts.may_continue(draft.text):
        redis.remember(_trace(draft), seconds=REMEMBERED_SECONDS)


def _was_dropped(draft: Draft) -> bool:
    if not draft.client_id or not texts.may_continue(draft.text):
        return False
    return redis.remembers(_trace(draft))

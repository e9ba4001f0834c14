"""The lines of a conversation, as those get them who were away."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db.models import Case, F, Q, Value, When

from contacts.models import Message
from core.prepared import Prepared

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from contacts.models import Contact

AT_ONCE = 500
LITTLE = 50  # new lines that are read together with others'
CURSOR = re.compile(r"^([0-9]{1,9})-([0-9]{1,9})-([0-9]{1,9})$")


@dataclass(frozen=True)
class Place:
    """How far somebody has caught up: `after` is the last line they knew when they
    began; since then they got the new lines up to `new`, and of those that they knew
    the changed ones from `changed` on."""

    after: int
    new: int
    changed: int

    def __str__(self) -> str:
        return f"{self.after}-{self.new}-{self.changed}"


@dataclass(frozen=True)
class Lines:
    """Lines in their order, with their contact at hand; where to go on, if there are
    more; and whether the reader is to begin anew."""

    messages: list[Message]
    next: Place | None = None
    is_reset: bool = False


def beginning_after(seq: int) -> Place:
    return Place(after=seq, new=seq, changed=seq + 1)


def place_of(cursor: str) -> Place:
    """Return the place that a cursor names, which has the form of one."""
    return Place(*map(int, cursor.split("-")))


def messages_after(contact: Contact, seq: int) -> list[Message]:
    """Return at most 500 lines, oldest first: those after `seq`, and where there is
    room the latest before it that have changed. None of a `seq` that the contact has
    not reached."""
    if seq > contact.last_seq:
        return []
    return lines_from(contact, beginning_after(seq)).messages


def caught_up(contact: Contact, place: Place) -> Lines:
    """Return the lines from a place on; all from the first one on for somebody who
    knows lines that the contact does not have.

    They saw them before a back-up was restored: other lines have their numbers now, or
    will have.
    """
    if place.after <= contact.last_seq:
        return lines_from(contact, place)
    lines = lines_from(contact, beginning_after(0))
    return Lines(lines.messages, lines.next, is_reset=True)


def all_caught_up(readers: Sequence[tuple[Contact, int]]) -> list[Lines]:
    """Return what `caught_up` does for each contact after a line; those who missed
    little, at the cost of one."""
    known = [
        (contact, after if after <= contact.last_seq else 0)
        for contact, after in readers
    ]
    little = {pair for pair in known if pair[0].last_seq - pair[1] <= LITTLE}
    missed = _missed(little)
    return [
        _few_lines(contact, seq, missed, is_reset=seq != after)
        if (contact, seq) in little
        else caught_up(contact, beginning_after(after))
        for (contact, after), (_, seq) in zip(readers, known, strict=True)
    ]


IN_ORDER = Prepared(lambda: Message.objects.order_by("seq"))


def _missed(readers: Iterable[tuple[Contact, int]]) -> dict[UUID, list[Message]]:
    """Return the lines that these have not seen as they are now, by contact."""
    new, returning = Q(pk=None), []
    for contact, after in readers:
        if contact.last_seq > after:
            new |= Q(contact=contact.pk, seq__gt=after)
        if after > 0:
            returning.append(contact.pk)
    missed: dict[UUID, list[Message]] = {contact.pk: [] for contact, _ in readers}
    if returning:
        new |= Q(contact__in=returning, rev__gt=0)
    for line in IN_ORDER.rows(new) if len(new) > 1 else ():
        missed[line.contact_id].append(line)
    return missed


def _few_lines(
    contact: Contact,
    after: int,
    missed: Mapping[UUID, Sequence[Message]],
    *,
    is_reset: bool,
) -> Lines:
    """Return the lines of one of them, with their contact at hand."""
    lines = [line for line in missed[contact.pk] if line.seq > after or line.rev > 0]
    if len(lines) > AT_ONCE:
        return replace(lines_from(contact, beginning_after(after)), is_reset=is_reset)
    for line in lines:
        line.contact = contact
    return Lines(lines, is_reset=is_reset)


def lines_from(contact: Contact, place: Place) -> Lines:
    """Return the next lines: new ones first, then changed ones, the latest first, so
    that changed lines never keep new ones waiting."""
    is_new = Q(seq__gt=place.new)
    rows = contact.messages.filter(is_new).order_by("seq")
    if place.after > 0:
        changed = Q(seq__lte=place.after, seq__lt=place.changed, rev__gt=0)
        rows = contact.messages.filter(is_new | changed).order_by(
            Case(When(is_new, then=Value(0)), default=Value(1)),
            Case(When(is_new, then=F("seq")), default=-F("seq")),
        )
    found = list(rows[: AT_ONCE + 1])
    shown = sorted(found[:AT_ONCE], key=lambda line: line.seq)
    if len(found) <= AT_ONCE:
        return Lines(shown)
    new = max((line.seq for line in shown if line.seq > place.after), default=place.new)
    known = [line.seq for line in shown if line.seq <= place.after]
    return Lines(shown, Place(place.after, new, min(known, default=place.changed)))

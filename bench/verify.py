"""Whether the database and the sockets tell the same story."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from bench.load import WORDS
from contacts.models import Contact, Message

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from bench.load import Load


def faults(loads: Sequence[Load]) -> Counter[str]:
    """Return what the ends of some stretches saw go wrong."""
    return Counter(
        lost=sum(load.lost for load in loads),
        doubled=sum(load.doubled for load in loads),
        reordered=sum(load.reordered for load in loads),
    )


def faults_in_database(
    contacts: Collection[UUID], loads: Sequence[Load]
) -> Counter[str]:
    """Return what is wrong with what was stored, against what the ends saw."""
    counts: Counter[str] = Counter()
    stored: dict[str, int] = {}
    rows = Message.objects.filter(contact__in=contacts).order_by("contact", "seq")
    dense: defaultdict[UUID, int] = defaultdict(int)
    said: defaultdict[tuple[UUID, str], int] = defaultdict(int)
    for contact, seq, key, text in rows.values_list(
        "contact", "seq", "client_id", "text"
    ):
        counts["lost"] += seq - dense[contact] - 1
        dense[contact] = seq
        if key is None:
            continue
        counts["doubled"] += key in stored
        counts["lost"] += text != key + WORDS
        stored[key] = seq
        end, _, number = key.rpartition("-")
        counts["reordered"] += int(number) < said[contact, end]
        said[contact, end] = int(number)
    for pk, last_seq in Contact.objects.filter(pk__in=contacts).values_list(
        "pk", "last_seq"
    ):
        counts["lost"] += last_seq != dense[pk]
    for load in loads:
        counts += _differences(load, stored)
    return counts


def _differences(load: Load, stored: dict[str, int]) -> Counter[str]:
    """Return where a place in the order is not the stored one, or nothing is stored."""
    counts: Counter[str] = Counter()
    for seen in (load.acknowledged, load.heard):
        counts["lost"] += sum(key not in stored for key in seen)
        counts["reordered"] += sum(
            stored.get(key, what.seq) != what.seq for key, what in seen.items()
        )
    return counts

"""How an assistant does: who left it content, who was handed over and why, and what it
did not understand (D27)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Q

from contacts.models import (
    Contact,
    ContactState,
    HandoverReason,
    Message,
    MessageKind,
    Miss,
    SenderKind,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet


class Figures(NamedTuple):
    """How many contacts an assistant had, and what became of them."""

    entered: int
    contained: int  # ended without a person
    escalated: dict[str, int]  # by reason, in words

    @property
    def containment(self) -> int | None:
        """Return how many of 100 it has brought to their end; None without any."""
        return round(100 * self.contained / self.entered) if self.entered else None


class MissView(NamedTuple):
    """What an assistant did not understand, in the customer's words."""

    id: int
    at: datetime
    contact_id: UUID
    text: str


def figures_of(assistant_id: int, *, since: datetime) -> Figures:
    """Return the figures of the contacts that began with the assistant since then."""
    contacts = Contact.objects.filter(assistant=assistant_id, opened_at__gte=since)
    groups = contacts.order_by().values_list("handover_reason", "state")
    rows = list(groups.annotate(count=Count("pk")))
    escalated: dict[str, int] = {}
    for reason, label in HandoverReason.choices:
        count = sum(n for given, _, n in rows if given == reason)
        if count:
            escalated[str(label)] = count
    return Figures(
        entered=sum(n for _, _, n in rows),
        contained=sum(
            n for given, state, n in rows if not given and state == ContactState.ENDED
        ),
        escalated=escalated,
    )


def open_misses(assistant_id: int, *, since: datetime) -> QuerySet[Miss]:
    """Return the misses that nobody has seen to, newest first."""
    return Miss.objects.filter(
        contact__assistant=assistant_id, settled_at=None, at__gte=since
    ).order_by("-at", "-pk")


def in_words(misses: Sequence[Miss]) -> list[MissView]:
    """Return misses with what the customer said, as the conversation has it now."""
    lines = Q(pk=None)
    for miss in misses:
        lines |= Q(
            contact=miss.contact_id, seq__gt=miss.after_seq, seq__lte=miss.last_seq
        )
    said: dict[UUID, list[tuple[int, str]]] = {}
    rows = Message.objects.filter(
        lines, sender_kind=SenderKind.CUSTOMER, kind=MessageKind.TEXT
    )
    for contact_id, seq, text in rows.order_by("seq").values_list(
        "contact_id", "seq", "text"
    ):
        said.setdefault(contact_id, []).append((seq, text))
    return [
        MissView(
            miss.pk,
            miss.at,
            miss.contact_id,
            "\n".join(
                text
                for seq, text in said.get(miss.contact_id, ())
                if miss.after_seq < seq <= miss.last_seq
            ),
        )
        for miss in misses
    ]

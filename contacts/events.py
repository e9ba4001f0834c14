"""One function per event: its shape and who hears it (docs/events.md)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_noop

from agents import addresses
from agents.models import PushSubscription
from contacts import queries, versions
from contacts.models import Assignment, Contact
from contacts.serializers import (
    NoteSerializer,
    WhisperSerializer,
    cards_json,
    customers_json,
    message_text,
    sender_json,
)
from core import poking, realtime
from core.closing import CloseCode
from core.prepared import Prepared
from core.wording import english

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from django_stubs_ext import StrOrPromise

    from agents.models import Agent
    from contacts.models import Customer, Message, Note, Whisper

# Contacts whose cards are due for the sweep: messages flow faster than cards.
CARDS_DUE = "cards-due"
# Queues in which the places of the waiting have changed.
POSITIONS_DUE = "positions-due"
# The task that answers in an assistant's place; a room above has it.
TURN_DUE = "turn_due"
# The task that answers wherever it is an assistant's turn.
TURNS_LATE = "assistants.tasks.answer_due"
ANSWER_TURNS = "answer_turns"  # the timer of that task
# The task that pushes offers to browsers.
OFFERS_MADE = "offers_made"


OF_ORGANISATIONS = Prepared(lambda: Contact.objects.select_related("organisation"))
# Offers of which agents hear from their browsers.
PUSHED = Prepared(
    lambda: (
        Assignment.objects.filter(
            Exists(PushSubscription.objects.filter(agent=OuterRef("agent")))
        )
        .order_by("pk")
        .values_list("pk", flat=True)
    )
)


class Removal(StrEnum):
    """Why a card is gone."""

    RONA = "rona"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    COMPLETED = "completed"
    LEFT = "left"
    CUSTOMER_LEFT = "customer_left"
    LOST = "lost"


WAS_MASKED = gettext_noop(
    "Sensitive data such as a card number was hidden in what you sent. "
    "Please do not send card data here."
)


class Notice(StrEnum):
    """What one person alone is told of a contact."""

    MASKED = "masked"
    DROPPED = "dropped"
    CONFERENCE_WAITING = "conference_waiting"
    CONFERENCE_TRYING_NEXT = "conference_trying_next"
    CONFERENCE_FAILED = "conference_failed"
    ATTACHMENT_BLOCKED = "attachment_blocked"
    VIDEO_DECLINED = "video_declined"
    VIDEO_MISSED = "video_missed"


def message(message: Message, *, agent_ids: Iterable[int], skip: str = "") -> None:
    """A stored line, to everybody who takes part; `skip` is the sending socket."""
    messages([(message, agent_ids, skip)])


def messages(lines: Iterable[tuple[Message, Iterable[int], str]]) -> None:
    """Stored lines in their order, each with the agents who take part, and the socket
    that sent it."""
    realtime.publish_each(
        realtime.Event(
            "message",
            {"message": message_text(line)},
            [
                addresses.of_customer(line.contact_id),
                *map(addresses.of_agent, agent_ids),
            ],
            skip,
        )
        for line, agent_ids, skip in lines
    )


def note(note: Note, *, agent_ids: Iterable[int]) -> None:
    """A private line, to the agents who take part; never to the customer."""
    frame = {"note": NoteSerializer(note).data}
    realtime.publish("note", frame, to=map(addresses.of_agent, agent_ids))


def whisper(whisper: Whisper, *, agent_ids: Iterable[int]) -> None:
    """What a watcher tells the agents, to them; never to the customer."""
    frame = {"whisper": WhisperSerializer(whisper).data}
    realtime.publish("whisper", frame, to=map(addresses.of_agent, agent_ids))


def contact(*contact_ids: UUID) -> None:
    """The state of contacts after this change: their cards to the desks, and the
    customers' views to the customers.

    The change is numbered here, in its own transaction, which has locked them. Of a
    contact that is new nobody is told: who opened it has it in the answer.
    """
    versions.changed(contact_ids)
    for contact_id in contact_ids:
        realtime.after_commit("contact", contact_id, _contacts)


def _contacts(contact_ids: set[UUID]) -> None:
    cards(contact_ids)
    contacts(OF_ORGANISATIONS.rows(pk__in=contact_ids))


def contacts(
    rows: Iterable[Contact], positions: Mapping[UUID, int] | None = None
) -> None:
    """The customer's view of these contacts, each to its customer; `positions` are
    their places in the line, where they are known."""
    rows = list(rows)
    for row, view in zip(rows, customers_json(rows, positions), strict=True):
        realtime.publish(
            "contact", {"contact": view}, to=[addresses.of_customer(row.pk)]
        )


def cards(contact_ids: Iterable[UUID]) -> int:
    """The cards of these contacts, each to its agent; nothing to one who gave the
    contact away, and so hears no more of it (R78). Return how many there are."""
    return _cards(queries.cards_in_hand(list(contact_ids)))


def cards_changed(contact_id: UUID) -> None:
    """The cards of a contact that is locked, after this change, of which its customer
    hears nothing."""
    versions.card_changed(contact_id)
    realtime.after_commit("cards", contact_id, cards)


def own_card(share_id: int) -> None:
    """One card to its agent, after this change, which no other shows."""
    realtime.after_commit("own_card", share_id, _own_cards)


def _own_cards(share_ids: set[int]) -> None:
    versions.own_cards_changed(share_ids)
    _cards(queries.cards(pk__in=share_ids))


def _cards(rows: Iterable[queries.Card]) -> int:
    cards = list(rows)
    cards += queries.watchers_cards(cards)
    frames = zip(cards, cards_json(cards), strict=True)
    realtime.publish_each(
        realtime.Event(
            "card",
            {"card": frame},
            [addresses.of_agent(card.agent_id)],
        )
        for card, frame in frames
    )
    return len(cards)


def card_removed(*, contact_id: UUID, agent_id: int, reason: Removal) -> None:
    """A card is gone, to its agent."""
    frame = {"contact": contact_id, "reason": reason}
    realtime.publish("card_removed", frame, to=[addresses.of_agent(agent_id)])


def notice(
    *, contact_id: UUID, to: str, code: Notice, text: StrOrPromise, **values: str
) -> None:
    """A word to one person about a contact: nothing that others see. A page says it in
    its own language by the code and the values."""
    words = english(text)
    frame = {"contact": contact_id, "code": code, "text": words, "values": values}
    realtime.publish("notice", frame, to=[to])


def articles(queue_id: int, *, agent_id: int) -> None:
    """Whether there are articles for a queue is another than before, to an agent."""
    realtime.publish("articles", {"queue": queue_id}, to=[addresses.of_agent(agent_id)])


def masked(*, contact_id: UUID, to: str) -> None:
    """Something was hidden in what a person said, to that person alone."""
    notice(contact_id=contact_id, to=to, code=Notice.MASKED, text=WAS_MASKED)


def attachment_blocked(
    *, contact_id: UUID, to: str, text: str, name: str, why: str
) -> None:
    """A file was stopped, to the one person who sent it."""
    code = Notice.ATTACHMENT_BLOCKED
    notice(contact_id=contact_id, to=to, code=code, text=text, name=name, why=why)


def typing(
    *, contact_id: UUID, by: Agent | Customer, on: bool, to: Iterable[str]
) -> None:
    """Somebody writes, or stopped; not stored."""
    frame = {"contact": contact_id, "sender": sender_json(by), "on": on}
    realtime.publish("typing", frame, to=to)


def read(
    *, contact_id: UUID, by: Agent | Customer, seq: int, to: Iterable[str]
) -> None:
    """Somebody has read up to this line."""
    frame = {"contact": contact_id, "reader": sender_json(by), "seq": seq}
    realtime.publish("read", frame, to=to)


def signal(*, contact_id: UUID, data: Mapping[str, Any], to: str) -> None:
    """What one end of a video call tells the other; not stored."""
    realtime.publish("signal", {"contact": contact_id, "data": data}, to=[to])


def contact_over(contact_id: UUID) -> None:
    """The customer's sockets close: the contact is over."""
    realtime.close(to=[addresses.of_customer(contact_id)], code=CloseCode.OVER)


def offered(share_id: int) -> None:
    """An offer is new: to a worker, where its agent has it pushed to a browser."""
    realtime.after_commit("offered", share_id, _push)


def _push(share_ids: set[int]) -> None:
    ids = ",".join(map(str, PUSHED.rows(pk__in=share_ids)))
    if ids:
        poking.poke(OFFERS_MADE, ids)


def cards_soon(contact_ids: Iterable[UUID]) -> None:
    """Have the sweep send the contacts' cards, at most once a second, and more seldom
    where many people speak (`jobs.send_cards`)."""
    realtime.note(CARDS_DUE, *map(str, contact_ids))


def positions_soon(queue_id: int) -> None:
    """Have the sweep tell the waiting customers of a queue their new place."""
    realtime.note(POSITIONS_DUE, str(queue_id))


def turn_due(contact_id: UUID) -> None:
    """It is an assistant's turn: to a worker, who claims it."""
    realtime.after_commit("turn_due", contact_id, _poke)


def turns_late() -> None:
    """Some assistants' turns were not taken, as pokes were lost, or workers: to a
    worker, who takes them."""
    poking.poke(TURNS_LATE)


def _poke(contact_ids: set[UUID]) -> None:
    for contact_id in contact_ids:
        poking.poke(TURN_DUE, str(contact_id))

"""Who takes part in a contact, and the cards of those who do."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce

from agents import addresses
from agents.models import Agent
from contacts.models import (
    LIVE_STATES,
    Assignment,
    AssignmentOutcome,
    AssignmentRole,
    AssignmentState,
    Contact,
    HelpRequest,
    Message,
    MessageKind,
    SenderKind,
    Watch,
)
from contacts.queries import waits
from contacts.queries.profiles import FILES, VIDEO, with_allowed
from contacts.queries.video import call_shown
from core.prepared import Prepared
from queues.queries import responses_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime
    from uuid import UUID


def talking_agents(contact_ids: Collection[UUID]) -> Mapping[UUID, dict[int, str]]:
    """Return per contact {agent: display name} of the connected shares."""
    rows = Assignment.objects.filter(
        contact__in=contact_ids, state=AssignmentState.CONNECTED
    ).order_by()
    talking: defaultdict[UUID, dict[int, str]] = defaultdict(dict)
    names = rows.values_list("contact", "agent", "agent__display_name")
    for contact_id, agent_id, name in names:
        talking[contact_id][agent_id] = name
    return talking


@dataclass(frozen=True)
class Card:
    """A live share with what its card shows besides."""

    share: Assignment
    unread: int
    last_text: Message | None
    # Since when the customer stands in line without a break, and since when without
    # an answer.
    waiting_since: datetime
    unanswered_since: datetime | None
    # Who had the offered contact before: {id, display_name}.
    returned_from: dict[str, Any] | None = None
    # What the customer said last to the assistant that handed the contact over.
    handover_line: str | None = None
    # The consulted agent's share: asked, joined, or left by the customer's leaving.
    consulted: Assignment | None = None
    # The contact's queue has a predefined response.
    has_responses: bool = False
    # Organisation and profile let the agent send files, and start video calls.
    may_attach: bool = True
    may_video: bool = True
    # The video call that is on: {state, by, agent, agent_tab, customer_tab}.
    call: dict[str, Any] | None = None
    # What the agent has asked those who oversee.
    help: HelpRequest | None = None
    # Who watches the contact, and whether this is the card of theirs.
    watch: Watch | None = None
    is_watchers: bool = False

    @property
    def agent_id(self) -> int:
        """Whose card it is."""
        if self.watch is not None and self.is_watchers:
            return self.watch.watcher_id
        return self.share.agent_id


OF_RESPONSES = ("organisation", "queue")
CARD_ORDER = {
    AssignmentState.OFFERED: 0,
    AssignmentState.CONNECTED: 1,
    AssignmentState.WRAPUP: 2,
}


# Whose agent has not given the contact away.
IN_HAND = ~Q(state=AssignmentState.WRAPUP, outcome=AssignmentOutcome.TRANSFER)


def cards(**where: Any) -> list[Card]:
    """Return the cards of live shares: offered (oldest first), connected, wrap-up."""
    return _cards(SHOWN.rows(**where))


def cards_in_hand(contact_ids: Collection[UUID]) -> list[Card]:
    """Return the cards of these contacts, but for those whose agents gave them away."""
    return _cards(SHOWN_IN_HAND.rows(contact__in=contact_ids))


def _cards(shares: list[Any]) -> list[Card]:
    last_texts = _last_texts(shares)
    asked = _consulted({share.contact_id for share in shares})
    watched = _watched(shares)
    help_asked = _help_asked(shares)
    shares.sort(key=_place)
    return [
        replace(
            _card(share, last_texts, asked),
            watch=watched.get(share.contact_id),
            help=help_asked.get(share.help_id),
        )
        for share in shares
    ]


def cards_of(agent: Agent, **where: Any) -> list[Card]:
    """Return what somebody has in hand, and for those who oversee what they watch."""
    watched = watched_cards([agent.pk], **where) if agent.is_overseer else []
    return [*cards(agent=agent, **where), *watched]


def watchers_cards(cards: Iterable[Card]) -> list[Card]:
    """Return the cards of those who watch contacts whose owners' cards these are."""
    return [
        replace(card, is_watchers=True)
        for card in cards
        if card.watch is not None and card.watch.share_id == card.share.pk
    ]


def watched_cards(watchers: Collection[int], **where: Any) -> list[Card]:
    """Return the cards of all that these people watch."""
    watches = Watch.objects.filter(Watch.ON, watcher__in=watchers)
    shares = list(watches.order_by("pk").values_list("share", flat=True))
    return watchers_cards(cards(pk__in=shares, **where)) if shares else []


def _help_asked(shares: Iterable[Any]) -> dict[int, HelpRequest]:
    """Return what agents have asked those who oversee, by its id."""
    ids = [share.help_id for share in shares if share.help_id is not None]
    return HelpRequest.objects.in_bulk(ids) if ids else {}


def _watched(shares: Iterable[Assignment]) -> dict[UUID, Watch]:
    """Return per contact who watches it now."""
    watched = {s.contact_id for s in shares if s.contact.watched_by_id is not None}
    if not watched:
        return {}
    rows = Watch.objects.filter(Watch.ON, contact__in=watched)
    rows = rows.select_related("watcher", "contact__organisation")
    return {row.contact_id: row for row in rows}


def _card(
    share: Any, last_texts: Mapping[int, Message], asked: Mapping[UUID, Assignment]
) -> Card:
    return Card(
        share=share,
        unread=share.unread,
        last_text=last_texts.get(share.last_text),
        waiting_since=share.waiting_since,
        unanswered_since=_unanswered_since(share),
        returned_from=share.returned_from,
        handover_line=share.handover_line,
        consulted=asked.get(share.contact_id),
        has_responses=share.has_responses,
        may_attach=share.may_attach,
        may_video=share.may_video,
        call=share.call,
    )


def _place(share: Assignment) -> tuple[int, datetime, int]:
    return CARD_ORDER[AssignmentState(share.state)], share.offered_at, share.pk


def _has_responses() -> Exists:
    """Whether the contact's queue has a predefined response now (R34)."""
    of_contact = {name: OuterRef(f"contact__{name}") for name in OF_RESPONSES}
    return Exists(responses_in(**of_contact))


def _help() -> Subquery:
    """Return the expression for the id of what a share's agent has asked those who
    oversee."""
    asked = HelpRequest.objects.filter(share=OuterRef("pk"), ended_at=None).order_by()
    return Subquery(asked.values("pk")[:1])


def _may(switch: str) -> Subquery:
    """Return the expression for whether a share's agent may do this."""
    agents = with_allowed(switch).filter(pk=OuterRef("agent"))
    return Subquery(agents.values("allowed")[:1])


def _shown() -> QuerySet[Any]:
    """Return the query for live shares with what their cards show besides."""
    texts = Message.objects.filter(contact=OuterRef("contact"), kind=MessageKind.TEXT)
    shares = Assignment.objects.filter(state__in=LIVE_STATES)
    return shares.select_related(
        "contact__customer", "queue", "agent", "requested_by"
    ).annotate(
        unread=_unread(texts),
        last_text=_last_text(texts),
        waiting_since=waits.waiting_since(),
        unanswered_line=waits.unanswered_line(),
        returned_from=waits.returned_from(),
        has_responses=_has_responses(),
        may_attach=_may(FILES),
        may_video=_may(VIDEO),
        call=call_shown("contact"),
        help_id=_help(),
        handover_line=_handover_line(texts),
    )


SHOWN = Prepared(_shown)
SHOWN_IN_HAND = Prepared(lambda: _shown().filter(IN_HAND))


def _unread(texts: QuerySet[Message]) -> Coalesce:
    """Return the expression for the number of texts of others that a share's agent has
    not read."""
    counts = (
        texts.filter(seq__gt=OuterRef("read_seq"))
        .exclude(sender_key=addresses.of_agents(OuterRef("agent")))
        .order_by()
        .values("contact")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return Coalesce(Subquery(counts), 0)


def _unanswered_since(share: Any) -> datetime | None:
    """An agent answers from the moment of accepting on: what was said to nobody
    before counts from then."""
    line: datetime | None = share.unanswered_line
    return line and max(line, share.connected_at)


def _last_text(texts: QuerySet[Message]) -> Case:
    """Return the expression for the id of the text that a card shows: of an offered
    contact the customer's own, as nothing else of it may be read yet."""
    newest = texts.order_by("-seq").values("pk")
    said = newest.filter(sender_kind=SenderKind.CUSTOMER)
    return Case(
        When(state=AssignmentState.OFFERED, then=Subquery(said[:1])),
        default=Subquery(newest[:1]),
    )


def _handover_line(texts: QuerySet[Message]) -> Subquery:
    """Return the expression for the customer's last line before people took over, as
    it is now: none of it is copied that may have to be masked later."""
    said = texts.filter(
        sender_kind=SenderKind.CUSTOMER, seq__lte=OuterRef("contact__handover_seq")
    )
    return Subquery(said.order_by("-seq").values("text")[:1])


def _last_texts(shares: Iterable[Any]) -> dict[int, Message]:
    """Return the last texts of annotated shares by their id, each with its contact at
    hand."""
    ids = [share.last_text for share in shares]
    texts = {text.pk: text for text in TEXTS.rows(pk__in=ids)}
    for share in shares:
        if share.last_text in texts:
            texts[share.last_text].contact = share.contact
    return texts


TEXTS = Prepared(Message.objects.order_by)


def _consulted(contact_ids: Collection[UUID]) -> dict[UUID, Assignment]:
    """Return per contact the consulted share that its cards tell of."""
    return {row.contact_id: row for row in CONSULTED.rows(contact__in=contact_ids)}


def _consulted_shares() -> QuerySet[Assignment]:
    pending = [AssignmentState.OFFERED, AssignmentState.CONNECTED]
    rows = Assignment.objects.filter(
        Q(state__in=pending) | Q(outcome=AssignmentOutcome.CUSTOMER_LEFT),
        role=AssignmentRole.CONSULTED,
    )
    return rows.select_related("agent").order_by("pk")


CONSULTED = Prepared(_consulted_shares)


def places_of(agent: Agent) -> dict[str, tuple[int, int]]:
    """Return {contact: (last_seq, version)} of all cards whose contact the agent
    still has, or watches."""
    shares = Assignment.objects.filter(IN_HAND, agent=agent, state__in=LIVE_STATES)
    version = F("contact__version") + F("contact__card_changes")
    had = shares.order_by().values_list("contact", "contact__last_seq", version)
    watched = Contact.objects.filter(watched_by=agent).order_by()
    number = F("version") + F("card_changes")
    rows = had.union(watched.values_list("pk", "last_seq", number), all=True)
    return {str(pk): (seq, version) for pk, seq, version in rows}

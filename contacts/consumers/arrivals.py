"""The first moments of sockets: who they are, and what they are welcomed with.

A restart brings all sockets back at once, so whatever they need is read for many of
them together.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import prefetch_related_objects

from agents import queries as agent_queries
from agents.access import active_people
from agents.callers import who_are
from agents.models import AgentState
from agents.serializers import AgentSerializer
from agents.services import presence
from contacts import queries
from contacts.access import contacts_of_pages, contacts_of_tokens
from contacts.consumers.pulse import PROCESS
from contacts.serializers import cards_json, customers_json
from core import clock
from core.gathering import Gathering

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from agents.models import Agent
    from contacts.models import Contact
    from contacts.queries import Card, Lines


@dataclass(frozen=True)
class Desk:
    """A desk that has joined. One that works signs its agent in."""

    socket_id: UUID
    agent: Agent
    works: bool

    @property
    def address(self) -> str:
        return self.agent.address


@dataclass(frozen=True)
class Page:
    """A chat page that has joined, and the last line that it knows."""

    socket_id: UUID
    address: str
    contact_id: UUID
    after: int


@dataclass(frozen=True)
class DeskWelcome:
    """What a desk shows; whether its agent has to be signed in before."""

    agent: Agent
    me: dict[str, Any]
    cards: list[dict[str, Any]]
    is_to_sign_in: bool


@dataclass(frozen=True)
class PageWelcome:
    """What a chat page shows."""

    contact: Contact
    shape: dict[str, Any]
    lines: Lines


def welcome_desks(desks: Sequence[Desk]) -> list[DeskWelcome]:
    """Note the presence, then read: what happens from now on is heard as an event."""
    _note(desks)
    people = active_people({desk.agent.pk for desk in desks})
    agents = [people.get(desk.agent.pk, desk.agent) for desk in desks]
    prefetch_related_objects(agents, "teams")
    slots = agent_queries.slots_of({agent.pk for agent in agents})
    shape = AgentSerializer(context={"slots": slots})
    cards = _cards(agents)
    return [
        DeskWelcome(
            agent,
            shape.to_representation(agent),
            cards_json(cards[agent.pk]),
            desk.works and agent.state == AgentState.OFFLINE and agent.takes_contacts,
        )
        for desk, agent in zip(desks, agents, strict=True)
    ]


def _cards(agents: Sequence[Agent]) -> dict[int, list[Card]]:
    found: dict[int, list[Card]] = defaultdict(list)
    overseers = {agent.pk for agent in agents if agent.is_overseer}
    for card in [
        *queries.cards(agent__in={agent.pk for agent in agents}),
        *(queries.watched_cards(overseers) if overseers else ()),
    ]:
        found[card.agent_id].append(card)
    return found


def welcome_pages(pages: Sequence[Page]) -> list[PageWelcome | None]:
    """Note the presence, then read; None where there is no such contact any more."""
    _note(pages)
    contacts = contacts_of_pages({page.contact_id for page in pages})
    here = [page for page in pages if page.contact_id in contacts]
    lines = queries.all_caught_up(
        [(contacts[page.contact_id], page.after) for page in here]
    )
    shapes = dict(zip(contacts, customers_json(contacts.values()), strict=True))
    welcomes = {
        page: PageWelcome(contacts[page.contact_id], shapes[page.contact_id], read)
        for page, read in zip(here, lines, strict=True)
    }
    return [welcomes.get(page) for page in pages]


def _note(arrivals: Sequence[Desk | Page]) -> None:
    presence.open_sockets(
        sockets={arrival.socket_id: arrival.address for arrival in arrivals},
        process=PROCESS,
        now=clock.now(),
    )


def _contacts(tokens: Sequence[str]) -> list[UUID | None]:
    found = contacts_of_tokens(set(tokens), now=clock.now())
    return [found.get(token) for token in tokens]


callers = Gathering(who_are)
customers = Gathering(_contacts)
desks = Gathering(welcome_desks)
pages = Gathering(welcome_pages)

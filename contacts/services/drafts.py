"""Lines to be stored in a conversation, and their senders."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from agents import addresses
from contacts.models import SenderKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from agents.models import Agent
    from contacts.models import EventCode

Identity = tuple["UUID", str, str | None]


@dataclass(frozen=True)
class Sender:
    """Who says something: the kind, and the agent if it is one. The name shown is the
    one they have when the line is stored; an assistant brings its own."""

    kind: SenderKind
    agent_id: int | None = None
    name: str = ""

    @cached_property
    def key(self) -> str:
        return addresses.of_agent(self.agent_id) if self.agent_id else self.kind.value

    def address_in(self, contact_id: UUID) -> str:
        """Return where the sender's sockets are; an assistant has none."""
        if self.agent_id is not None:
            return addresses.of_agent(self.agent_id)
        if self.kind == SenderKind.CUSTOMER:
            return addresses.of_customer(contact_id)
        return ""


SYSTEM = Sender(SenderKind.SYSTEM)
CUSTOMER = Sender(SenderKind.CUSTOMER)


def agent_sender(agent: Agent) -> Sender:
    return Sender(SenderKind.AGENT, agent.pk)


@dataclass(frozen=True)
class Draft:
    """A line to be stored in a conversation: a text, or an event with its code.

    `buttons` are an assistant's short answers to choose from, `sources` the articles
    that its answer is taken from ({article, title}), `skip` is the id of a
    socket that needs no frame: it gets an answer of its own.
    """

    contact_id: UUID
    sender: Sender
    text: str
    client_id: str | None = None
    event: EventCode | None = None
    event_name: str | None = None
    event_reason: str = ""
    event_opens_at: datetime | None = None
    skip: str = ""
    attachments: tuple[UUID, ...] = ()
    buttons: tuple[str, ...] = ()
    sources: tuple[Mapping[str, int | str], ...] = ()

    @cached_property
    def identity(self) -> Identity:
        """What a repeat has in common with what it repeats."""
        return self.contact_id, self.sender.key, self.client_id

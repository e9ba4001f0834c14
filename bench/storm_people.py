"""Desks and chat pages that come back by themselves, as browsers do."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from agents.models import AccessToken, Organisation
from bench.floor import AT_ONCE, Floor, settle
from bench.sockets import ClientSocket, Refused
from contacts.models import Contact, Message, SenderKind
from core import clock, secrets

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

CARDS = 3  # of each desk
WINDOW_BITS = 9  # of thousands of clients in one process
# As the pages' own (static/js/core/backoff.js), in seconds.
FIRST, LONGEST = 0.4, 15.0


@dataclass(frozen=True)
class Place:
    """Where a desk or a page connects, and what it shows."""

    path: str
    headers: dict[str, str]
    hello: str = ""


@dataclass
class People:
    """Who is there: desks, pages, and which of them talk with each other."""

    desks: list[Place]
    pages: list[Place]
    talks: list[tuple[int, int, UUID]]  # desk, page, contact
    organisation_id: int


def store(*, desks: int, pages: int, talks: int) -> People:
    """Store a centre in which every agent has three chats in hand, with the times for
    which people may be out of reach as they are by default."""
    floor = Floor("Storm", agents=desks, slots=CARDS)
    fresh = Organisation()
    Organisation.objects.filter(pk=floor.organisation.pk).update(
        agent_recovery_seconds=fresh.agent_recovery_seconds,
        customer_grace_seconds=fresh.customer_grace_seconds,
    )
    chats = floor.keep_busy([agent for agent in floor.agents for _ in range(CARDS)])
    _say_something(chats)
    # Of every agent's chats some have a page, the first one's first.
    shown = [chat for nth in range(CARDS) for chat in chats[nth::CARDS]][:pages]
    people = People(
        _desks(floor), _pages(shown), [], organisation_id=floor.organisation.pk
    )
    people.talks += [(place, place, shown[place].pk) for place in range(talks)]
    settle()
    return people


def _say_something(chats: Sequence[Contact]) -> None:
    now = clock.now()
    lines = [
        Message(
            contact=chat,
            seq=1,
            client_id="1",
            sender_kind=SenderKind.CUSTOMER,
            sender_key="customer",
            sender_name="Customer",
            text="Where is my order?",
            created_at=now,
        )
        for chat in chats
    ]
    Message.objects.bulk_create(lines, batch_size=AT_ONCE)
    Contact.objects.filter(pk__in=[chat.pk for chat in chats]).update(
        last_seq=1, version=1, connected_at=now, last_message_at=now
    )


def _desks(floor: Floor) -> list[Place]:
    now = clock.now()
    named = {agent.pk: uuid4().hex for agent in floor.agents}
    AccessToken.objects.bulk_create(
        (
            AccessToken(
                agent_id=pk,
                digest=secrets.digest(secret),
                created_at=now,
                expires_at=now + timedelta(hours=1),
            )
            for pk, secret in named.items()
        ),
        batch_size=AT_ONCE,
    )
    return [
        Place("/ws/desk/", {"Authorization": f"Bearer {secret}"})
        for secret in named.values()
    ]


def _pages(chats: Sequence[Contact]) -> list[Place]:
    places = []
    for chat in chats:
        token = uuid4().hex
        chat.token_digest = secrets.digest(token)
        hello = json.dumps({"type": "hello", "token": token, "after": 1})
        places.append(Place(f"/ws/chat/{chat.pk}/", {}, hello))
    Contact.objects.bulk_update(chats, ["token_digest"], batch_size=AT_ONCE)
    return places


@dataclass(eq=False)
class Browser:
    """One desk or page: it connects again whenever it is cut off."""

    port: int
    place: Place
    socket: ClientSocket | None = None
    welcome_at: float | None = None
    lost_at: float = 0.0
    refused: int = 0
    heard: Any = None
    welcome: asyncio.Event = field(default_factory=asyncio.Event)

    async def live(self) -> None:
        attempt = 0
        while True:
            try:
                await self._come()
                attempt = 0
                assert self.socket is not None
                await self.socket.gone()
            except (Refused, TimeoutError, OSError):
                self.refused += 1
            finally:
                self._is_gone()
            await asyncio.sleep(_pause(attempt))
            attempt += 1

    async def _come(self) -> None:
        place = self.place
        socket = await ClientSocket.open(
            self.port, place.path, place.headers, window_bits=WINDOW_BITS
        )
        try:
            if hello := self.hello():
                socket.send(hello)
            frame = json.loads(await socket.first())
            if frame["type"] != "welcome":
                raise Refused(frame["type"])
        except BaseException:
            socket.drop()
            raise
        if self.heard is not None:
            socket.hear = self.heard
        self.socket, self.welcome_at = socket, time.perf_counter()
        self.welcome.set()
        self.came(frame)

    def hello(self) -> str:
        """Return what it says first; empty for nothing."""
        return self.place.hello

    def came(self, welcome: dict[str, Any]) -> None:
        """Take up what the welcome says."""

    def _is_gone(self) -> None:
        if self.socket is not None:
            self.lost_at = time.perf_counter()
        self.socket = None
        self.welcome.clear()

    def say(self, frame: dict[str, Any]) -> bool:
        """Send a frame, where there is a connection."""
        if self.socket is None:
            return False
        with contextlib.suppress(Exception):
            self.socket.send(json.dumps(frame))
            return True
        return False


def _pause(attempt: int) -> float:
    ceiling = min(LONGEST, FIRST * 2.0**attempt)
    return ceiling / 2 + random.random() * ceiling / 2  # noqa: S311 - no secret

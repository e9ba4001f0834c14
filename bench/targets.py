"""How to talk to each server: the product, and the relays beside it."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from bench.load import AGENT, CUSTOMER, Crowd, Load
from bench.sockets import ClientSocket

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable

    from bench.centre import Chat
    from bench.servers import Server

T = TypeVar("T")

AT_ONCE = 16  # handshakes under way


class Target(Protocol):
    """A server under load."""

    name: str
    server: Server

    @property
    def has_database(self) -> bool:
        """Whether it can be asked for slow queries."""

    async def gather_crowd(self, load: Load) -> Crowd:
        """Open a socket for each end of all chats."""

    async def open_idle(self, number: int) -> list[ClientSocket]:
        """Open sockets that are welcome and say nothing."""


async def at_once(work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Do all the work, some of it at a time; return the results in order."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(part: Coroutine[Any, Any, T]) -> T:
        async with gate:
            return await part

    return await asyncio.gather(*map(one, work))


def origin(port: int) -> dict[str, str]:
    """Return where a page of the server says it is from; the tutorial asks."""
    return {"Origin": f"http://127.0.0.1:{port}"}


async def close_all(sockets: Iterable[ClientSocket]) -> None:
    await at_once(socket.close() for socket in sockets)


class Product:
    """Customers on chat sockets; agents on desk sockets, several chats on each."""

    name = "product"
    has_database = True

    def __init__(self, server: Server, chats: list[Chat]) -> None:
        self.server = server
        self.chats = chats
        # The last line of each chat, as pages know it that come back.
        self._last_lines: dict[str, int] = {}

    async def gather_crowd(self, load: Load) -> ProductCrowd:
        agents = list(dict.fromkeys(chat.agent_token for chat in self.chats))
        desks = await at_once(self._desk(token) for token in agents)
        pages = await at_once(self._page(chat) for chat in self.chats)
        crowd = ProductCrowd(self.chats, dict(zip(agents, desks, strict=True)), pages)
        for socket in crowd.sockets:
            socket.hear = crowd.ear(load)
        return crowd

    async def open_idle(self, number: int) -> list[ClientSocket]:
        chats = (self.chats[i % len(self.chats)] for i in range(number))
        return await at_once(self._page(chat) for chat in chats)

    async def _desk(self, token: str) -> ClientSocket:
        headers = {"Authorization": f"Bearer {token}"}
        socket = await ClientSocket.open(self.server.port, "/ws/desk/", headers)
        await socket.first()
        return socket

    async def _page(self, chat: Chat) -> ClientSocket:
        path = f"/ws/chat/{chat.contact}/"
        socket = await ClientSocket.open(self.server.port, path)
        after = self._last_lines.get(chat.contact, 0)
        hello = {"type": "hello", "token": chat.customer_token, "after": after}
        socket.send(json.dumps(hello))
        welcome = json.loads(await socket.first())
        self._last_lines[chat.contact] = welcome["contact"]["last_seq"]
        return socket


class ProductCrowd:
    def __init__(
        self,
        chats: list[Chat],
        desks: dict[str, ClientSocket],
        pages: list[ClientSocket],
    ) -> None:
        self._chats = chats
        self._ends = {
            CUSTOMER: pages,
            AGENT: [desks[chat.agent_token] for chat in chats],
        }
        self.sockets = [*desks.values(), *pages]

    def ear(self, load: Load) -> Any:
        def hear(text: str) -> None:
            frame = json.loads(text)
            match frame["type"]:
                case "ack":
                    load.on_ack(frame["client_id"], frame["message"]["seq"])
                case "message":
                    message = frame["message"]
                    load.on_message(message["client_id"], message["seq"])
                case "error":
                    load.on_error(text)

        return hear

    def say(self, chat: int, side: str, key: str, text: str) -> None:
        contact = self._chats[chat].contact
        frame = {"type": "send", "contact": contact, "client_id": key, "text": text}
        self._ends[side][chat].send(json.dumps(frame))

    async def close(self) -> None:
        await close_all(self.sockets)


class Relay:
    """A room for each chat; everybody in it hears everything."""

    def __init__(self, name: str, server: Server, chats: int) -> None:
        self.name = name
        self.has_database = name != "F"
        self.server = server
        self.chats = chats

    async def gather_crowd(self, load: Load) -> RelayCrowd:
        rooms = [f"load{chat}" for chat in range(self.chats)]
        crowd = RelayCrowd(
            {side: await at_once(map(self._enter, rooms)) for side in (CUSTOMER, AGENT)}
        )
        crowd.listen(load)
        return crowd

    async def open_idle(self, number: int) -> list[ClientSocket]:
        return await at_once(self._enter(f"idle{i // 2}") for i in range(number))

    async def _enter(self, room: str) -> ClientSocket:
        port = self.server.port
        return await ClientSocket.open(port, f"/ws/chat/{room}/", origin(port))


class RelayCrowd:
    def __init__(self, ends: dict[str, list[ClientSocket]]) -> None:
        self._ends = ends

    def listen(self, load: Load) -> None:
        """One's own message is the acknowledgement, the other's is a message."""
        for side, sockets in self._ends.items():
            for socket in sockets:
                socket.hear = self._ear(load, side)

    def _ear(self, load: Load, side: str) -> Any:
        def hear(text: str) -> None:
            key = json.loads(text)["message"].partition(" ")[0]
            if f"-{side}-" in key:
                load.on_ack(key)
            else:
                load.on_message(key)

        return hear

    def say(self, chat: int, side: str, key: str, text: str) -> None:
        self._ends[side][chat].send(json.dumps({"message": text}))

    async def close(self) -> None:
        await close_all(socket for end in self._ends.values() for socket in end)

"""Ends of chats that lose nothing: they send again, and ask for what they missed."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from bench.storm_people import Browser
from contacts.models import Message

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from uuid import UUID

    from bench.storm_people import Place

Line = tuple[str | None, str]  # client_id, text


@dataclass(eq=False)
class End(Browser):
    """One end of a chat, with all its lines, and what is not acknowledged yet."""

    contact: str = ""
    lines: dict[int, Line] = field(default_factory=dict)
    acknowledged: dict[int, Line] = field(default_factory=dict)
    outbox: dict[str, dict[str, Any]] = field(default_factory=dict)
    said: int = 0

    def __post_init__(self) -> None:
        self.heard = self._hear

    @property
    def last(self) -> int:
        """Return the last line up to which it has all."""
        last = 0
        while last + 1 in self.lines:
            last += 1
        return last

    def hello(self) -> str:
        if not self.place.hello:
            return ""
        return json.dumps({**json.loads(self.place.hello), "after": self.last})

    def came(self, welcome: dict[str, Any]) -> None:
        self._take(welcome.get("messages", ()))
        self.catch_up()

    def catch_up(self) -> None:
        """Send again what nobody has acknowledged, and ask for what is missing."""
        for frame in list(self.outbox.values()):
            self.say(frame)
        self.say({"type": "sync", "contact": self.contact, "after": self.last})

    def speak(self, text: str) -> None:
        key = uuid4().hex
        frame = {"type": "send", "contact": self.contact, "client_id": key}
        self.outbox[key] = {**frame, "text": f"{text} {key}"}
        self.said += 1
        self.say(self.outbox[key])

    def _hear(self, text: str) -> None:
        frame = json.loads(text)
        match frame["type"]:
            case "ack":
                message = frame["message"]
                self.outbox.pop(frame["client_id"], None)
                self.acknowledged[message["seq"]] = _line_of(message)
                self._take([message])
            case "message":
                self._take([frame["message"]])
            case "messages":
                self._take(frame["messages"])
                if frame["next"]:
                    self.say(
                        {"type": "sync", "contact": self.contact, "after": self.last}
                    )

    def _take(self, messages: Any) -> None:
        for message in messages:
            line = _line_of(message)
            # Another line at the same place would be told by the comparison.
            self.lines[message["seq"]] = self.lines.get(message["seq"], line)


@dataclass(eq=False)
class Talk:
    """A chat whose ends speak by turns."""

    port: int
    desk: Place
    page: Place
    contact: UUID

    def __post_init__(self) -> None:
        self.ends = [
            End(self.port, place, contact=str(self.contact))
            for place in (self.desk, self.page)
        ]

    def lives(self) -> list[Coroutine[Any, Any, None]]:
        return [end.live() for end in self.ends]

    async def begins(self) -> None:
        await asyncio.gather(*(end.welcome.wait() for end in self.ends))

    async def goes_on(self, pause: float) -> None:
        while True:
            for end in self.ends:
                end.speak("Hello")
                await asyncio.sleep(pause)

    def catch_up(self) -> None:
        for end in self.ends:
            end.catch_up()


def stored(contact: UUID) -> dict[int, Line]:
    """Return {place: line} of what is stored."""
    rows = Message.objects.filter(contact=contact)
    return {
        seq: (key, text)
        for seq, key, text in rows.values_list("seq", "client_id", "text")
    }


def _line_of(message: dict[str, Any]) -> Line:
    return message["client_id"], message["text"]

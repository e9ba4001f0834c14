"""Yardstick F: the least a server can do, one process without broker or storage.

`/ws/chat/<room>/`: what comes in goes to all sockets of the room.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Receive = Callable[[], Awaitable[dict[str, Any]]]
    Send = Callable[[dict[str, Any]], Awaitable[None]]

rooms: defaultdict[str, list[Send]] = defaultdict(list)


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    if scope["type"] != "websocket":
        return
    await receive()
    await send({"type": "websocket.accept"})
    room = rooms[scope["path"]]
    room.append(send)
    try:
        while (event := await receive())["type"] == "websocket.receive":
            text = json.dumps({"message": json.loads(event["text"])["message"]})
            for other in tuple(room):
                await other({"type": "websocket.send", "text": text})
    finally:
        room.remove(send)

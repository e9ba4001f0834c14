"""Agents who work over REST, so that a test needs only the customer's browser."""

from __future__ import annotations

import json
import urllib.request
import uuid
from typing import TYPE_CHECKING, Any

from agents.services import tokens
from core import clock

if TYPE_CHECKING:
    from agents.models import Agent
    from tests.browser.server import Server


class RestAgent:
    """An agent with a bearer token, working on one contact at a time."""

    def __init__(self, server: Server, agent: Agent) -> None:
        self._base = f"{server.url}/api/v1/"
        _, self._token = tokens.issue(agent=agent, now=clock.now())
        self.contact = ""

    def go_available(self) -> None:
        self.call("PUT", "me/state/", {"state": "available"})

    def accept(self) -> None:
        """Accept the oldest offer."""
        cards = self.call("GET", "me/cards/")
        self.contact = next(c["contact"] for c in cards if c["state"] == "offered")
        self._do("accept")

    def say(self, text: str) -> None:
        body = {"client_id": str(uuid.uuid4()), "text": text}
        self.call("POST", f"contacts/{self.contact}/messages/", body)

    def has_read(self, seq: int) -> None:
        self.call("POST", f"contacts/{self.contact}/read/", {"seq": seq})

    def end(self) -> None:
        self._do("end")

    def heard(self) -> list[str]:
        """Return what was said, by anybody, in order."""
        rows = self.call("GET", f"contacts/{self.contact}/messages/")
        return [row["text"] for row in rows if row["kind"] == "text"]

    def _do(self, command: str) -> None:
        self.call("POST", f"contacts/{self.contact}/{command}/", {})

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        request = urllib.request.Request(  # noqa: S310 - our own server
            self._base + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self._token}",
                "Content-Type": "application/json",
            },
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            text = answer.read()
        return json.loads(text) if text else None

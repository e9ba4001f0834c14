"""An organisation under load: its agents, and chats that they have accepted."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

from administration.services import founding
from agents.models import Agent, AgentState, MultimediaProfile, Organisation
from agents.services import tokens
from core import clock

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY = "bench"  # as founding derives it from the slug
HOUR = 3600  # seconds; a run is shorter
MOST_SLOTS = 5


@dataclass(frozen=True)
class Chat:
    """A connected chat: who may speak in it, and by which secrets."""

    contact: str
    customer_token: str
    agent_token: str


class RestError(Exception):
    """The product refused a call."""


def make(agents: int) -> dict[int, str]:
    """Store an organisation; return the bearer token of each of its agents."""
    organisation = founding.found(
        Organisation(
            name="Bench",
            slug=KEY,
            acceptance_timeout=HOUR,
            agent_recovery_seconds=HOUR,
            customer_grace_seconds=HOUR,
        ),
        now=clock.now(),
    )
    MultimediaProfile.objects.filter(organisation=organisation).update(chat=MOST_SLOTS)
    team = organisation.teams.get()
    secrets = {}
    for number in range(agents):
        agent = Agent(
            organisation=organisation,
            email=f"agent{number}@bench.example",
            display_name=f"Agent {number}",
        )
        agent.set_unusable_password()
        agent.save(force_insert=True)
        agent.teams.add(team)
        _, secrets[agent.pk] = tokens.issue(agent=agent, now=clock.now())
    return secrets


def open_chats(port: int, number: int, secrets: Mapping[int, str]) -> list[Chat]:
    """Have customers open so many chats and agents accept them, all over REST."""
    rest = Rest(port)
    for secret in secrets.values():
        rest.call("PUT", "me/state/", {"state": AgentState.AVAILABLE}, secret)
    opened = {}
    for customer in range(number):
        form = {"entry_point": KEY, "customer": {"name": f"Customer {customer}"}}
        answer = rest.call("POST", "chat/contacts/", form)
        opened[answer["contact"]["id"]] = answer["token"]
    chats = []
    for secret in secrets.values():
        for card in rest.call("GET", "me/cards/", None, secret):
            contact = card["contact"]
            rest.call("POST", f"contacts/{contact}/accept/", {}, secret)
            chats.append(Chat(contact, opened[contact], secret))
    if len(chats) != number:
        raise RestError(f"{len(chats)} of {number} chats found an agent.")
    return chats


class Rest:
    """The product's REST API over one connection that stays open."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=30)

    def call(self, method: str, path: str, body: Any, secret: str = "") -> Any:
        """Return the JSON answer. Raise RestError for a refusal."""
        headers = {"Content-Type": "application/json"}
        if secret:
            headers["Authorization"] = f"Bearer {secret}"
        payload = None if body is None else json.dumps(body)
        self._connection.request(method, f"/api/v1/{path}", payload, headers)
        response = self._connection.getresponse()
        text = response.read()
        if response.status >= 400:  # noqa: PLR2004 - refusals begin here
            raise RestError(f"{method} {path}: {response.status} {text.decode()}")
        return json.loads(text) if text else None

"""What people do in the tests' stories, each step over the public interface."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pyotp
from rest_framework.test import APIClient

from agents.models import SecondFactor
from agents.services import tokens
from contacts.models import Contact
from core import clock
from queues.models import Queue
from wrapup.models import WrapUpCode

if TYPE_CHECKING:
    from collections.abc import Collection

    from agents.models import Agent, MultimediaProfile
    from queues.models import EntryPoint

API = "/api/v1"
PROBLEM = "application/problem+json"

Json = dict[str, Any]


@dataclass(frozen=True)
class Chat:
    """A chat, as the browser of its customer knows it."""

    id: UUID
    token: str
    visitor: str = ""

    @property
    def contact(self) -> Contact:
        """The row as it is now."""
        return Contact.objects.get(pk=self.id)


# --- addresses ----------------------------------------------------------------
def for_agents(chat: Chat | Contact, rest: str = "") -> str:
    return f"{API}/contacts/{_id(chat)}/{rest and rest + '/'}"


def for_customers(chat: Chat | Contact, rest: str = "") -> str:
    return f"{API}/chat/contacts/{_id(chat)}/{rest and rest + '/'}"


def _id(chat: Chat | Contact) -> UUID:
    return chat.id


# --- who asks -----------------------------------------------------------------
def token_of(agent: Agent) -> str:
    _, secret = tokens.issue(agent=agent, now=clock.now())
    return secret


def with_token(token: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def with_factor(agent: Agent) -> str:
    """Let the agent have a second factor; return its secret."""
    secret = pyotp.random_base32()
    SecondFactor.objects.create(agent=agent, secret=secret, confirmed_at=clock.now())
    return secret


def client_for(agent: Agent) -> APIClient:
    return with_token(token_of(agent))


def customer_of(chat: Chat) -> APIClient:
    return with_token(chat.token)


def post(client: APIClient, url: str, body: object) -> Any:
    """Send a body of escaped JSON, which can say what UTF-8 cannot."""
    return client.generic("POST", url, json.dumps(body), "application/json")


def put(client: APIClient, url: str, body: object) -> Any:
    return client.generic("PUT", url, json.dumps(body), "application/json")


def somewhere() -> str:
    """Return a network address that nobody else has: limits count by address."""
    return ".".join(["10", *(str(secrets.randbelow(256)) for _ in range(3))])


# --- what they do -------------------------------------------------------------
def open_chat(entry_point: EntryPoint, **body: Any) -> Chat:
    """Open a chat; `body` is what the customer says besides."""
    response = APIClient().post(
        f"{API}/chat/contacts/",
        {"entry_point": entry_point.key, **body},
        format="json",
        REMOTE_ADDR=somewhere(),
    )
    assert response.status_code == 201, response.content
    answer = response.json()
    return Chat(UUID(answer["contact"]["id"]), answer["token"], answer["visitor"])


def choose(agent: Agent, state: str, **body: Any) -> Json:
    """Let the agent choose a state; return the agent as it is then."""
    body = {"state": state, **body}
    response = client_for(agent).put(f"{API}/me/state/", body, format="json")
    assert response.status_code == 200, response.content
    agent.refresh_from_db()
    return dict(response.json())


def go_available(agent: Agent) -> Json:
    return choose(agent, "available")


def go_idle(agent: Agent) -> Json:
    return choose(agent, "idle")


def accept(agent: Agent, chat: Chat) -> Json:
    return _done(client_for(agent).post(for_agents(chat, "accept")), 200)


def decline(agent: Agent, chat: Chat) -> None:
    _done(client_for(agent).post(for_agents(chat, "decline")), 204)


def end(agent: Agent, chat: Chat) -> Json:
    return _done(client_for(agent).post(for_agents(chat, "end")), 200)


def transfer(agent: Agent, chat: Chat, *, to: Agent | Queue, note: str = "") -> Json:
    kind = "queue" if isinstance(to, Queue) else "agent"
    body = {"destination_type": kind, "to": to.pk, "note": note}
    url = for_agents(chat, "transfer")
    return _done(client_for(agent).post(url, body, format="json"), 200)


def invite(agent: Agent, chat: Chat, colleague: Agent) -> Json:
    body = {"agent": colleague.pk}
    url = for_agents(chat, "conference")
    return _done(client_for(agent).post(url, body, format="json"), 200)


def leave(chat: Chat) -> None:
    _done(customer_of(chat).post(for_customers(chat, "leave")), 204)


def wrap_up(agent: Agent, chat: Chat, code: WrapUpCode, note: str = "") -> None:
    body = {"wrapup_code": code.pk, "note": note}
    response = client_for(agent).post(for_agents(chat, "wrap-up"), body, format="json")
    _done(response, 204)


def say(who: Agent | Chat, text: str, *, to: Chat | None = None) -> Json:
    """Send a message: an agent `to` a chat, or a customer in their own."""
    body = {"client_id": secrets.token_hex(8), "text": text}
    if isinstance(who, Chat):
        client, url = customer_of(who), for_customers(who, "messages")
    else:
        assert to is not None
        client, url = client_for(who), for_agents(to, "messages")
    return _done(client.post(url, body, format="json"), 201)


def _done(response: Any, status: int) -> Json:
    assert response.status_code == status, response.content
    return response.json() if response.content else {}


def allow_chats(number: int, profile: MultimediaProfile) -> None:
    """Let everybody with the profile take this many chats at once."""
    profile.chat = number
    profile.save(update_fields=["chat"])


# --- how far a story has got ----------------------------------------------------
def offered(agent: Agent, entry_point: EntryPoint, **body: Any) -> Chat:
    """Return a chat that is offered to the agent, who is Available."""
    go_available(agent)
    chat = open_chat(entry_point, **body)
    assert chat.contact.state == "offered"
    return chat


def connected(agent: Agent, entry_point: EntryPoint, **body: Any) -> Chat:
    """Return a chat in which the agent talks with the customer."""
    chat = offered(agent, entry_point, **body)
    accept(agent, chat)
    return chat


def in_wrap_up(agent: Agent, entry_point: EntryPoint, **body: Any) -> Chat:
    """Return a chat that the agent has ended, and not wrapped up."""
    chat = connected(agent, entry_point, **body)
    end(agent, chat)
    return chat


def completed(agent: Agent, entry_point: EntryPoint, **body: Any) -> Chat:
    """Return a chat that is over and wrapped up."""
    chat = in_wrap_up(agent, entry_point, **body)
    code = WrapUpCode.objects.filter(organisation=agent.organisation_id)
    wrap_up(agent, chat, code.get(is_default=True))
    return chat


# --- what one reads -------------------------------------------------------------
def sender_of(who: Agent | Chat) -> Json:
    """Return how everybody reads who said it: an agent, or the customer of a chat."""
    if isinstance(who, Chat):
        customer = who.contact.customer
        return {"kind": "customer", "name": customer.label, "key": customer.key}
    return {"kind": "agent", "name": who.display_name, "key": who.key}


def cards_of(agent: Agent) -> list[Json]:
    cards: list[Json] = client_for(agent).get(f"{API}/me/cards/").json()
    return cards


def lines_of(chat: Chat) -> list[Json]:
    """Return the conversation as the customer reads it."""
    lines: list[Json] = customer_of(chat).get(for_customers(chat, "messages")).json()
    return lines


def texts_of(chat: Chat) -> list[str]:
    return [line["text"] for line in lines_of(chat)]


def refuses(
    response: Any, status: int, code: str, *, errors: Collection[str] = ()
) -> None:
    """Assert that the answer is this problem, in the one shape of all problems."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == PROBLEM
    body = response.json()
    keys = {"type", "title", "status", "detail", "code"} | (
        {"errors"} if errors else set()
    )
    # Work, where a limit trips: tests/contacts/test_challenge.py.
    assert body.keys() - {"challenge"} == keys, body
    assert (body["status"], body["code"]) == (status, code), body
    assert body["detail"]
    assert set(body.get("errors", ())) == set(errors), body
